import type { Issue } from './error.ts'

/** What is wrong with an instant that is on the wrong side of another one of the same record. */
export function misplaced(
  name: string,
  side: 'before' | 'after',
  other: string,
  instant: Date,
): Issue {
  const message = `is not accepted: it must not be ${side} ${other}, which is ${instant.toISOString()}`
  return { path: [name], message }
}
