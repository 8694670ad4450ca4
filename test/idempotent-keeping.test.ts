import { randomUUID } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetOldActs } from '../src/act/once.ts'
import { sweep } from '../src/act/sweep.ts'
import { idempotentActs } from '../src/act/table.ts'
import type { Database } from '../src/db/database.ts'
import { createLogger } from '../src/http/log.ts'
import { perform } from './support/act.ts'
import { readAttempts } from './support/call.ts'
import { openTestDatabase } from './support/database.ts'
import { erase, insertDonor } from './support/erasure.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { insertCall, insertUser } from './support/records.ts'
import { refusalOf } from './support/refusal.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const HOUR = 3_600_000
const DIGEST = 'a'.repeat(64)

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

describe('an act is remembered', () => {
  test('for a day at least, and then forgotten by the sweep', async () => {
    const { uuid: callUuid } = await insertCall(database)
    const input = { callUuid, attemptedByUuid: (await insertUser(database)).uuid }
    const key = randomUUID()
    const logger = createLogger('silent')
    const attemptAfter = async (hours: number) => {
      const now = new Date(NOW.getTime() + hours * HOUR)
      await sweep({ database, clock: () => now, logger })
      await perform(createGateway({ database, now }), 'addCallAttempt', input, key)
      return (await readAttempts(database, callUuid)).length
    }
    expect(await attemptAfter(0)).toBe(1)
    expect(await attemptAfter(24)).toBe(1)
    expect(await attemptAfter(25)).toBe(1)
    expect(await attemptAfter(26)).toBe(2)
  })

  test('and of many that are old, all are forgotten, batch by batch and until it is told to stop', async () => {
    const account = 'many@example.org'
    const rows = Array.from({ length: 2_500 }, (_, index) => ({
      account,
      keyDigest: index.toString(16).padStart(64, '0'),
      mutation: 'addCallAttempt',
      createdAt: new Date(NOW.getTime() + index),
    }))
    for (const some of [rows.slice(0, 1_300), rows.slice(1_300)]) {
      await database.drizzle.insert(idempotentActs).values(some)
    }
    const kept = () => database.drizzle.$count(idempotentActs, eq(idempotentActs.account, account))
    const later = new Date(NOW.getTime() + 25 * HOUR + 2_200)
    let asked = 0
    expect(await forgetOldActs(database, later, () => (asked += 1) > 1)).toBe(1_000)
    expect(await kept()).toBe(1_500)
    expect(await forgetOldActs(database, later)).toBe(1_200)
    expect(await kept()).toBe(300)
  })
})

describe('what is remembered', () => {
  test('says nothing of an erased person, and still keeps an act from being done again', async () => {
    const donor = await insertDonor(database)
    const attemptedByUuid = (await insertUser(database)).uuid
    const callUuid = donor.silent.call.uuid
    const pledgeUuid = donor.managed.pledge.uuid
    const acts = [
      ['addCallAttempt', { callUuid, attemptedByUuid }, randomUUID()],
      ['updatePledge', { pledgeUuid, externalProperties: { name: 'Noor' } }, randomUUID()],
    ] as const
    const gateway = createGateway({ database, now: NOW })
    const answers = () =>
      Promise.all(acts.map(([mutation, input, key]) => perform(gateway, mutation, input, key)))
    const first = await answers()
    expect(first.map(({ __typename }) => __typename)).toEqual([
      'AddCallAttemptPayload',
      'UpdatePledgePayload',
    ])
    await erase(database, donor)
    const rows = await database.drizzle
      .select()
      .from(idempotentActs)
      .where(inArray(idempotentActs.recordUuid, [callUuid, pledgeUuid]))
    expect(rows.map(({ inputDigest }) => inputDigest)).toEqual([null, null])
    expect(await answers()).toEqual(first)
    expect(await readAttempts(database, callUuid)).toHaveLength(1)
  })

  test.each([
    ['a key', { keyDigest: 'noor@example.org' }],
    ['an input', { inputDigest: '{"phoneNumber":"+31600000001"}' }],
  ])('is never %s itself', async (_what, wrong) => {
    const row = { account: EVERYTHING.email, keyDigest: DIGEST, mutation: 'x', createdAt: NOW }
    const inserting = database.drizzle
      .insert(idempotentActs)
      .values({ ...row, inputDigest: DIGEST, ...wrong })
    expect(await refusalOf(inserting)).toBe('idempotent_acts_have_digests')
  })
})
