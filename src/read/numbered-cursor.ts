import { type SQL, sql } from 'drizzle-orm'
import { parseUuid } from '../core/uuid.ts'
import type { ListName } from './cursor.ts'
import { type Json, literal } from './json.ts'

// A cursor of a numbered list is its row's UUID and number. The number is hidden: an account that could read it would
// see from two cursors how many rows there are between them, and so how much all others do.

/** A place in a list whose rows are numbered: that of a row, or one between rows. No client is told it. */
export interface NumberedPosition {
  readonly number: number
  /** Tells the row from another one that a restored database gave the number to; empty between rows. */
  readonly mark: string
}

/** What a cursor says of a place. */
export interface HiddenPosition {
  readonly uuid: string
  readonly hidden: bigint
}

/** What a cursor is that tells the number, as older versions wrote them, and what one is that hides the number. */
const PLAIN_SEPARATOR = '|'
const HIDDEN_SEPARATOR = ':'

const UUID_BYTES = 16
const NUMBER_BYTES = 8

const MARK_DIGITS = 8
const MARK = /^([0-9a-f]{8})?$/

/** Writes a cursor of a hidden place. */
export function encodeHiddenCursor(list: ListName, { uuid, hidden }: HiddenPosition): string {
  const number = Buffer.alloc(NUMBER_BYTES)
  number.writeBigInt64BE(hidden)
  const row = Buffer.from(uuid.replaceAll('-', ''), 'hex')
  return Buffer.concat([prefixOf(list), row, number]).toString('base64url')
}

/** The cursor as the database writes it, of a row's values and the database's secret. */
export function hiddenCursorText(list: ListName, number: SQL, uuid: SQL, secret: SQL): SQL {
  const row = sql`uuid_send(${uuid}) || int8send(${maskedNumber(number, uuid, secret)})`
  // The prefix and the row are so many bytes that neither has padding, and the row's base64 is one line.
  return sql`${literal(prefixOf(list).toString('base64url'))} || translate(encode(${row}, 'base64'), '+/', '-_')`
}

/** Reads a cursor; undefined for anything that the same list did not write. */
export function decodeHiddenCursor(list: ListName, cursor: string): HiddenPosition | undefined {
  const bytes = Buffer.from(cursor, 'base64url')
  const prefix = prefixOf(list)
  const numberAt = prefix.length + UUID_BYTES
  if (bytes.length !== numberAt + NUMBER_BYTES) return undefined
  if (!bytes.subarray(0, prefix.length).equals(prefix)) return undefined
  const uuid = parseUuid(uuidOf(bytes.subarray(prefix.length, numberAt)))
  if (uuid === undefined) return undefined
  const position = { uuid, hidden: bytes.readBigInt64BE(numberAt) }
  return encodeHiddenCursor(list, position) === cursor ? position : undefined
}

/** A row's number as its cursor has it; of that one, the number. */
export function maskedNumber(number: SQL, uuid: SQL, secret: SQL): SQL {
  return sql`masked_number(${number}, ${uuid}, ${secret})`
}

/** Writes a cursor that tells the number, as older versions did. */
export function encodePlainCursor(list: ListName, { number, mark }: NumberedPosition): string {
  const parts = [list, String(number), ...(mark === '' ? [] : [mark])]
  return Buffer.from(parts.join(PLAIN_SEPARATOR)).toString('base64url')
}

/** Reads a cursor that an older version wrote; undefined for anything that the same list did not write. */
export function decodePlainCursor(list: ListName, cursor: string): NumberedPosition | undefined {
  const parts = Buffer.from(cursor, 'base64url').toString().split(PLAIN_SEPARATOR)
  const [name, digits, mark = ''] = parts
  if (parts.length > 3 || name !== list || digits === undefined || !MARK.test(mark)) {
    return undefined
  }
  const number = Number(digits)
  if (!Number.isSafeInteger(number) || number < 0) return undefined
  const position = { number, mark }
  return encodePlainCursor(list, position) === cursor ? position : undefined
}

/** The mark of a row, from its UUID: few enough digits, because it is a mistake that they reveal, and no attack. */
export function markOf(uuid: SQL): SQL {
  return sql`left(${uuid}::text, ${sql.raw(String(MARK_DIGITS))})`
}

/** A NumberedPosition as JSON, for the gateway itself. */
export function positionJson(number: SQL, mark: SQL): Json {
  return ['{"number":', number, ',"mark":"', mark, '"}']
}

/** What a cursor begins with: of three bytes, base64 makes four characters. */
function prefixOf(list: ListName): Buffer {
  const length = Math.ceil((list.length + 1) / 3) * 3
  return Buffer.from(list.padEnd(length, HIDDEN_SEPARATOR))
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
