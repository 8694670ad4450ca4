import { asc, eq } from 'drizzle-orm'
import { OperatorError } from '../core/error.ts'
import type { Database } from '../db/database.ts'
import type { Storage } from '../storage/storage.ts'
import { discardedSignatures } from './table.ts'

const MOST_AT_ONCE = 16

/**
 * Deletes every stored signature that no record names any more, those that somebody else left behind too, and
 * answers how many there were. Throws an OperatorError where any of them cannot be deleted; the others are.
 */
export async function deleteDiscarded(
  { drizzle }: Database,
  storage: Pick<Storage, 'delete'>,
): Promise<number> {
  const discarded = await drizzle
    .select({ key: discardedSignatures.key })
    .from(discardedSignatures)
    .orderBy(asc(discardedSignatures.discardedAt), asc(discardedSignatures.key))
  const failures: unknown[] = []
  for (let first = 0; first < discarded.length; first += MOST_AT_ONCE) {
    const some = discarded.slice(first, first + MOST_AT_ONCE)
    const results = await Promise.allSettled(some.map(({ key }) => storage.delete(key)))
    for (const [index, result] of results.entries()) {
      const key = some[index]?.key ?? ''
      if (result.status === 'rejected') failures.push(result.reason)
      else await drizzle.delete(discardedSignatures).where(eq(discardedSignatures.key, key))
    }
  }
  if (failures.length === 0) return discarded.length
  const [failure] = failures
  throw new OperatorError(
    `the records are erased, but ${failures.length} of ${discarded.length} stored signatures are still there; run this again (${failure instanceof Error ? failure.message : String(failure)})`,
    { cause: failure },
  )
}
