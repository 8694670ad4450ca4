import type { Act } from './ledger.ts'

/**
 * The values that a field can have, to which acts wrote one after the other, several at a time perhaps. A value is
 * possible unless another one was written for sure, from begin to end, after it. Null stands for nothing written.
 */
export function possibleMarks(writes: readonly Act[]): Set<Act['mark']> {
  const sure = writes.filter(({ outcome }) => outcome === 'acknowledged')
  const possible = writes.filter(
    ({ outcome, mark, endedAt }) =>
      outcome !== 'refused' &&
      !sure.some((later) => later.mark !== mark && later.beganAt > endedAt),
  )
  const marks = new Set(possible.map(({ mark }) => mark))
  if (sure.length === 0) marks.add(null)
  return marks
}

/** The different values of acts with one of these outcomes. */
export function marksOf(acts: readonly Act[], ...outcomes: readonly Act['outcome'][]) {
  return new Set(acts.filter(({ outcome }) => outcomes.includes(outcome)).map(({ mark }) => mark))
}
