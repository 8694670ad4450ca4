import type { Drizzle } from '../db/database.ts'
import { changes } from './table.ts'

/** What is recorded of an act; the record itself gives it its number. */
export type NewChange = Omit<typeof changes.$inferInsert, 'number' | 'uuid' | 'position'>

/** Records changes in the transaction that makes them, in their order. */
export async function recordChanges(
  transaction: Drizzle,
  ...recorded: readonly NewChange[]
): Promise<void> {
  await transaction.insert(changes).values([...recorded])
}
