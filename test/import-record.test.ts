import { afterAll, beforeAll, expect, test } from 'vitest'
import { calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import { focusAreas, organizations, users } from '../src/organization/table.ts'
import { persons } from '../src/person/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { transactions } from '../src/transaction/table.ts'
import { openTestDatabase } from './support/database.ts'
import {
  attemptsOf,
  focusAreasOf,
  IMPORTED_AT,
  importFile,
  importSurroundings,
  storedRow,
} from './support/import-file.ts'
import {
  callLine,
  focusAreaLine,
  fullCallLine,
  fullPledgeLine,
  organizationLine,
  personLine,
  pledgeLine,
  reference,
  source,
  transactionLine,
  userLine,
} from './support/import-lines.ts'

const LATER = new Date('2026-05-02T12:00:00.000Z')
const ALL_WELL = { failed: 0, failures: {} }

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

test('what a line does not say gets its default when the record is created', async () => {
  const organization = organizationLine()
  const focusArea = focusAreaLine(organization)
  const user = userLine()
  const person = personLine(organization)
  const pledge = pledgeLine(person)
  const transaction = transactionLine(pledge)
  const call = callLine(person)
  const lines = [organization, focusArea, user, person, pledge, transaction, call]
  expect(await importFile(database, lines)).toEqual({ imported: 7, unchanged: 0, ...ALL_WELL })
  expect(await storedRow(database, organizations, organization)).toEqual({
    uuid: organization.uuid,
    name: 'Stichting Helder Water',
    maxCallAttempts: 5,
    coolingDownDays: 14,
    createdAt: IMPORTED_AT,
  })
  expect(await storedRow(database, focusAreas, focusArea)).toMatchObject({ name: 'Drinkwater' })
  expect(await storedRow(database, users, user)).toMatchObject({ organizationUuid: null })
  expect(await storedRow(database, persons, person)).toMatchObject({
    firstName: null,
    createdAt: IMPORTED_AT,
  })
  expect(await storedRow(database, pledges, pledge)).toMatchObject({
    status: 'LEAD',
    donationAmount: null,
    createdAt: IMPORTED_AT,
    updatedAt: IMPORTED_AT,
    releasedAt: null,
  })
  expect(await storedRow(database, transactions, transaction)).toMatchObject({ executedAt: null })
  expect(await storedRow(database, calls, call)).toMatchObject({
    status: 'REQUESTED',
    type: 'VERIFICATION',
    personOrganizationUuid: organization.uuid,
    requestedAt: IMPORTED_AT,
    createdAt: IMPORTED_AT,
    updatedAt: IMPORTED_AT,
  })
})

test('null says nothing when a record is created', async () => {
  const organization = organizationLine({ maxCallAttempts: null })
  const person = personLine(organization, { createdAt: null, email: null })
  const pledge = pledgeLine(person, { status: null, focusAreaUuids: null, signature: null })
  const call = callLine(person, { type: null, status: null, requestedAt: null, attempts: null })
  const result = await importFile(database, [organization, person, pledge, call])
  expect(result).toEqual({ imported: 4, unchanged: 0, ...ALL_WELL })
  expect(await storedRow(database, organizations, organization)).toMatchObject({
    maxCallAttempts: 5,
  })
  expect(await storedRow(database, pledges, pledge)).toMatchObject({ status: 'LEAD' })
  expect(await storedRow(database, calls, call)).toMatchObject({ type: 'VERIFICATION' })
})

test('everything that a line can say about a pledge is kept', async () => {
  const { organization, recruiter, areas, person } = await importSurroundings(database)
  const pledge = fullPledgeLine(person, recruiter, areas)
  await importFile(database, [pledge])
  expect(await storedRow(database, pledges, pledge)).toEqual({
    uuid: pledge.uuid,
    status: 'CANCELLED',
    type: 'D2D',
    personUuid: person.uuid,
    owningOrganizationUuid: organization.uuid,
    recruitingOrganizationUuid: organization.uuid,
    recruiterUuid: recruiter.uuid,
    recruitingLocationLabel: 'Utrecht',
    initialDonationAmount: '7.50',
    initialDonationInterval: 'MONTHLY',
    donationAmount: '10.00',
    donationInterval: 'QUARTERLY',
    preferredPaymentDay: 28,
    startsAt: new Date('2026-04-01T00:00:00.000Z'),
    endsAt: new Date('2027-04-01T00:00:00.123Z'),
    createdAt: new Date('2026-03-01T08:00:00.000Z'),
    updatedAt: new Date('2026-04-03T08:00:00.000Z'),
    releasedAt: new Date('2026-03-15T08:00:00.000Z'),
    droppedAt: null,
    cancelledAt: new Date('2026-04-02T08:00:00.000Z'),
    cancellationReason: 'Verhuisd',
    signatureKey: null,
    originMetadata: { team: 'Noord', scores: [1, 2.5, null] },
    externalSourceName: 'backstage',
    externalSourceId: 'case-1',
    externalProperties: { über: { deep: ['x'] } },
  })
  expect(await focusAreasOf(database, pledge)).toEqual(areas.map(({ uuid }) => uuid).sort())
})

test('everything that a line can say about a call is kept', async () => {
  const { organization, recruiter, person } = await importSurroundings(database)
  const pledge = pledgeLine(person)
  const call = fullCallLine(person, pledge, recruiter)
  await importFile(database, [pledge, call])
  expect(await storedRow(database, calls, call)).toEqual({
    uuid: call.uuid,
    status: 'COMPLETED',
    type: 'WINBACK',
    personUuid: person.uuid,
    personOrganizationUuid: organization.uuid,
    pledgeUuid: pledge.uuid,
    organizationUuid: organization.uuid,
    requestedAt: new Date('2026-04-01T08:00:00.000Z'),
    requestedByUuid: recruiter.uuid,
    createdAt: new Date('2026-04-01T07:00:00.000Z'),
    updatedAt: new Date('2026-04-03T08:00:00.000Z'),
    completedAt: new Date('2026-04-02T08:00:00.000Z'),
    completedByUuid: recruiter.uuid,
    cancelledAt: null,
    expiresAt: new Date('2026-06-01T08:00:00.000Z'),
    expiredAt: null,
    result: 'reached',
    notes: '',
    externalApplicationName: 'dialler',
    externalReferenceId: 'ref-1',
    externalAgentReferenceId: 'agent-7',
    externalStatusCode: '200',
    externalStatusDescription: 'Done',
  })
  expect(await attemptsOf(database, call)).toEqual([
    { number: 1, attemptedAt: new Date('2026-04-02T07:00:00.000Z'), attemptedByUuid: null },
    {
      number: 2,
      attemptedAt: new Date('2026-04-01T09:00:00.000Z'),
      attemptedByUuid: recruiter.uuid,
    },
  ])
})

test('importing a file again finds everything unchanged', async () => {
  const { organization, recruiter, areas, person } = await importSurroundings(database)
  const pledge = fullPledgeLine(person, recruiter, areas, { externalSource: source('again') })
  const lines = [organization, recruiter, ...areas, person, pledge, transactionLine(pledge)]
  const call = fullCallLine(person, pledge, recruiter, { externalMetadata: reference('again') })
  await importFile(database, [...lines, call])
  const again = [
    ...lines,
    { ...call, uuid: call.uuid.toUpperCase() },
    // The same values, written differently.
    {
      ...pledge,
      initialDonationAmount: 7.5,
      donationAmount: '010.0',
      createdAt: '2026-03-01T09:00:00.0000+01:00',
      focusAreaUuids: areas
        .map(({ uuid }) => uuid)
        .sort()
        .reverse(),
      originMetadata: { scores: [1.0, 2.5, null], team: 'Noord' },
    },
  ]
  expect(await importFile(database, again, LATER)).toEqual({
    imported: 0,
    unchanged: again.length,
    ...ALL_WELL,
  })
})
