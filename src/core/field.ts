import { z } from 'zod'
import type { Clock } from './clock.ts'
import { LONGEST_LABEL } from './column.ts'
import type { Issue } from './error.ts'
import { INSTANT_FORMAT, parseInstant } from './instant.ts'
import { isObject, type Value } from './json.ts'
import { AMOUNT_FORMAT, type Euros, LARGEST_AMOUNT_IN_EUROS, parseEuros } from './money.ts'
import { InvalidInputError } from './user-error.ts'
import { parseUuid, UUID_FORMAT } from './uuid.ts'

export const LARGEST_JSON_BYTES = 65_536
export const DEEPEST_JSON_LEVELS = 32

const STORABLE_TEXT = 'without NUL characters and halves of surrogate pairs'

/**
 * A field whose value is read by a function, which answers undefined for what is not accepted. Its issue says
 * what is.
 */
export function field<Out>(accepted: string, read: (input: unknown) => Out | undefined) {
  return z.unknown().transform((input, context): Out => {
    const value = read(input)
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: refusal(input, accepted) })
    return z.NEVER
  })
}

function refusal(input: unknown, accepted: string): string {
  const verb = input === undefined || input === null ? 'is required' : 'is not accepted'
  return `${verb}: it must be ${accepted}`
}

function textField<Out>(accepted: string, read: (text: string) => Out | undefined) {
  return field(accepted, (input) => (typeof input === 'string' ? read(input) : undefined))
}

/** A text that may be empty. */
export function text(longest: number = LONGEST_LABEL) {
  return textField(`a text of at most ${longest} characters, ${STORABLE_TEXT}`, (input) =>
    isStorable(input) && isAtMost(input, longest) ? input : undefined,
  )
}

/** A text that says something. */
export function saidText(longest: number = LONGEST_LABEL) {
  return textField(
    `a text of 1 to ${longest} characters that is not blank, ${STORABLE_TEXT}`,
    (input) =>
      isStorable(input) && isAtMost(input, longest) && !isBlank(input) ? input : undefined,
  )
}

/** A version 4 UUID, answered in lower case. */
export function uuid() {
  return textField(UUID_FORMAT, parseUuid)
}

/** An instant, as a Date or in writing. */
export function instant() {
  return field(INSTANT_FORMAT, readInstant)
}

/** An instant that is not in the future. */
export function pastInstant(clock: Clock) {
  return field(`${INSTANT_FORMAT}, and not in the future`, (input) => {
    const read = readInstant(input)
    return read && read <= clock() ? read : undefined
  })
}

export const AMOUNT_ACCEPTED = `more than 0 and at most ${LARGEST_AMOUNT_IN_EUROS}, in ${AMOUNT_FORMAT}`

/** An amount of euros, answered with two decimals. */
export function amount() {
  return field(AMOUNT_ACCEPTED, readAmount)
}

/** The amount that a text says, with two decimals; undefined where it is none that anybody donates. */
export function readAmount(input: unknown): Euros | undefined {
  const euros = typeof input === 'string' ? parseEuros(input) : undefined
  if (euros === undefined) return undefined
  return Number(euros) > 0 && Number(euros) <= LARGEST_AMOUNT_IN_EUROS ? euros : undefined
}

/** A whole number within bounds, both included. */
export function wholeNumber(smallest: number, largest: number) {
  return field(`a whole number from ${smallest} to ${largest}`, (input) =>
    typeof input === 'number' && Number.isInteger(input) && input >= smallest && input <= largest
      ? input
      : undefined,
  )
}

/** One of a vocabulary. */
export function oneOf<const Word extends string>(words: readonly Word[]) {
  return field(`one of ${words.join(', ')}`, (input) => words.find((word) => word === input))
}

/** A JSON object that Postgres keeps as it is. */
export function jsonObject() {
  return field(
    `a JSON object of at most ${LARGEST_JSON_BYTES} bytes and ${DEEPEST_JSON_LEVELS} levels, with texts ${STORABLE_TEXT}, and with no whole number beyond ±${Number.MAX_SAFE_INTEGER}`,
    (input) => {
      if (!isObject(input) || !isKeepable(input, DEEPEST_JSON_LEVELS)) return undefined
      const bytes = Buffer.byteLength(JSON.stringify(input))
      return bytes <= LARGEST_JSON_BYTES ? input : undefined
    },
  )
}

/** What must not be given at all, and why; null is not giving it. */
export function absent(why: string) {
  return z.null({ error: why }).optional()
}

/** Keys that belong together, and no others. */
export function group<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: ({ code, input }) =>
      code === 'unrecognized_keys'
        ? `is not a key here: the keys are ${keys}`
        : refusal(input, `an object of ${keys}`),
  })
}

/** Leaves out the keys whose value is null, for an input in which that is the same as absent. */
export function withoutNulls<Schema extends z.ZodType<object>>(schema: Schema) {
  return schema.transform((read) => {
    const given = Object.entries(read).filter(([, value]) => value !== null)
    return Object.fromEntries(given) as z.output<Schema>
  })
}

/** Items in order. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: ({ input }) => refusal(input, 'a list') })
}

/** UUIDs that are each named once. */
export function uuidSet() {
  return listOf(uuid()).superRefine((uuids, context) => {
    const seen = new Set<string>()
    uuids.forEach((item, index) => {
      if (seen.has(item)) {
        context.addIssue({ code: 'custom', path: [index], message: 'is named twice' })
      }
      seen.add(item)
    })
  })
}

/** Reads an input. Throws an InvalidInputError that tells everything that is wrong with it. */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const read = schema.safeParse(input)
  if (!read.success) throw new InvalidInputError(issuesOf(read.error))
  return read.data
}

/** Reads an input as `readInput` does, by a schema one of whose fields takes a moment to be looked into. */
export async function readInputAsync<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): Promise<z.output<Schema>> {
  const read = await schema.safeParseAsync(input)
  if (!read.success) throw new InvalidInputError(issuesOf(read.error))
  return read.data
}

/** What zod has against an input, with a key that does not belong there at its own place. */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String)
    const paths =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
    return paths.map((where) => ({ path: where, message: issue.message }))
  })
}

function readInstant(input: unknown): Date | undefined {
  if (input instanceof Date) return input
  return typeof input === 'string' ? parseInstant(input) : undefined
}

function isKeepable(value: Value, levels: number): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value === 'number') {
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  }
  if (typeof value === 'boolean' || value === null) return true
  return (
    levels > 0 &&
    Object.entries(value).every(([key, item]) => isStorable(key) && isKeepable(item, levels - 1))
  )
}

function isStorable(input: string): boolean {
  return !input.includes('\0') && !/\p{Surrogate}/u.test(input)
}

/** Counts characters as Postgres does: one outside the basic plane is one, not two. */
function isAtMost(input: string, characters: number): boolean {
  if (input.length <= characters) return true
  return input.length <= 2 * characters && Array.from(input).length <= characters
}

// What counts as a space depends on the database's locale: here is everything that may.
function isBlank(input: string): boolean {
  return /^[\s\u0085]*$/u.test(input)
}
