import { asc, eq } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { callAttempts } from '../../src/call/table.ts'
import type { Issue } from '../../src/core/error.ts'
import type { Database } from '../../src/db/database.ts'
import { importRecords } from '../../src/import/commands.ts'
import type { SignatureStorage } from '../../src/import/signature.ts'
import { pledgeFocusAreas } from '../../src/pledge/table.ts'
import {
  focusAreaLine,
  type ImportLine,
  organizationLine,
  personLine,
  userLine,
} from './import-lines.ts'
import { createTestStorage } from './storage.ts'

/** When an import takes place, unless the test says otherwise. */
export const IMPORTED_AT = new Date('2026-05-01T12:00:00.000Z')

export interface ImportResult {
  readonly imported: number
  readonly unchanged: number
  readonly failed: number
  /** The issues of each failed line as "path: message", by the line's number. */
  readonly failures: Readonly<Record<number, readonly string[]>>
}

/** Imports a file of lines: objects, or texts that are written as they are. */
export async function importFile(
  database: Database,
  lines: readonly (object | string)[],
  now = IMPORTED_AT,
  storage: SignatureStorage = createTestStorage(),
): Promise<ImportResult> {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  return await importBytes(database, [Buffer.from(texts.join('\n'))], now, storage)
}

/** Imports a file that arrives in these pieces. */
export async function importBytes(
  database: Database,
  pieces: Iterable<Uint8Array>,
  now = IMPORTED_AT,
  storage: SignatureStorage = createTestStorage(),
): Promise<ImportResult> {
  const failures: Record<number, string[]> = {}
  const count = await importRecords(database, arriving(pieces), {
    now: () => now,
    storage,
    onFailure: (number, issues) => {
      failures[number] = issues.map(written)
    },
  })
  return { ...count, failures }
}

export async function* arriving(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece)
}

function written({ path, message }: Issue): string {
  return `${path.join('.')}: ${message}`
}

/** What a pledge can refer to. */
export interface Surroundings {
  readonly organization: ImportLine
  readonly recruiter: ImportLine
  readonly areas: readonly ImportLine[]
  readonly person: ImportLine
}

/** Imports what a pledge can refer to. */
export async function importSurroundings(database: Database): Promise<Surroundings> {
  const organization = organizationLine()
  const recruiter = userLine({ organizationUuid: organization.uuid })
  const areas = [focusAreaLine(organization), focusAreaLine(organization)]
  const person = personLine(organization)
  await importFile(database, [organization, recruiter, ...areas, person])
  return { organization, recruiter, areas, person }
}

/** The stored row of a line's record; undefined where there is none. */
export async function storedRow(
  { drizzle }: Database,
  table: PgTable & { readonly uuid: PgColumn },
  { uuid }: ImportLine,
): Promise<object | undefined> {
  const [row] = await drizzle.select().from(table).where(eq(table.uuid, uuid))
  return row
}

/** The focus areas of a pledge, in the order of their UUIDs. */
export async function focusAreasOf({ drizzle }: Database, { uuid }: ImportLine): Promise<string[]> {
  const rows = await drizzle
    .select()
    .from(pledgeFocusAreas)
    .where(eq(pledgeFocusAreas.pledgeUuid, uuid))
    .orderBy(asc(pledgeFocusAreas.focusAreaUuid))
  return rows.map(({ focusAreaUuid }) => focusAreaUuid)
}

/** The attempts at a call, in their order. */
export async function attemptsOf({ drizzle }: Database, { uuid }: ImportLine): Promise<object[]> {
  const rows = await drizzle
    .select()
    .from(callAttempts)
    .where(eq(callAttempts.callUuid, uuid))
    .orderBy(asc(callAttempts.number))
  return rows.map(({ callUuid, ...attempt }) => attempt)
}
