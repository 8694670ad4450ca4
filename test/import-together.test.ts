import { inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, rowsOf } from '../src/db/database.ts'
import { changes } from '../src/feed/table.ts'
import { importRecords } from '../src/import/commands.ts'
import { organizations } from '../src/organization/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { openTestDatabase } from './support/database.ts'
import { arriving, IMPORTED_AT, importFile } from './support/import-file.ts'
import {
  donorLines,
  type ImportLine,
  organizationLine,
  personLine,
  pledgeLine,
} from './support/import-lines.ts'
import { createTestStorage } from './support/storage.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

test('lines refer to each other and are told of in order, however long the file is', async () => {
  const lines: object[] = donorLines(300)
  lines.splice(7, 0, {})
  lines.splice(1_134, 0, {})
  lines.push({})
  const progress: [number, number][] = []
  const failed: number[] = []
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const count = await importRecords(database, arriving([Buffer.from(text)]), {
    now: () => IMPORTED_AT,
    storage: createTestStorage(),
    onProgress: (bytes, done) => progress.push([bytes, done]),
    onFailure: (number) => failed.push(number),
  })
  expect(count).toEqual({ imported: lines.length - 3, unchanged: 0, failed: 3 })
  expect(failed).toEqual([8, 1_135, lines.length])
  expect(progress.length).toBeGreaterThan(1)
  expect(progress.toSorted(([one], [other]) => one - other)).toEqual(progress)
  expect(progress.at(-1)).toEqual([Buffer.byteLength(text), lines.length])
})

test('importing a file again does not so much as lock a row', async () => {
  const lines = donorLines(20)
  await importFile(database, lines)
  const before = await rowVersions()
  expect(await importFile(database, lines)).toMatchObject({ unchanged: lines.length })
  expect(await rowVersions()).toEqual(before)
})

test('two imports of one file at once keep every record once', async () => {
  const lines = donorLines(300)
  const results = await Promise.all([
    importFile(database, lines),
    importFile(database, lines),
    importFile(database, lines.toReversed().toReversed()),
  ])
  expect(results.map(({ failures }) => failures)).toEqual([{}, {}, {}])
  expect(results.reduce((sum, { imported }) => sum + imported, 0)).toBe(lines.length)
  const { drizzle } = database
  expect(await drizzle.$count(changes, inArray(changes.pledgeUuid, uuids(lines, 'pledge')))).toBe(
    300,
  )
  expect(await drizzle.$count(changes, inArray(changes.callUuid, uuids(lines, 'call')))).toBe(300)
})

test('two imports at once that take turns with the same records lose nothing', async () => {
  const organization = organizationLine()
  const persons = Array.from({ length: 50 }, () => personLine(organization))
  const cases = persons.map((person) => pledgeLine(person))
  await importFile(database, [organization, ...persons, ...cases])
  const labelled = cases.map((line) => ({ ...line, recruitingLocationLabel: 'Breda' }))
  const started = cases.map((line) => ({ ...line, startsAt: '2026-01-01T00:00:00Z' }))
  const results = await Promise.all([
    importFile(database, labelled),
    importFile(database, started.toReversed()),
  ])
  expect(results).toMatchObject([{ imported: 50 }, { imported: 50 }])
  const rows = await database.drizzle
    .select()
    .from(pledges)
    .where(inArray(pledges.uuid, uuids(cases, 'pledge')))
  expect(rows).toHaveLength(50)
  for (const row of rows) {
    expect(row).toMatchObject({
      recruitingLocationLabel: 'Breda',
      startsAt: new Date('2026-01-01T00:00:00.000Z'),
    })
  }
})

test('of two imports at once that give one external name to two records, one is told', async () => {
  const organization = organizationLine()
  const person = personLine(organization)
  await importFile(database, [organization, person])
  const externalSource = { name: 'crm', id: '7' }
  const results = await Promise.all([
    importFile(database, [pledgeLine(person, { externalSource })]),
    importFile(database, [pledgeLine(person, { externalSource })]),
  ])
  expect(results.map(({ imported }) => imported).toSorted()).toEqual([0, 1])
  expect(results.flatMap(({ failures }) => Object.values(failures))).toEqual([
    ['externalSource: is the name of another pledge of the same organization'],
  ])
})

test('an input that breaks off is an error, after what was complete went in', async () => {
  const lines = Array.from({ length: 1_000 }, () => organizationLine())
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(
      Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    )
    throw new Error('the disk is gone')
  }
  const failed: number[] = []
  const broken = importRecords(database, breaking(), {
    now: () => IMPORTED_AT,
    storage: createTestStorage(),
    onFailure: (number) => failed.push(number),
  })
  await expect(broken).rejects.toThrow('the disk is gone')
  expect(failed).toEqual([])
  const stored = inArray(organizations.uuid, uuids(lines, 'organization'))
  expect(await database.drizzle.$count(organizations, stored)).toBe(1_000)
})

function uuids(lines: readonly ImportLine[], entity: string): string[] {
  return lines.filter((line) => line['entity'] === entity).map(({ uuid }) => uuid)
}

/** Which transactions last wrote or locked each row. */
async function rowVersions(): Promise<object[]> {
  const tables = ['organizations', 'persons', 'pledges', 'transactions', 'calls', 'call_attempts']
  const versions = tables.map((table) =>
    sql.raw(`select '${table}' as name, ctid::text, xmin::text, xmax::text from ${table}`),
  )
  return await rowsOf(
    database.drizzle,
    sql`select * from (${sql.join(versions, sql` union all `)}) as versions order by name, ctid`,
  )
}
