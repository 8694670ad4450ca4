import { afterAll, beforeAll, expect, test } from 'vitest'
import { calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import { organizations } from '../src/organization/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { openTestDatabase } from './support/database.ts'
import {
  attemptsOf,
  focusAreasOf,
  importFile,
  importSurroundings,
  storedRow,
} from './support/import-file.ts'
import {
  callLine,
  fullCallLine,
  fullPledgeLine,
  type ImportLine,
  organizationLine,
  personLine,
  pledgeLine,
  reference,
  source,
} from './support/import-lines.ts'

const LATER = new Date('2026-05-02T12:00:00.000Z')
const ALL_WELL = { failed: 0, failures: {} }

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

test('an absent key keeps what is stored, and null clears it', async () => {
  const { recruiter, areas, person } = await importSurroundings(database)
  const pledge = fullPledgeLine(person, recruiter, areas, { externalSource: source('cleared') })
  const call = fullCallLine(person, pledgeLine(person), recruiter, {
    externalMetadata: reference('cleared'),
    pledgeUuid: null,
  })
  await importFile(database, [pledge, call])
  const before = {
    pledge: await storedRow(database, pledges, pledge),
    call: await storedRow(database, calls, call),
  }
  const result = await importFile(
    database,
    [
      {
        ...required(pledge),
        recruiterUuid: null,
        donationAmount: null,
        externalProperties: null,
        endsAt: null,
        focusAreaUuids: null,
      },
      {
        ...required(call),
        externalMetadata: { ...reference('cleared'), statusCode: null },
        attempts: null,
        notes: null,
      },
    ],
    LATER,
  )
  expect(result).toEqual({ imported: 2, unchanged: 0, ...ALL_WELL })
  expect(await storedRow(database, pledges, pledge)).toEqual({
    ...before.pledge,
    recruiterUuid: null,
    donationAmount: null,
    externalProperties: null,
    endsAt: null,
    updatedAt: LATER,
  })
  expect(await storedRow(database, calls, call)).toEqual({
    ...before.call,
    externalStatusCode: null,
    notes: null,
    updatedAt: LATER,
  })
  expect(await focusAreasOf(database, pledge)).toEqual([])
  expect(await attemptsOf(database, call)).toEqual([])
})

test('null where nothing can be empty says as little as an absent key, however often', async () => {
  const { organization, person } = await importSurroundings(database)
  const lines = [
    { ...organization, maxCallAttempts: null, coolingDownDays: null },
    { ...person, createdAt: null },
    pledgeLine(person, { status: null, createdAt: null, updatedAt: null }),
    callLine(person, { status: null, type: null, requestedAt: null, createdAt: null }),
  ]
  expect(await importFile(database, lines)).toMatchObject({ imported: 2, unchanged: 2 })
  expect(await importFile(database, lines, LATER)).toMatchObject({ unchanged: 4, failed: 0 })
  const moved = { ...lines[2], recruitingLocationLabel: 'Delft' }
  expect(await importFile(database, [moved], LATER)).toMatchObject({ imported: 1 })
  expect(await storedRow(database, pledges, lines[2] as ImportLine)).toMatchObject({
    status: 'LEAD',
    recruitingLocationLabel: 'Delft',
    updatedAt: LATER,
  })
})

test('a change moves updatedAt to the moment of the import, or to where the line says', async () => {
  const { person } = await importSurroundings(database)
  const pledge = pledgeLine(person, { createdAt: '2026-01-01T00:00:00Z' })
  await importFile(database, [pledge])
  await importFile(database, [{ ...pledge, recruitingLocationLabel: 'Breda' }], LATER)
  expect(await storedRow(database, pledges, pledge)).toMatchObject({
    createdAt: new Date('2026-01-01T00:00:00.000Z'),
    updatedAt: LATER,
  })
  const updatedAt = '2026-04-04T04:04:04.044Z'
  const moved = { ...pledge, recruitingLocationLabel: 'Delft', updatedAt }
  await importFile(database, [moved], LATER)
  expect(await storedRow(database, pledges, pledge)).toMatchObject({
    updatedAt: new Date(updatedAt),
  })
  expect(await importFile(database, [moved], LATER)).toMatchObject({ unchanged: 1 })
  expect(await importFile(database, [{ ...moved, updatedAt: LATER }], LATER)).toMatchObject({
    imported: 1,
  })
  expect(await storedRow(database, pledges, pledge)).toMatchObject({ updatedAt: LATER })
})

test('attempts and focus areas are replaced as a whole', async () => {
  const { recruiter, areas, person } = await importSurroundings(database)
  const [first, second] = areas
  const pledge = pledgeLine(person, { focusAreaUuids: [first!.uuid] })
  const attempt = { attemptedAt: '2026-04-01T09:00:00.000Z' }
  const call = callLine(person, { attempts: [attempt, attempt] })
  await importFile(database, [pledge, call])
  const again = { ...attempt, attemptedByUuid: recruiter.uuid }
  const result = await importFile(database, [
    { ...pledge, focusAreaUuids: [second!.uuid] },
    { ...call, attempts: [attempt, attempt, again] },
  ])
  expect(result).toMatchObject({ imported: 2 })
  expect(await focusAreasOf(database, pledge)).toEqual([second!.uuid])
  expect(await attemptsOf(database, call)).toMatchObject([
    { number: 1, attemptedByUuid: null },
    { number: 2, attemptedByUuid: null },
    { number: 3, attemptedByUuid: recruiter.uuid },
  ])
})

test('several lines about one record count in their order', async () => {
  const organization = organizationLine()
  const person = personLine(organization)
  const pledge = pledgeLine(person)
  const result = await importFile(database, [
    organization,
    { ...organization, name: 'Second' },
    { ...organization, name: 'Second' },
    person,
    pledge,
    { ...pledge, recruitingLocationLabel: 'Breda' },
    { ...organization, name: 'Third' },
    { ...pledge, type: 'HOUSE' },
    { ...pledge, status: 'ACTIVE' },
  ])
  expect(result).toMatchObject({ imported: 7, unchanged: 1, failed: 1 })
  expect(await storedRow(database, organizations, organization)).toMatchObject({ name: 'Third' })
  expect(await storedRow(database, pledges, pledge)).toMatchObject({
    status: 'ACTIVE',
    recruitingLocationLabel: 'Breda',
  })
})

/** As much of a line as every line about the record has to say. */
function required(line: ImportLine): object {
  const keys = Object.keys(line['entity'] === 'pledge' ? pledgeLine(line) : callLine(line))
  return Object.fromEntries(keys.map((key) => [key, line[key]]))
}
