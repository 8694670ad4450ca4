import { type SQL, sql } from 'drizzle-orm'
import { parseUuid } from '../core/uuid.ts'
import { literal } from './json.ts'

const TYPE_NAME = /^[A-Za-z]+$/

/** Writes the id by which a record of any type is found: opaque to clients. */
export function encodeGlobalId(typename: string, uuid: string): string {
  return Buffer.from(`${typename}:${uuid}`).toString('base64')
}

/** The id as the database writes it; a long one it would break into lines. */
export function globalIdText(typename: string, uuid: SQL): SQL {
  const text = sql`convert_to(concat(${literal(`${typename}:`)}, ${uuid}), 'UTF8')`
  return sql`translate(encode(${text}, 'base64'), chr(10), '')`
}

/** Reads an id; undefined when nothing of ours wrote it. */
export function decodeGlobalId(id: string): { typename: string; uuid: string } | undefined {
  const [typename = '', uuid = '', ...rest] = Buffer.from(id, 'base64').toString().split(':')
  if (rest.length > 0 || !TYPE_NAME.test(typename) || parseUuid(uuid) !== uuid) return undefined
  return encodeGlobalId(typename, uuid) === id ? { typename, uuid } : undefined
}
