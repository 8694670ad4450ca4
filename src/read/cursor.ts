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

/** Writes a cursor: opaque to clients, and refused by any other list or order. */
export function encodeCursor(list: ListName, position: Position): string {
  const text = [list, String(Date.parse(position.at)), position.uuid].join(SEPARATOR)
  return Buffer.from(text).toString('base64url')
}

/** The cursor as the database writes it, of a row's values. */
export function cursorText(list: ListName, at: SQL, uuid: SQL): SQL {
  return encodedText(list, [sql`(extract(epoch from ${at}) * 1000)::bigint`, uuid])
}

/** Writes the cursor of a list whose rows are numbered. */
export function encodeNumberCursor(list: ListName, number: number): string {
  return Buffer.from([list, String(number)].join(SEPARATOR)).toString('base64url')
}

/** The same as the database writes it. */
export function numberCursorText(list: ListName, number: SQL): SQL {
  return encodedText(list, [number])
}

/** Reads a cursor of a list whose rows are numbered; undefined for anything that the same list did not write. */
export function decodeNumberCursor(list: ListName, cursor: string): number | undefined {
  const [name, digits, ...rest] = Buffer.from(cursor, 'base64url').toString().split(SEPARATOR)
  if (rest.length > 0 || name !== list || digits === undefined) return undefined
  const number = Number(digits)
  const isWritten = Number.isSafeInteger(number) && number >= 0
  return isWritten && encodeNumberCursor(list, number) === cursor ? number : undefined
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
