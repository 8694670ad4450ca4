/** Milliseconds since the Unix epoch: the precision to which every instant is kept. */
export type EpochMilliseconds = number

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

const EARLIEST: EpochMilliseconds = Date.parse('0001-01-01T00:00:00.000Z')
const LATEST: EpochMilliseconds = Date.parse('9999-12-31T23:59:59.999Z')

export const INSTANT_FORMAT =
  'an RFC 3339 date and time with an offset, such as "2026-05-01T09:30:00.000Z", in the years 1 to 9999'

/**
 * Reads an RFC 3339 instant. Digits finer than a millisecond are cut off, not rounded.
 * Answers undefined for anything else, dates that no calendar has included.
 */
export function parseInstant(text: string): Date | undefined {
  const match = RFC_3339.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const offsetHours = Number(match[9] ?? 0)
  const offsetMinutes = Number(match[10] ?? 0)
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) {
    return undefined
  }
  const local = new Date(0)
  local.setUTCFullYear(year, month - 1, day)
  local.setUTCHours(hour, minute, second, milliseconds)
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return undefined
  const direction = match[8] === '-' ? -1 : 1
  const instant = local.getTime() - direction * (offsetHours * 60 + offsetMinutes) * 60_000
  return isStorableInstant(instant) ? new Date(instant) : undefined
}

/** Whether Postgres and RFC 3339 can both express the instant. */
export function isStorableInstant(instant: EpochMilliseconds): boolean {
  return Number.isInteger(instant) && instant >= EARLIEST && instant <= LATEST
}
