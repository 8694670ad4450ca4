import { UserError } from '../core/user-error.ts'
import type { Database, Drizzle } from '../db/database.ts'
import { inTransaction } from '../db/transaction.ts'
import { placeChanges } from '../feed/placing.ts'
import type { Acting } from './authorize.ts'
import type { Done } from './claim.ts'
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
 * Runs an account's act on one record, as `act` does, and remembers it in its transaction where its client asked for
 * that. In this process acts on one record take turns: those that would only wait for the row hold no connection, so
 * that others have theirs, and a process that stands still holds the row once.
 *
 * Where work answers a UserError the act is refused and not remembered, and yet its transaction is kept: time was
 * there first, and what it did is in there.
 */
export async function actOn(
  { database, claim }: Acting,
  uuid: string,
  work: (transaction: Drizzle) => Promise<Done | UserError>,
): Promise<Done> {
  const result = await inTurn(database, uuid, () =>
    act(database, async (transaction) => {
      await claim?.take(transaction)
      const worked = await work(transaction)
      if (worked instanceof UserError) await claim?.giveUp(transaction)
      else await claim?.keep(transaction, worked)
      return worked
    }),
  )
  if (result instanceof UserError) throw result
  return result
}
