import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { digestOfKey } from '../src/act/digest.ts'
import { idempotentActs } from '../src/act/table.ts'
import { type Actor, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { type ActResult, loadEverything, perform, refusedFields } from './support/act.ts'
import { readAttempts, readCall } from './support/call.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING, type Gateway } from './support/execution.ts'
import { sampleFiles } from './support/media.ts'
import {
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertUser,
  RECORDED_AT,
} from './support/records.ts'
import { createTestStorage } from './support/storage.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const PNG = (await sampleFiles())['image/png']
const KEY = ['@idempotent.key']

let database: Database
let gateway: Gateway
let key: string

beforeAll(async () => {
  database = await openTestDatabase()
  gateway = createGateway({ database, now: NOW })
})

beforeEach(() => {
  key = randomUUID()
})

afterAll(() => database.close())

describe('the same key', () => {
  test('counts an attempt once, and of another account or with another key again', async () => {
    const input = await attempt()
    const other = gatewayOf({ email: 'other@example.org' })
    for (const each of [gateway, gateway, other, other]) {
      expect(await perform(each, 'addCallAttempt', input, key)).toMatchObject({
        __typename: 'AddCallAttemptPayload',
      })
    }
    await perform(gateway, 'addCallAttempt', input, randomUUID())
    expect(await attemptsAt(input.callUuid)).toBe(3)
  })

  test('shows the record as it is now', async () => {
    const { uuid: pledgeUuid } = await insertPledge(database, { releasedAt: RECORDED_AT })
    const activate = () =>
      gateway.execute(
        `mutation ($uuid: UUID!, $key: String!) { activatePledge(input: { pledgeUuid: $uuid }) @idempotent(key: $key) { ... on ActivatePledgePayload { pledge { status } } } }`,
        { uuid: pledgeUuid, key },
      )
    expect((await activate()).data).toEqual({ activatePledge: { pledge: { status: 'ACTIVE' } } })
    await perform(gateway, 'cancelPledge', { pledgeUuid, reason: 'moved' })
    expect((await activate()).data).toEqual({ activatePledge: { pledge: { status: 'CANCELLED' } } })
  })

  test('is the same input however that is written', async () => {
    const donor = await newDonor()
    const ends = {
      externalSource: { name: 'crm', id: randomUUID() },
      originMetadata: { b: 1, a: 2 },
    }
    const uuid = randomUUID()
    const first = await perform(
      gateway,
      'createPledge',
      { ...donor, ...ends, uuid, startsAt: '2026-06-01T12:00:00Z', donationAmount: '7.5' },
      key,
    )
    expect(first.__typename).toBe('CreatePledgePayload')
    const again = await perform(
      gateway,
      'createPledge',
      {
        ...ends,
        donationAmount: '7.50',
        startsAt: '2026-06-01T14:00:00.0004+02:00',
        originMetadata: { a: 2, b: 1 },
        recruiterUuid: null,
        ...donor,
        uuid: uuid.toUpperCase(),
      },
      key,
    )
    expect(again).toEqual(first)
    const other = { ...donor, ...ends, uuid, startsAt: NOW, donationAmount: '7.5' }
    const metadata = [{ b: 1, a: 2, c: null }, { b: 1 }, { b: '1', a: 2 }, null]
    for (const originMetadata of metadata) {
      const result = await perform(gateway, 'createPledge', { ...other, originMetadata }, key)
      expect(refusedFields(result)).toEqual(KEY)
    }
  })

  test('tells an update that clears from one that keeps', async () => {
    const { uuid: pledgeUuid } = await insertPledge(database, { recruitingLocationLabel: 'Dam' })
    const keeping = { pledgeUuid, startsAt: NOW }
    expect(await perform(gateway, 'updatePledge', keeping, key)).toMatchObject({
      pledge: { uuid: pledgeUuid },
    })
    const clearing = { ...keeping, recruitingLocationLabel: null }
    expect(refusedFields(await perform(gateway, 'updatePledge', clearing, key))).toEqual(KEY)
  })

  test('stores a signature once', async () => {
    const storage = createTestStorage()
    const storing = createGateway({ database, now: NOW, storage })
    const signature = { contentType: 'image/png', base64: PNG.toString('base64') }
    const input = { ...(await newDonor()), ...MANAGED, signature }
    const first = await perform(storing, 'createPledge', input, key)
    expect(first.__typename).toBe('CreatePledgePayload')
    expect(await perform(storing, 'createPledge', input, key)).toEqual(first)
    expect(storage.files.size).toBe(1)
    const other = { ...input, signature: undefined }
    expect(refusedFields(await perform(storing, 'createPledge', other, key))).toEqual(KEY)
  })

  test('in one operation does nothing the second time, and is refused with another input', async () => {
    const input = await attempt()
    const another = await attempt()
    const { data, errors } = await gateway.execute(
      `mutation ($one: AddCallAttemptInput!, $other: AddCallAttemptInput!, $key: String!, $own: String!) {
        first: addCallAttempt(input: $one) @idempotent(key: $key) { ...Result }
        again: addCallAttempt(input: $one) @idempotent(key: $key) { ...Result }
        wrong: addCallAttempt(input: $other) @idempotent(key: $key) { ...Result }
        right: addCallAttempt(input: $other) @idempotent(key: $own) { ...Result }
        without: addCallAttempt(input: $other) { ...Result }
      }
      fragment Result on AddCallAttemptResult {
        ... on AddCallAttemptPayload { call { attemptCount } }
        ... on InvalidInputError { issues { path message } }
      }`,
      { one: input, other: another, key, own: randomUUID() },
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      first: { call: { attemptCount: 1 } },
      again: { call: { attemptCount: 1 } },
      wrong: {
        issues: [
          {
            path: ['@idempotent', 'key'],
            message: 'was used with another input: every act needs a key of its own',
          },
        ],
      },
      right: { call: { attemptCount: 1 } },
      without: { call: { attemptCount: 2 } },
    })
  })
})

