import { createHash } from 'node:crypto'
import type { Database } from '../../src/db/database.ts'
import { feedCursors } from '../../src/feed/table.ts'
import {
  decodeHiddenCursor,
  encodeHiddenCursor,
  type NumberedPosition,
} from '../../src/read/numbered-cursor.ts'

/** A secret for databases of tests that write cursors themselves. */
export const KNOWN_SECRET = '0123456789abcdef'.repeat(4)

/** Has a database hide positions by a secret, and accept plain ones up to one. */
export async function knowCursors(
  { drizzle }: Database,
  known: Partial<typeof feedCursors.$inferSelect>,
): Promise<void> {
  await drizzle.update(feedCursors).set(known)
}

/** What the database hides positions by. */
export async function secretOf({ drizzle }: Database): Promise<string> {
  const [row] = await drizzle.select().from(feedCursors)
  return row!.secret
}

/** Hides a number as the database does, and finds a hidden one. */
export function masked(number: bigint, uuid: string, secret: string): bigint {
  const hash = createHash('sha256')
    .update(Buffer.from(secret, 'hex'))
    .update(Buffer.from(uuid.replaceAll('-', ''), 'hex'))
    .digest()
  return number ^ hash.readBigInt64BE()
}

/** The cursor of a change in a database with this secret. */
export function hiddenCursorOf(
  list: string,
  { position, uuid }: { readonly position: number | null; readonly uuid: string },
  secret = KNOWN_SECRET,
): string {
  return encodeHiddenCursor(list, { uuid, hidden: masked(BigInt(position!), uuid, secret) })
}

/** The place that a cursor hides from whoever does not know the secret. */
export function readHiddenCursor(
  list: string,
  cursor: string,
  secret = KNOWN_SECRET,
): NumberedPosition | undefined {
  const found = decodeHiddenCursor(list, cursor)
  if (!found) return undefined
  const number = Number(masked(found.hidden, found.uuid, secret))
  return { number, mark: found.uuid.slice(0, 8) }
}
