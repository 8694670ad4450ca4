/** What JSON can say. */
export type Value = string | number | boolean | null | readonly Value[] | ValueObject

export interface ValueObject {
  readonly [key: string]: Value
}

/** Whether JSON is an object, and not a list, a text, a number, true, false or null. */
export function isObject(input: unknown): input is ValueObject {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

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
