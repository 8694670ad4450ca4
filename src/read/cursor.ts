import { type SQL, sql } from 'drizzle-orm'
import { isStorableInstant } from '../core/instant.ts'
import { parseUuid } from '../core/uuid.ts'
import { literal } from './json.ts'

/** A place in an ordered list: between rows, where the row with these values is or was. */
export interface Position {
  /** The instant that the list is ordered by, as RFC 3339. */
  readonly at: string
  readonly uuid: string
}

/** Which list and order a cursor belongs to, such as "Query.pledges CREATED_AT DESC". */
export type ListName = string

const SEPARATOR = '|'

const MARK_DIGITS = 8
const MARK = /^([0-9a-f]{8})?$/

/** Writes a cursor: opaque to clients, and refused by any other list or order. */
export function encodeCursor(list: ListName, position: Position): string {
  const text = [list, String(Date.parse(position.at)), position.uuid].join(SEPARATOR)
  return Buffer.from(text).toString('base64url')
}

/** The cursor as the database writes it, of a row's values. */
export function cursorText(list: ListName, at: SQL, uuid: SQL): SQL {
  return encodedText(list, [sql`(extract(epoch from ${at}) * 1000)::bigint`, uuid])
}

/** A place in a list whose rows are numbered: that of a row, or one between rows. */
export interface NumberedPosition {
  readonly number: number
  /** Tells the row from another one that a restored database gave the number to; empty between rows. */
  readonly mark: string
}

/** Writes the cursor of a list whose rows are numbered. */
export function encodeNumberCursor(list: ListName, { number, mark }: NumberedPosition): string {
  const parts = [list, String(number), ...(mark === '' ? [] : [mark])]
  return Buffer.from(parts.join(SEPARATOR)).toString('base64url')
}

/** The cursor as the database writes it, of a row's values. */
export function numberCursorText(list: ListName, number: SQL, uuid: SQL): SQL {
  return encodedText(list, [number, markOf(uuid)])
}

/** The mark of a row, from its UUID: few enough digits, because it is a mistake that they reveal, and no attack. */
export function markOf(uuid: SQL): SQL {
  return sql`left(${uuid}::text, ${sql.raw(String(MARK_DIGITS))})`
}

/** Reads a cursor of a list whose rows are numbered; undefined for anything that the same list did not write. */
export function decodeNumberCursor(list: ListName, cursor: string): NumberedPosition | undefined {
  const parts = Buffer.from(cursor, 'base64url').toString().split(SEPARATOR)
  const [name, digits, mark = ''] = parts
  if (parts.length > 3 || name !== list || digits === undefined || !MARK.test(mark)) {
    return undefined
  }
  const number = Number(digits)
  if (!Number.isSafeInteger(number) || number < 0) return undefined
  const position = { number, mark }
  return encodeNumberCursor(list, position) === cursor ? position : undefined
}

/** Reads a cursor that the same list and order wrote; undefined for anything else. */
export function decodeCursor(list: ListName, cursor: string): Position | undefined {
  const parts = Buffer.from(cursor, 'base64url').toString().split(SEPARATOR)
  const [name, milliseconds, uuid] = parts
  if (parts.length !== 3 || name !== list || milliseconds === undefined || uuid === undefined) {
    return undefined
  }
  const instant = Number(milliseconds)
  if (!isStorableInstant(instant) || parseUuid(uuid) !== uuid) return undefined
  const position = { at: new Date(instant).toISOString(), uuid }
  return encodeCursor(list, position) === cursor ? position : undefined
}

function encodedText(list: ListName, values: readonly SQL[]): SQL {
  const parts = [literal(list), ...values.flatMap((value) => [literal(SEPARATOR), value])]
  const text = sql`convert_to(concat(${sql.join(parts, sql`, `)}), 'UTF8')`
  // Its base64 has lines and padding, and two other characters than that of URLs.
  return sql`translate(encode(${text}, 'base64'), '+/=' || chr(10), '-_')`
}
