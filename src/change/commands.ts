import { desc, eq, or, type SQL, sql } from 'drizzle-orm'
import type { Actor, Permission } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import type { Source } from '../core/source.ts'
import { inTurn } from '../core/turn.ts'
import { type ConflictError, ForbiddenError } from '../core/user-error.ts'
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

/**
 * Runs an act on one record, as `act` does. In this process such acts take turns: those that would only wait for
 * the row hold no connection, so that others have theirs, and a process that stands still holds the row once.
 */
export function actOn<Result>(
  database: Database,
  uuid: string,
  work: (transaction: Drizzle) => Promise<Result>,
): Promise<Result> {
  return inTurn(database, uuid, () => act(database, work))
}

/** What only one record of a kind can have: a UUID, and for an external one of an organization a name in its source. */
export interface Identity {
  readonly table: Source['table']
  /** Null or absent where whoever creates the record gives none. */
  readonly uuid: string | null | undefined
  /** What a record with the same name in the same source fulfils; absent where the new one is managed here. */
  readonly hasExternalName: SQL | undefined
  readonly Conflict: new (existingUuid: string, taken: 'uuid' | 'external name') => ConflictError
}

/**
 * What an actor may learn of an identity before it is known whether the organization that the record is made for
 * is in its scope: of a foreign organization nothing must tell which names it has, so that its UUID is refused first.
 */
export function toldTo(
  { organizations }: Actor,
  organizationUuid: string,
  identity: Identity,
): Identity {
  const isInScope = organizations === 'all' || organizations.includes(organizationUuid)
  return isInScope ? identity : { ...identity, hasExternalName: undefined }
}

/** Throws a conflict where a record is there already, whoever sees it. Its UUID is told before its external name. */
export async function refuseTaken(
  database: Drizzle,
  { table, uuid, hasExternalName, Conflict }: Identity,
): Promise<void> {
  const hasUuid = uuid ? eq(table.uuid, uuid) : undefined
  const isTaken = or(hasUuid, hasExternalName)
  if (!isTaken) return
  const [existing] = await database
    .select({ uuid: sql<string>`${table.uuid}` })
    .from(table)
    .where(isTaken)
    .orderBy(...(hasUuid ? [desc(hasUuid)] : []))
    .limit(1)
  if (existing) {
    throw new Conflict(existing.uuid, existing.uuid === uuid ? 'uuid' : 'external name')
  }
}

/**
 * Inserts a record once, however many do so at the same time: throws a conflict where another one was first.
 * `insert` answers no row where what it inserts is there already.
 */
export async function insertOnce(
  transaction: Drizzle,
  identity: Identity,
  insert: () => Promise<readonly object[]>,
): Promise<void> {
  // Whoever was first has committed, which is what the insertion waited for, and is found.
  while ((await insert()).length === 0) await refuseTaken(transaction, identity)
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
