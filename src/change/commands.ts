import { sql } from 'drizzle-orm'
import type { Actor, Permission } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import { ForbiddenError } from '../core/user-error.ts'
import { type Database, type Drizzle, rowsOf } from '../db/database.ts'
import { inTransaction } from '../db/transaction.ts'
import { changes } from './table.ts'

/** What is recorded of an act; the record itself gives it its number. */
export type NewChange = Omit<typeof changes.$inferInsert, 'number' | 'uuid' | 'position'>

/** Whoever acts, on which database, and what tells the time. */
export interface Acting {
  readonly actor: Actor
  readonly database: Database
  /** Asked under the lock under which an act is decided, however long that was waited for. */
  readonly clock: Clock
}

const MOST_PLACED_AT_ONCE = 10_000

/** Throws a ForbiddenError unless the actor has the permission. */
export function authorize({ permissions }: Actor, permission: Permission): void {
  if (!permissions.has(permission)) throw new ForbiddenError(permission)
}

/**
 * Runs an act in one transaction, in which it records what it changed. When this answers, the act is kept and
 * every consumer of changes finds it.
 */
export async function act<Result>(
  database: Database,
  work: (transaction: Drizzle) => Promise<Result>,
): Promise<Result> {
  const result = await inTransaction(database, work)
  await placeChanges(database)
  return result
}

/** Records changes in the transaction that makes them, in their order. */
export async function recordChanges(
  transaction: Drizzle,
  ...recorded: readonly NewChange[]
): Promise<void> {
  await transaction.insert(changes).values([...recorded])
}

/**
 * Gives every committed change its place in the feed. Whoever was first to commit need not be first in it, but
 * a change that another one builds on always comes before it, and no place is ever given before an earlier one.
 */
export async function placeChanges({ drizzle }: Database): Promise<void> {
  let placed: number
  do {
    const [row] = await rowsOf<{ placed: number }>(
      drizzle,
      sql`select place_changes(${MOST_PLACED_AT_ONCE}) as placed`,
    )
    placed = row?.placed ?? 0
  } while (placed === MOST_PLACED_AT_ONCE)
}