describe('an act that failed is not remembered', () => {
  test('and its key does it, once it can be done', async () => {
    const { uuid: pledgeUuid } = await insertPledge(database)
    const activate = () => perform(gateway, 'activatePledge', { pledgeUuid }, key)
    expect((await activate()).code).toBe('INVALID_TRANSITION')
    await perform(gateway, 'releasePledge', { pledgeUuid })
    expect((await activate()).pledge).toEqual({ uuid: pledgeUuid })
    expect((await activate()).pledge).toEqual({ uuid: pledgeUuid })
  })

  test('even where time made something of the record in its transaction', async () => {
    const call = await insertCall(database, { expiresAt: new Date(NOW.getTime() - 1) })
    const complete = { callUuid: call.uuid, attemptedByUuid: (await insertUser(database)).uuid }
    expect((await perform(gateway, 'addCallAttempt', complete, key)).code).toBe(
      'INVALID_TRANSITION',
    )
    expect((await readCall(database, call.uuid)).status).toBe('EXPIRED')
    expect(await remembered()).toBe(0)
  })

  test.each([
    ['a missing permission', { permissions: new Set<never>() }, 'FORBIDDEN'],
    ['a record out of scope', { organizations: [] }, 'NOT_FOUND'],
  ] as const)('such as for %s', async (_what, actor, code) => {
    const input = await attempt()
    expect((await perform(gatewayOf(actor), 'addCallAttempt', input, key)).code).toBe(code)
    expect(await remembered()).toBe(0)
  })
})

