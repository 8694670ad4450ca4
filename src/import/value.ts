/** What JSON can say. */
export type Value = string | number | boolean | null | readonly Value[] | ValueObject

export interface ValueObject {
  readonly [key: string]: Value
}

/**
 * A record, by the names that its table gives its columns, and its lists. Instants are RFC 3339 texts in UTC
 * with milliseconds, amounts are texts with two decimals: equal values are written the same.
 */
export type Row = ValueObject

/** Whether two values are equal. The order of an object's keys means nothing. */
export function isSame(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true
  if (!isCompound(one) || !isCompound(other)) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const entries = Object.entries(one)
  return (
    entries.length === Object.keys(other).length &&
    entries.every(([key, value]) => Object.hasOwn(other, key) && isSame(value, other[key]))
  )
}

function isCompound(value: Value | undefined): value is ValueObject {
  return typeof value === 'object' && value !== null
}
