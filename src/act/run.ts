import type { Database, Drizzle } from '../db/database.ts'
import { inTransaction } from '../db/transaction.ts'
import { placeChanges } from '../feed/placing.ts'
import { inTurn } from './turn.ts'

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