describe('a key', () => {
  test.each(['x', ' x ', 'é'.repeat(255), '😀'.repeat(255)])('may be %s', async (odd) => {
    const input = await attempt()
    const first = await perform(gateway, 'addCallAttempt', input, odd)
    expect(first.__typename).toBe('AddCallAttemptPayload')
    expect(await perform(gateway, 'addCallAttempt', input, odd)).toEqual(first)
    expect(await attemptsAt(input.callUuid)).toBe(1)
  })

  test.each(['', ' \t\n', '\u00a0', 'x'.repeat(256), '\0', '\ud800'])(
    'may not be %j, which is told with what is wrong with the input',
    async (wrong) => {
      const input = await attempt()
      const before = await loadEverything(database)
      const result = await perform(gateway, 'addCallAttempt', input, wrong)
      expect(refusedFields(result)).toEqual(KEY)
      expect(result.issues![0]!.message).toBe(
        'is not accepted: it must be a text of 1 to 255 characters that is not blank, without NUL characters and halves of surrogate pairs',
      )
      const late = { ...input, attemptedAt: new Date(NOW.getTime() + 1) }
      const both = await perform(gateway, 'addCallAttempt', late, wrong)
      expect(refusedFields(both)).toEqual(['attemptedAt', ...KEY])
      const forbidden = gatewayOf({ permissions: new Set() })
      expect((await perform(forbidden, 'addCallAttempt', input, wrong)).code).toBe('FORBIDDEN')
      expect(await loadEverything(database)).toEqual(before)
    },
  )

  test('is one, wherever the field is selected', async () => {
    const input = await attempt()
    const run = (one: string, other: string) =>
      gateway.execute(
        `mutation ($input: AddCallAttemptInput!, $one: String!, $other: String!) {
          addCallAttempt(input: $input) @idempotent(key: $one) { __typename }
          ... on Mutation { addCallAttempt(input: $input) @idempotent(key: $other) { ... on InvalidInputError { issues { path } } } }
          addCallAttempt(input: $input) { __typename }
        }`,
        { input, one, other },
      )
    expect((await run(key, randomUUID())).data).toEqual({
      addCallAttempt: {
        __typename: 'InvalidInputError',
        issues: [{ path: ['@idempotent', 'key'] }],
      },
    })
    const same = await Promise.all([run(key, key), run(key, key)])
    for (const { data } of same)
      expect(data.addCallAttempt.__typename).toBe('AddCallAttemptPayload')
    expect(await attemptsAt(input.callUuid)).toBe(1)
  })

  test('may have donor data in it, of which nothing is kept, nor of the input', async () => {
    const secret = 'noor.jansen@example.org'
    const { uuid: callUuid } = await insertCall(database)
    const completedByUuid = (await insertUser(database)).uuid
    const notes = `rings back at ${secret}`
    const input = { callUuid, completedByUuid, result: 'reached', notes }
    await perform(gateway, 'completeCall', input, `${secret} 1`)
    const rows = await database.drizzle.select().from(idempotentActs)
    expect(rows.find(({ recordUuid }) => recordUuid === callUuid)).toMatchObject({
      account: EVERYTHING.email,
      mutation: 'completeCall',
      outcome: null,
      createdAt: NOW,
    })
    expect(JSON.stringify(rows)).not.toContain('jansen')
  })
})

describe('what the account may not do or see any more', () => {
  test('is not told again without the permission', async () => {
    const input = await attempt()
    await perform(gateway, 'addCallAttempt', input, key)
    const permissions = new Set(PERMISSIONS.filter((name) => name !== 'CALLS_ATTEMPT'))
    expect(await perform(gatewayOf({ permissions }), 'addCallAttempt', input, key)).toMatchObject({
      code: 'FORBIDDEN',
      permission: 'CALLS_ATTEMPT',
    })
  })

  test('is not told again without the record, and not done again', async () => {
    const donor = await newDonor()
    const input = { ...donor, ...MANAGED }
    const created = await perform(gateway, 'createPledge', input, key)
    const release = { pledgeUuid: created.pledge!.uuid }
    const releaseKey = randomUUID()
    await perform(gateway, 'releasePledge', release, releaseKey)
    const before = await loadEverything(database)
    const elsewhere = gatewayOf({ organizations: [(await insertOrganization(database)).uuid] })
    const unseen: ActResult = await perform(elsewhere, 'createPledge', input, key)
    expect(refusedFields(unseen)).toEqual(KEY)
    expect(unseen.issues![0]!.message).toBe(
      'was used for a pledge that this account does not see any more',
    )
    const result = await perform(elsewhere, 'releasePledge', release, releaseKey)
    expect(result.code).toBe('NOT_FOUND')
    const { pledges, changes } = await loadEverything(database)
    expect({ pledges, changes }).toEqual({ pledges: before.pledges, changes: before.changes })
  })
})

const MANAGED = { initialDonationAmount: '7.50', initialDonationInterval: 'MONTHLY' }

function gatewayOf(actor: Partial<Actor>): Gateway {
  return createGateway({ database, now: NOW, actor: { ...EVERYTHING, ...actor } })
}

async function attempt() {
  const { uuid: callUuid } = await insertCall(database)
  return { callUuid, attemptedByUuid: (await insertUser(database)).uuid }
}

async function newDonor() {
  const { uuid: personUuid, owningOrganizationUuid: owner } = await insertPerson(database)
  const organizations = { owningOrganizationUuid: owner, recruitingOrganizationUuid: owner }
  return { personUuid, ...organizations, type: 'STREET' }
}

async function attemptsAt(callUuid: string): Promise<number> {
  return (await readAttempts(database, callUuid)).length
}

/** How many acts are remembered by the key of this test. */
async function remembered(): Promise<number> {
  return await database.drizzle.$count(
    idempotentActs,
    eq(idempotentActs.keyDigest, digestOfKey(key)),
  )
}
