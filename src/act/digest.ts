import { createHash, createHmac } from 'node:crypto'

/** What a client's key is found again by. */
export function digestOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/**
 * What tells whether two inputs are the same, as they were understood. It is made with the client's key, which is
 * stored nowhere: without the key nobody can try out which phone number, say, an input had.
 */
export function digestOfInput(input: unknown, key: string): string {
  return createHmac('sha256', key).update(canonical(input)).digest('hex')
}

/** The one way to write a value. The order of an object's keys means nothing, and what is undefined is absent. */
function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value)
  if (value instanceof Uint8Array) return createHash('sha256').update(value).digest('hex')
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const given = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${given.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`
}
