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
  const parts = [
    literal(`${list}${SEPARATOR}`),
    sql`(extract(epoch from ${at}) * 1000)::bigint`,
    literal(SEPARATOR),
    uuid,
  ]
  const text = sql`convert_to(concat(${sql.join(parts, sql`, `)}), 'UTF8')`
  // Postgres's base64 has lines and padding, and two other characters than that of URLs.
  return sql`translate(encode(${text}, 'base64'), '+/=' || chr(10), '-_')`
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
