import { eq } from 'drizzle-orm'
import type { Issue } from '../core/error.ts'
import type { Drizzle } from '../db/database.ts'
import { type PersonalColumn, personalIssues } from './rules.ts'
import { persons } from './table.ts'

/**
 * What an input says of the person of a record although they were erased. The record is locked by whoever asks:
 * whoever erases the person waits for that lock, and clears what was written before it.
 */
export async function erasureIssues(
  transaction: Drizzle,
  columns: readonly PersonalColumn[],
  { personUuid }: { readonly personUuid: string },
  input: object,
): Promise<Issue[]> {
  const issues = personalIssues(columns, input)
  if (issues.length === 0) return []
  const [person] = await transaction
    .select({ erasedAt: persons.erasedAt })
    .from(persons)
    .where(eq(persons.uuid, personUuid))
  return person?.erasedAt ? issues : []
}
