import { z } from 'zod'
import { LONGEST_LABEL } from '../core/column.ts'
import { INSTANT_FORMAT, parseInstant } from '../core/instant.ts'
import type { Clock } from '../core/clock.ts'
import { AMOUNT_FORMAT, LARGEST_AMOUNT_IN_EUROS, parseEuros } from '../core/money.ts'
import { parseUuid, UUID_FORMAT } from '../core/uuid.ts'
import type { Value, ValueObject } from './value.ts'

export const LARGEST_JSON_BYTES = 65_536
export const DEEPEST_JSON_LEVELS = 32

const STORABLE_TEXT = 'without NUL characters and halves of surrogate pairs'

/**
 * A field whose value is read by a function, which answers undefined for what is not accepted. Its issue says
 * what is.
 */
function field<Out extends Value>(accepted: string, read: (input: unknown) => Out | undefined) {
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

function textField<Out extends Value>(accepted: string, read: (text: string) => Out | undefined) {
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

/** An instant, answered in UTC with milliseconds. */
export function instant() {
  return textField(INSTANT_FORMAT, (input) => parseInstant(input)?.toISOString())
}

/** An instant that is not in the future. */
export function pastInstant(clock: Clock) {
  return textField(`${INSTANT_FORMAT}, and not in the future`, (input) => {
    const parsed = parseInstant(input)
    return parsed && parsed <= clock() ? parsed.toISOString() : undefined
  })
}

/** An amount of euros, as a text or a number, answered with two decimals. */
export function amount() {
  return field(
    `more than 0 and at most ${LARGEST_AMOUNT_IN_EUROS}, in ${AMOUNT_FORMAT}, or as a number`,
    (input) => {
      const written = typeof input === 'number' ? String(input) : input
      const euros = typeof written === 'string' ? parseEuros(written) : undefined
      if (euros === undefined) return undefined
      return Number(euros) > 0 && Number(euros) <= LARGEST_AMOUNT_IN_EUROS ? euros : undefined
    },
  )
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

/** Items in order. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: ({ input }) => refusal(input, 'a list') })
}

/** UUIDs that are each named once. */
export function uuidSet() {
  return listOf(uuid()).superRefine((uuids, context) => {
    uuids.forEach((item, index) => {
      if (uuids.indexOf(item) === index) return
      context.addIssue({ code: 'custom', path: [index], message: 'is named twice' })
    })
  })
}

/** Whether JSON is an object, and not a list, a text, a number, true, false or null. */
export function isObject(input: unknown): input is ValueObject {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
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
