import type { Clock } from '../core/clock.ts'
import { AMOUNT_ACCEPTED, field, instant, pastInstant, readAmount } from '../core/field.ts'

// Stored instants are compared as they are written: equal ones are written the same.
const written = (at: Date) => at.toISOString()

/** An instant, answered in UTC with milliseconds. */
export function writtenInstant() {
  return instant().transform(written)
}

/** An instant that is not in the future, answered in UTC with milliseconds. */
export function writtenPastInstant(clock: Clock) {
  return pastInstant(clock).transform(written)
}

/** An amount of euros, as a text or a number, answered with two decimals. */
export function writtenAmount() {
  return field(`${AMOUNT_ACCEPTED}, or as a number`, (input) =>
    readAmount(typeof input === 'number' ? String(input) : input),
  )
}
