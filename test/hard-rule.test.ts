import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountKeys, accounts } from '../src/account/table.ts'
import { callAttempts, type calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import type { organizations } from '../src/organization/table.ts'
import type { pledges } from '../src/pledge/table.ts'
import { openTestDatabase } from './support/database.ts'
import {
  insertAttempt,
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
  insertUser,
  type Person,
  RECORDED_AT,
} from './support/records.ts'
import { refusalOf } from './support/refusal.ts'

const EARLIER = new Date(RECORDED_AT.getTime() - 1)
const LATER = new Date(RECORDED_AT.getTime() + 1)
const EXTERNAL_SOURCE = { externalSourceName: 'crm', externalSourceId: '1' }
const EXTERNAL_CALL = { externalApplicationName: 'dialler', externalReferenceId: '1' }

let database: Database
let person: Person

beforeAll(async () => {
  database = await openTestDatabase()
  person = await insertPerson(database)
})

afterAll(() => database.close())

describe('a pledge is refused', () => {
  const cancelled = { status: 'CANCELLED', cancelledAt: LATER, releasedAt: RECORDED_AT } as const
  const dropped = { status: 'DROPPED', droppedAt: LATER } as const

  test.each<[string, Partial<typeof pledges.$inferInsert>, string]>([
    ['cancelled without a reason', cancelled, 'pledges_managed_cancellations_are_whole'],
    [
      'cancelled without a time',
      { status: 'CANCELLED', cancellationReason: 'moved' },
      'pledges_managed_cancellations_are_whole',
    ],
    [
      'with a reason though it is not cancelled',
      { cancellationReason: 'moved' },
      'pledges_managed_cancellations_are_whole',
    ],
    [
      'cancelled for a blank reason',
      { ...cancelled, cancellationReason: ' \n' },
      'pledges_texts_are_bounded',
    ],
    [
      'cancelled for a reason of 1,001 characters',
      { ...cancelled, cancellationReason: 'a'.repeat(1_001) },
      'pledges_texts_are_bounded',
    ],
    [
      'cancelled before it was created',
      { ...cancelled, cancellationReason: 'moved', cancelledAt: EARLIER },
      'pledges_managed_end_after_start',
    ],
    ['dropped without a time', { status: 'DROPPED' }, 'pledges_managed_drops_are_whole'],
    [
      'dropped after its release',
      { ...dropped, releasedAt: RECORDED_AT },
      'pledges_managed_states_are_reached',
    ],
    [
      'dropped before it was created',
      { ...dropped, droppedAt: EARLIER },
      'pledges_managed_end_after_start',
    ],
    ['active without a release', { status: 'ACTIVE' }, 'pledges_managed_states_are_reached'],
    [
      'fulfilled without an end',
      { status: 'FULFILLED', releasedAt: RECORDED_AT },
      'pledges_managed_states_are_reached',
    ],
    [
      'ending before it starts',
      { startsAt: RECORDED_AT, endsAt: EARLIER },
      'pledges_managed_end_after_start',
    ],
    ['without a donation', { donationAmount: null }, 'pledges_managed_have_a_donation'],
    ['on payment day 0', { preferredPaymentDay: 0 }, 'pledges_payment_day_is_in_every_month'],
    ['on payment day 29', { preferredPaymentDay: 29 }, 'pledges_payment_day_is_in_every_month'],
    ['of 0 euros', { donationAmount: '0' }, 'pledges_amounts_are_in_range'],
    ['of -1 euro', { donationAmount: '-1' }, 'pledges_amounts_are_in_range'],
    [
      'of 1,000,000.01 euros',
      { initialDonationAmount: '1000000.01' },
      'pledges_amounts_are_in_range',
    ],
    [
      'with half an external source',
      { externalSourceName: 'crm' },
      'pledges_external_source_is_whole',
    ],
    [
      'with a label of 256 characters',
      { recruitingLocationLabel: 'a'.repeat(256) },
      'pledges_texts_are_bounded',
    ],
    [
      'with properties that are no object',
      { externalProperties: [] as never },
      'pledges_metadata_are_objects',
    ],
  ])('%s', async (_, fields, constraint) => {
    expect(await refusalOf(insertPledge(database, { personUuid: person.uuid, ...fields }))).toBe(
      constraint,
    )
  })

  test('of a person that its organization does not own', async () => {
    const { uuid: owningOrganizationUuid } = await insertOrganization(database)
    const write = insertPledge(database, { personUuid: person.uuid, owningOrganizationUuid })
    expect(await refusalOf(write)).toBe('pledges_person_belongs_to_owner')
  })

  test('with the name and id of another one in its external source', async () => {
    const source = { externalSourceName: 'crm', externalSourceId: 'taken' }
    const { owningOrganizationUuid } = await insertPledge(database, source)
    const again = insertPledge(database, { ...source, owningOrganizationUuid })
    expect(await refusalOf(again)).toBe('pledges_external_source')
  })
})

describe('a pledge is accepted', () => {
  test.each<[string, Partial<typeof pledges.$inferInsert>]>([
    ['on payment day 1', { preferredPaymentDay: 1 }],
    ['on payment day 28', { preferredPaymentDay: 28 }],
    ['of a cent', { initialDonationAmount: '0.01' }],
    ['of a million euros', { initialDonationAmount: '1000000' }],
    [
      'cancelled, from another source, without its reason',
      { status: 'CANCELLED', ...EXTERNAL_SOURCE },
    ],
  ])('%s', async (_, fields) => {
    await expect(insertPledge(database, fields)).resolves.toMatchObject({
      uuid: expect.any(String) as string,
    })
  })
})

describe('a call is refused', () => {
  const completed = { status: 'COMPLETED', completedAt: LATER, result: 'reached' } as const

  test.each<[string, Partial<typeof calls.$inferInsert>, string]>([
    ['completed without a user', completed, 'calls_managed_completions_are_whole'],
    [
      'with a result though it is not completed',
      { result: 'reached' },
      'calls_managed_completions_are_whole',
    ],
    ['cancelled without a time', { status: 'CANCELLED' }, 'calls_managed_cancellations_are_whole'],
    [
      'cancelled before it was requested',
      { status: 'CANCELLED', cancelledAt: EARLIER },
      'calls_managed_end_after_request',
    ],
    ['expired without a time', { status: 'EXPIRED' }, 'calls_managed_expiries_are_whole'],
    ['expiring before it was requested', { expiresAt: EARLIER }, 'calls_managed_end_after_request'],
    [
      'with half an external reference',
      { externalReferenceId: '1' },
      'calls_external_reference_is_whole',
    ],
    [
      'with an external status and no reference',
      { externalStatusCode: '7' },
      'calls_external_reference_is_whole',
    ],
    ['with notes of 10,001 characters', { notes: 'a'.repeat(10_001) }, 'calls_texts_are_bounded'],
  ])('%s', async (_, fields, constraint) => {
    expect(await refusalOf(insertCall(database, { personUuid: person.uuid, ...fields }))).toBe(
      constraint,
    )
  })

  test('completed without a time', async () => {
    const { uuid: completedByUuid } = await insertUser(database)
    const write = insertCall(database, { ...completed, completedAt: null, completedByUuid })
    expect(await refusalOf(write)).toBe('calls_managed_completions_are_whole')
  })

  test("about a pledge of somebody else's", async () => {
    const { uuid: pledgeUuid } = await insertPledge(database)
    const write = insertCall(database, { personUuid: person.uuid, pledgeUuid })
    expect(await refusalOf(write)).toBe('calls_pledge_is_of_person')
  })

  test('for an owner who is not the owner of the person', async () => {
    const { uuid: personOrganizationUuid } = await insertOrganization(database)
    const write = insertCall(database, { personUuid: person.uuid, personOrganizationUuid })
    expect(await refusalOf(write)).toBe('calls_person_has_owner')
  })

  test('with the application and reference of another one', async () => {
    const { organizationUuid } = await insertCall(database, EXTERNAL_CALL)
    const again = insertCall(database, { ...EXTERNAL_CALL, organizationUuid })
    expect(await refusalOf(again)).toBe('calls_external_reference')
  })
})

test('a call from another application may be completed without its time', async () => {
  const call = await insertCall(database, {
    status: 'COMPLETED',
    externalApplicationName: 'dialler',
    externalReferenceId: '2',
  })
  expect(call.status).toBe('COMPLETED')
})

test('the attempts at a call count from one, each once', async () => {
  const { callUuid, number } = await insertAttempt(database)
  expect(number).toBe(1)
  expect(await refusalOf(insertAttempt(database, { callUuid, number: 0 }))).toBe(
    'call_attempts_count_from_one',
  )
  expect(await refusalOf(insertAttempt(database, { callUuid, number: 1 }))).toMatch(
    /^call_attempts_.*pk/,
  )
  expect(await database.drizzle.$count(callAttempts, eq(callAttempts.callUuid, callUuid))).toBe(1)
})

test.each(['0', '-1', '1000000.01'])('a transaction of %s euros is refused', async (amount) => {
  expect(await refusalOf(insertTransaction(database, { amount }))).toBe(
    'transactions_amount_is_in_range',
  )
})

describe('an organization is refused', () => {
  test.each<[string, Partial<typeof organizations.$inferInsert>, string]>([
    ['without a name', { name: ' ' }, 'organizations_name_is_said'],
    ['without a single attempt', { maxCallAttempts: 0 }, 'organizations_attempts_are_positive'],
    [
      'cooling down for -1 day',
      { coolingDownDays: -1 },
      'organizations_cooling_down_is_not_negative',
    ],
  ])('%s', async (_, fields, constraint) => {
    expect(await refusalOf(insertOrganization(database, fields))).toBe(constraint)
  })
})

test('only the public half of a key is kept', async () => {
  const email = 'crm@example.org'
  await database.drizzle
    .insert(accounts)
    .values({ email, permissions: [], hasAllOrganizations: true, createdAt: RECORDED_AT })
  const write = database.drizzle
    .insert(accountKeys)
    .values({ kid: '1', email, publicKey: '-----BEGIN PRIVATE KEY-----', createdAt: RECORDED_AT })
  expect(await refusalOf(write.execute())).toBe('account_keys_are_public')
})
