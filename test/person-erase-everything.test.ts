import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, rowsOf } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { erase } from './support/erasure.ts'
import { insertCall, insertPerson, insertPledge } from './support/records.ts'
import { createTestStorage } from './support/storage.ts'

// Fills every column that can say something of a person, erases the person, and looks everywhere for what was
// filled in. A column that is added later is found by itself: it is erased, or it stands below with its reason.

const MARKER = 'MARKER-OF-A-PERSON'

/** What each type of column is filled with; a type that is not here cannot say anything. */
const FILLINGS: Readonly<Record<string, string>> = {
  text: `'${MARKER}'`,
  'character varying': `'${MARKER}'`,
  'text[]': `array['${MARKER}']`,
  json: `'{"a": "${MARKER}"}'::json`,
  jsonb: `'{"a": "${MARKER}"}'::jsonb`,
  date: `'1901-02-03'::date`,
}
const FILLED = new RegExp(`${MARKER}|1901-02-03`)

/** What stays, because it says something of the pledge or the call, or is how another system names them. */
const STAYING = [
  'calls.external_agent_reference_id',
  'calls.external_application_name',
  'calls.external_reference_id',
  'calls.external_status_code',
  'calls.result',
  'pledges.cancellation_reason',
  'pledges.external_source_id',
  'pledges.external_source_name',
  'pledges.recruiting_location_label',
]

/** Only ever added to, and by the gateway itself: the names of fields and of accounts. */
const APPEND_ONLY = 'changes'

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
}

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

test('nothing of an erased person is left in any column of any table, nor in any file', async () => {
  const person = await insertPerson(database)
  const external = { externalSourceName: 'crm', externalSourceId: '1' }
  const pledge = await insertPledge(database, { ...external, personUuid: person.uuid })
  await insertCall(database, {
    pledgeUuid: pledge.uuid,
    externalApplicationName: 'dialler',
    externalReferenceId: '1',
  })
  const filled = await fill()
  expect(await findFilled()).toEqual(filled)
  for (const column of [...STAYING, 'persons.email', 'pledges.signature_key', 'calls.notes']) {
    expect(filled).toContain(column)
  }

  const storage = createTestStorage()
  await storage.put(MARKER, Buffer.from(MARKER), 'image/png')
  await erase(database, { person, storage })
  expect(await findFilled()).toEqual(STAYING)
  expect(storage.files.size).toBe(0)
})

/** Fills the columns of every table that refers to a person, directly or by others; answers which. */
async function fill(): Promise<string[]> {
  const reached = new Set(await tablesAbout('persons'))
  const columns = (await readColumns()).filter(
    ({ table, type }) => reached.has(table) && table !== APPEND_ONLY && type in FILLINGS,
  )
  for (const { table, column, type } of columns) {
    await database.drizzle.execute(
      sql.raw(`update "${table}" set "${column}" = ${FILLINGS[type]!}`),
    )
  }
  const isEmpty = async ({ table }: Column) =>
    (await rowsOf(database.drizzle, sql.raw(`select from "${table}" limit 1`))).length === 0
  const filled: string[] = []
  for (const each of columns) {
    expect({ ...each, isEmpty: await isEmpty(each) }).toEqual({ ...each, isEmpty: false })
    filled.push(`${each.table}.${each.column}`)
  }
  return filled.sort()
}

/** The columns of whatever table in which something that was filled in is found. */
async function findFilled(): Promise<string[]> {
  const found = new Set<string>()
  for (const table of new Set((await readColumns()).map(({ table }) => table))) {
    const rows = await rowsOf<{ row: Readonly<Record<string, unknown>> }>(
      database.drizzle,
      sql.raw(`select to_jsonb("${table}") as row from "${table}"`),
    )
    for (const [column, value] of rows.flatMap(({ row }) => Object.entries(row))) {
      if (FILLED.test(JSON.stringify(value))) found.add(`${table}.${column}`)
    }
  }
  return [...found].sort()
}

/** A table, and those that refer to it, directly or by others. */
async function tablesAbout(table: string): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    database.drizzle,
    sql`with recursive about(table_id) as (
      select ${table}::text::regclass::oid
      union
      select conrelid from about join pg_constraint on confrelid = table_id and contype = 'f'
    ) select relname as name from about join pg_class on pg_class.oid = table_id`,
  )
  return rows.map(({ name }) => name)
}

async function readColumns(): Promise<Column[]> {
  return await rowsOf<{ table: string; column: string; type: string }>(
    database.drizzle,
    sql`select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,
  )
}
