import { asc, eq, inArray, or } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { changes } from '../src/feed/table.ts'
import { persons } from '../src/person/table.ts'
import { openTestDatabase } from './support/database.ts'
import { IMPORTED_AT, importFile } from './support/import-file.ts'
import {
  callLine,
  focusAreaLine,
  type ImportLine,
  organizationLine,
  personLine,
  pledgeLine,
  transactionLine,
  userLine,
} from './support/import-lines.ts'

const LATER = new Date('2026-05-02T12:00:00.000Z')

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

test('what happens to pledges, transactions and calls is recorded, in the order of the lines', async () => {
  const organization = organizationLine()
  const person = personLine(organization)
  const pledge = pledgeLine(person)
  const call = callLine(person)
  const transaction = transactionLine(pledge, { status: 'PENDING' })
  await importFile(database, [
    organization,
    person,
    pledge,
    transaction,
    { ...pledge, status: 'ACTIVE' },
    { ...pledge, status: 'ACTIVE' },
    call,
    { ...transaction, status: 'COLLECTED', executedAt: '2026-04-02T08:00:00Z' },
    { ...transaction, status: 'COLLECTED' },
    { ...transaction, status: 'LOST' },
    { ...pledge, status: 'GONE' },
    { ...call, personUuid: organization.uuid },
    { ...pledge, status: 'CANCELLED', cancellationReason: 'Verhuisd' },
  ])
  const common = { occurredAt: IMPORTED_AT, actor: 'import' }
  const none = { pledgeUuid: null, callUuid: null, personUuid: null, transactionUuid: null }
  const ofPledge = { ...common, ...none, pledgeUuid: pledge.uuid }
  const ofCall = { ...common, ...none, callUuid: call.uuid }
  const ofTransaction = { ...common, ...none, transactionUuid: transaction.uuid }
  expect(await recorded(pledge, call, transaction)).toEqual([
    { ...ofPledge, kind: 'PLEDGE_CREATED', changedFields: [] },
    { ...ofTransaction, kind: 'TRANSACTION_RECORDED', changedFields: [] },
    { ...ofPledge, kind: 'PLEDGE_UPDATED', changedFields: ['status'] },
    { ...ofCall, kind: 'CALL_CREATED', changedFields: [] },
    { ...ofTransaction, kind: 'TRANSACTION_UPDATED', changedFields: ['status', 'executedAt'] },
    { ...ofPledge, kind: 'PLEDGE_UPDATED', changedFields: ['status', 'cancellationReason'] },
  ])
})

test('a change names the fields of the schema that have a new value', async () => {
  const owner = organizationLine()
  const newOwner = organizationLine()
  const user = userLine()
  const area = focusAreaLine(newOwner)
  const person = personLine(owner)
  const newPerson = personLine(newOwner)
  const pledge = pledgeLine(person)
  const call = callLine(person)
  await importFile(database, [owner, newOwner, user, area, person, newPerson, pledge, call])
  const seen = (await recorded(pledge, call)).length
  await importFile(
    database,
    [
      {
        ...pledge,
        externalSource: { name: 'crm', id: '7' },
        personUuid: newPerson.uuid,
        owningOrganizationUuid: newOwner.uuid,
        recruitingOrganizationUuid: newOwner.uuid,
        type: 'STREET',
        recruiterUuid: user.uuid,
        donationAmount: 5,
        focusAreaUuids: [area.uuid],
        externalProperties: {},
        createdAt: '2026-01-01T00:00:00Z',
        updatedAt: '2026-01-01T00:00:00Z',
      },
      {
        ...call,
        externalMetadata: { applicationName: 'crm', referenceId: '7', statusCode: '1' },
        personUuid: newPerson.uuid,
        organizationUuid: newOwner.uuid,
        pledgeUuid: pledge.uuid,
        requestedByUuid: user.uuid,
        completedByUuid: user.uuid,
        attempts: [{ attemptedAt: '2026-01-01T00:00:00Z' }],
        result: null,
      },
    ],
    LATER,
  )
  const [ofPledge, ofCall] = (await recorded(pledge, call)).slice(seen)
  expect(ofPledge).toMatchObject({ kind: 'PLEDGE_UPDATED', occurredAt: LATER })
  expect(ofPledge?.changedFields.toSorted()).toEqual([
    'createdAt',
    'donationAmount',
    'externalProperties',
    'externalSource',
    'focusAreas',
    'owningOrganization',
    'person',
    'recruiter',
    'recruitingOrganization',
  ])
  expect(ofCall).toMatchObject({ kind: 'CALL_UPDATED', occurredAt: LATER })
  expect(ofCall?.changedFields.toSorted()).toEqual([
    'attempts',
    'completedBy',
    'externalMetadata',
    'organization',
    'person',
    'pledge',
    'requestedBy',
  ])
})

test('another updatedAt alone is a change that names no field', async () => {
  const organization = organizationLine()
  const person = personLine(organization)
  const pledge = pledgeLine(person)
  await importFile(database, [organization, person, pledge])
  await importFile(database, [{ ...pledge, updatedAt: '2026-01-01T00:00:00Z' }])
  expect(await recorded(pledge)).toMatchObject([
    { kind: 'PLEDGE_CREATED' },
    { kind: 'PLEDGE_UPDATED', changedFields: [] },
  ])
})

test('what happens to persons is recorded, and moves when they were updated only where something changed', async () => {
  const owner = organizationLine()
  const newOwner = organizationLine()
  const person = personLine(owner, { firstName: 'Noor', email: 'noor@example.org' })
  const none = { pledgeUuid: null, callUuid: null, transactionUuid: null }
  const common = { actor: 'import', personUuid: person.uuid, ...none }
  const updatedAt = async () => {
    const [row] = await database.drizzle.select().from(persons).where(eq(persons.uuid, person.uuid))
    return row?.updatedAt
  }
  await importFile(database, [owner, newOwner, person])
  expect(await updatedAt()).toEqual(IMPORTED_AT)
  expect(await importFile(database, [person, person], LATER)).toMatchObject({ unchanged: 2 })
  expect(await updatedAt()).toEqual(IMPORTED_AT)
  const changed = {
    ...person,
    owningOrganizationUuid: newOwner.uuid,
    firstName: null,
    lastName: 'de Wit',
    phoneNumber: '+31600000001',
    createdAt: '2026-01-01T00:00:00Z',
  }
  await importFile(database, [changed], LATER)
  expect(await updatedAt()).toEqual(LATER)
  const [created, updated, ...more] = await recorded(person)
  expect(created).toEqual({
    ...common,
    kind: 'PERSON_CREATED',
    occurredAt: IMPORTED_AT,
    changedFields: [],
  })
  expect({ ...updated, changedFields: updated?.changedFields.toSorted() }).toEqual({
    ...common,
    kind: 'PERSON_UPDATED',
    occurredAt: LATER,
    changedFields: ['createdAt', 'firstName', 'lastName', 'owningOrganization', 'phoneNumber'],
  })
  expect(more).toEqual([])
})

/** What is recorded of some records, oldest first. */
async function recorded(...records: readonly ImportLine[]) {
  const uuids = records.map(({ uuid }) => uuid)
  const rows = await database.drizzle
    .select()
    .from(changes)
    .where(
      or(
        inArray(changes.pledgeUuid, uuids),
        inArray(changes.callUuid, uuids),
        inArray(changes.personUuid, uuids),
        inArray(changes.transactionUuid, uuids),
      ),
    )
    .orderBy(asc(changes.number))
  return rows.map(({ number, uuid, position, ...change }) => change)
}
