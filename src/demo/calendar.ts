import type { EpochMilliseconds } from '../core/instant.ts'
import type { Random } from './random.ts'

export const MINUTE_IN_MILLISECONDS = 60_000
export const HOUR_IN_MILLISECONDS = 60 * MINUTE_IN_MILLISECONDS
export const DAY_IN_MILLISECONDS = 24 * HOUR_IN_MILLISECONDS

/** Everything that has happened in the demo data happened between these two instants, whenever it is loaded. */
export const HISTORY_STARTS_AT: EpochMilliseconds = Date.UTC(2023, 10, 1)
export const ANCHOR_AT: EpochMilliseconds = Date.UTC(2026, 10, 1)

const FIRST_RECRUITING_DAY_AT: EpochMilliseconds = Date.UTC(2023, 10, 6)
// A day is left before the anchor, in which something can happen to the newest pledges.
const LAST_RECRUITING_DAY_AT: EpochMilliseconds = Date.UTC(2026, 9, 30)
const RECRUITING_STARTS_IN_MILLISECONDS = 9.5 * HOUR_IN_MILLISECONDS
const RECRUITING_LASTS_MILLISECONDS = 10 * HOUR_IN_MILLISECONDS

// Busier by half at the end than at the beginning.
const GROWTH = 0.5
const SATURDAY_SHARE = 0.7
const SUNDAY_SHARE = 0.05
const SHARE_BY_MONTH = [0.8, 0.9, 1, 1.1, 1.2, 1.1, 0.8, 0.7, 1.2, 1.2, 1, 0.6]

const DAYTIME_STARTS_AT_MINUTE = 8 * 60
const DAYTIME_ENDS_AT_MINUTE = 19 * 60

const RECRUITING_DAY_COUNT =
  (LAST_RECRUITING_DAY_AT - FIRST_RECRUITING_DAY_AT) / DAY_IN_MILLISECONDS + 1

/** At each day's number, the share of all recruiting that was done before it. */
const SHARE_DONE_BEFORE = shareDoneBefore()

/**
 * The instant by which a fraction (0 up to 1) of all recruiting was done. A larger fraction never gives an
 * earlier instant; hardly anybody recruits on Sundays, nobody at night.
 */
export function recruitingInstant(fraction: number): EpochMilliseconds {
  let day = 0
  for (let step = 1 << 10; step > 0; step >>= 1) {
    if ((SHARE_DONE_BEFORE[day + step] ?? 1) <= fraction) day += step
  }
  const before = SHARE_DONE_BEFORE[day] ?? 0
  const after = SHARE_DONE_BEFORE[day + 1] ?? 1
  const partOfDay = (fraction - before) / (after - before)
  return (
    FIRST_RECRUITING_DAY_AT +
    day * DAY_IN_MILLISECONDS +
    RECRUITING_STARTS_IN_MILLISECONDS +
    Math.floor(partOfDay * RECRUITING_LASTS_MILLISECONDS)
  )
}

/** An instant between two others, both included; the later one where they are in the wrong order. */
export function instantBetween(
  random: Random,
  earliestAt: EpochMilliseconds,
  latestAt: EpochMilliseconds,
): EpochMilliseconds {
  return earliestAt >= latestAt
    ? latestAt
    : earliestAt + Math.floor(random.fraction() * (latestAt - earliestAt + 1))
}

/** An instant in the hours in which people work and call, so many days after the day of another instant. */
export function daytimeInstant(
  random: Random,
  at: EpochMilliseconds,
  daysLater: number,
): EpochMilliseconds {
  const minute = random.integer(DAYTIME_STARTS_AT_MINUTE, DAYTIME_ENDS_AT_MINUTE - 1)
  return (
    startOfDay(at) +
    daysLater * DAY_IN_MILLISECONDS +
    minute * MINUTE_IN_MILLISECONDS +
    random.integer(0, MINUTE_IN_MILLISECONDS - 1)
  )
}

/** Whether an instant is later on its day than anybody works or calls. */
export function isEvening(at: EpochMilliseconds): boolean {
  return at - startOfDay(at) >= DAYTIME_ENDS_AT_MINUTE * MINUTE_IN_MILLISECONDS
}

/** Midnight at the start of an instant's day. */
export function startOfDay(at: EpochMilliseconds): EpochMilliseconds {
  return at - (at % DAY_IN_MILLISECONDS)
}

/** Midnight on a day (1 to 28) of the month that is so many months after an instant's month. */
export function dayOfMonth(
  at: EpochMilliseconds,
  monthsLater: number,
  day: number,
): EpochMilliseconds {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, day)
}

/** A date as Drizzle keeps it in a row. */
export function dateOf(at: EpochMilliseconds): Date
export function dateOf(at: EpochMilliseconds | null): Date | null
export function dateOf(at: EpochMilliseconds | null): Date | null {
  return at === null ? null : new Date(at)
}

function shareDoneBefore(): Float64Array {
  const shares = new Float64Array(RECRUITING_DAY_COUNT + 1)
  for (let day = 0; day < RECRUITING_DAY_COUNT; day += 1) {
    shares[day + 1] = (shares[day] ?? 0) + activityOn(day)
  }
  const total = shares[RECRUITING_DAY_COUNT] ?? 1
  return shares.map((share) => share / total)
}

function activityOn(day: number): number {
  const date = new Date(FIRST_RECRUITING_DAY_AT + day * DAY_IN_MILLISECONDS)
  const weekday = date.getUTCDay()
  const shareOfWeekday = weekday === 0 ? SUNDAY_SHARE : weekday === 6 ? SATURDAY_SHARE : 1
  const growth = 1 + GROWTH * (day / RECRUITING_DAY_COUNT)
  return growth * shareOfWeekday * (SHARE_BY_MONTH[date.getUTCMonth()] ?? 1)
}
