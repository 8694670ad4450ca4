import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Claim } from '../src/act/claim.ts'
import { digestOfInput, digestOfKey } from '../src/act/digest.ts'
import { addCallAttempt } from '../src/call/commands.ts'
import { callSource } from '../src/call/table.ts'
import { NotFoundError } from '../src/core/user-error.ts'
import type { Database } from '../src/db/database.ts'
import { openPostgres } from '../src/db/database.ts'
import { isHeldUp } from '../src/db/problem.ts'
import { inTransaction } from '../src/db/transaction.ts'
import { changes } from '../src/feed/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { type ActResult, perform } from './support/act.ts'
import { readAttempts } from './support/call.ts'
import { isOnPostgres, openForTwoGateways, withTransactions } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { untilSomebodyWaits } from './support/lock.ts'
import { sampleFiles } from './support/media.ts'
import { createMoment } from './support/moment.ts'
import { insertCall, insertOrganization, insertPerson, insertUser } from './support/records.ts'
import { createTestStorage } from './support/storage.ts'

// Two gateways on one database: on Postgres each with connections of its own.

const REPEATS = 16
const NOW = new Date('2026-06-01T12:00:00.000Z')
const PNG = (await sampleFiles())['image/png']

let opened: Awaited<ReturnType<typeof openForTwoGateways>>
let database: Database
const storage = createTestStorage()

beforeAll(async () => {
  opened = await openForTwoGateways()
  database = opened.databases[0]
})

afterAll(() => opened.close())

describe('sent many times at once', () => {
  test('an attempt is counted once, though it expires the call', async () => {
    const owner = await insertOrganization(database, { maxCallAttempts: 1 })
    const person = await insertPerson(database, { owningOrganizationUuid: owner.uuid })
    const { uuid: callUuid } = await insertCall(database, { personUuid: person.uuid })
    const attemptedByUuid = (await insertUser(database)).uuid
    const results = await repeated('addCallAttempt', { callUuid, attemptedByUuid })
    expect(results).toEqual(
      results.map(() => ({ __typename: 'AddCallAttemptPayload', call: { uuid: callUuid } })),
    )
    expect(await readAttempts(database, callUuid)).toHaveLength(1)
    expect(await kindsOf(eq(changes.callUuid, callUuid))).toEqual([
      'CALL_ATTEMPTED',
      'CALL_EXPIRED',
    ])
  })

  test.each(['with a uuid', 'without one'])(
    'a pledge is made once, %s, and signed once',
    async (how) => {
      const { uuid: personUuid, owningOrganizationUuid } = await insertPerson(database)
      const filesBefore = storage.files.size
      const results = await repeated('createPledge', {
        personUuid,
        owningOrganizationUuid,
        recruitingOrganizationUuid: owningOrganizationUuid,
        type: 'D2D',
        initialDonationAmount: '7.50',
        initialDonationInterval: 'MONTHLY',
        signature: { contentType: 'image/png', base64: PNG.toString('base64') },
        ...(how === 'with a uuid' && { uuid: randomUUID() }),
      })
      const { drizzle } = database
      const stored = await drizzle.select().from(pledges).where(eq(pledges.personUuid, personUuid))
      expect(stored).toHaveLength(1)
      const pledge = { uuid: stored[0]!.uuid }
      expect(results).toEqual(results.map(() => ({ __typename: 'CreatePledgePayload', pledge })))
      expect(storage.files.size).toBe(filesBefore + 1)
      expect(storage.files.has(stored[0]!.signatureKey!)).toBe(true)
      expect(await kindsOf(eq(changes.pledgeUuid, pledge.uuid))).toEqual(['PLEDGE_CREATED'])
    },
  )

  test('with inputs that differ, one is done and the others are refused', async () => {
    const key = randomUUID()
    const attemptedByUuid = (await insertUser(database)).uuid
    const open = await Promise.all(
      Array.from({ length: 6 }, async () => (await insertCall(database)).uuid),
    )
    const results = await Promise.all(
      open.map((callUuid, client) =>
        perform(gatewayOf(client), 'addCallAttempt', { callUuid, attemptedByUuid }, key),
      ),
    )
    expect(results.filter(({ call }) => call)).toHaveLength(1)
    expect(results.filter(({ code }) => code === 'INVALID_INPUT')).toHaveLength(5)
    const attempts = await Promise.all(open.map((uuid) => readAttempts(database, uuid)))
    expect(attempts.flat()).toHaveLength(1)
  })
})

describe.runIf(isOnPostgres())('while another gateway is at it', () => {
  test.each(['does it', 'fails'])('whoever repeats it waits until that one %s', async (outcome) => {
    const { input, key, claim } = await claimed()
    let repeating: Promise<ActResult> | undefined
    const other = inTransaction(opened.databases[1], async (transaction) => {
      await claim.take(transaction)
      repeating = perform(gatewayOf(0), 'addCallAttempt', input, key)
      await untilSomebodyWaits(transaction)
      await claim.keep(transaction, { uuid: input.callUuid })
      if (outcome === 'fails') throw new Error('it failed')
    })
    if (outcome === 'fails') await expect(other).rejects.toThrow('it failed')
    else await other
    expect((await repeating!).call).toEqual({ uuid: input.callUuid })
    const attempts = await readAttempts(database, input.callUuid)
    expect(attempts).toHaveLength(outcome === 'fails' ? 1 : 0)
  })

  test('nobody waits for longer than for any lock, and nothing is done', async () => {
    const { input, key, claim } = await claimed()
    const hasty = openPostgres({ url: opened.url, poolSize: 2, lockTimeoutMilliseconds: 50 })
    await inTransaction(opened.databases[1], async (transaction) => {
      await claim.take(transaction)
      const waiting = Array.from({ length: 3 }, () =>
        addCallAttempt({ ...ACTING, database: hasty, once: onceWith(key) }, input),
      )
      for (const { status, reason } of (await Promise.allSettled(
        waiting,
      )) as PromiseRejectedResult[]) {
        expect({ status, isHeldUp: isHeldUp(reason) }).toEqual({
          status: 'rejected',
          isHeldUp: true,
        })
      }
      await claim.giveUp(transaction)
    })
    await hasty.close()
    expect(await readAttempts(database, input.callUuid)).toEqual([])
  })
})

test('an act whose answer was lost is not done again, and is in the feed', async () => {
  const { input, key } = await claimed()
  const committed = createMoment()
  // As a process does that is killed after the commit: it says nothing any more.
  const dying = withTransactions(opened.databases[1], async (transaction) => {
    await transaction()
    committed.comes()
    return await new Promise<never>(() => undefined)
  })
  void perform(createGateway({ database: dying, now: NOW }), 'addCallAttempt', input, key)
  await committed.hasCome
  const repeated = await perform(gatewayOf(0), 'addCallAttempt', input, key)
  expect(repeated.call).toEqual({ uuid: input.callUuid })
  expect(await readAttempts(database, input.callUuid)).toHaveLength(1)
  const { drizzle } = database
  const told = await drizzle.select().from(changes).where(eq(changes.callUuid, input.callUuid))
  expect(told.map(({ position }) => position)).not.toContain(null)
})

const ACTING = { actor: EVERYTHING, clock: () => NOW }

function onceWith(key: string) {
  const unseen = (uuid: string) => new NotFoundError('call', uuid)
  return { keys: [key], mutation: 'addCallAttempt', source: callSource, unseen }
}

function gatewayOf(client: number) {
  return createGateway({ database: opened.databases[client % 2]!, now: NOW, storage })
}

/** The answers to the same act with the same key, sent to both gateways by turns and all at once. */
async function repeated(
  mutation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<ActResult[]> {
  const key = randomUUID()
  return await Promise.all(
    Array.from({ length: REPEATS }, (_, client) =>
      perform(gatewayOf(client), mutation, input, key),
    ),
  )
}

/** An attempt, its key, and how another gateway claims it. */
async function claimed() {
  const key = randomUUID()
  const { uuid: callUuid } = await insertCall(database)
  const input = { callUuid, attemptedByUuid: (await insertUser(database)).uuid }
  const claim = new Claim(
    {
      account: EVERYTHING.email,
      keyDigest: digestOfKey(key),
      mutation: 'addCallAttempt',
      inputDigest: digestOfInput(input, key),
    },
    () => NOW,
  )
  return { key, input, claim }
}

async function kindsOf(isOfRecord: ReturnType<typeof eq>): Promise<string[]> {
  const recorded = await database.drizzle
    .select()
    .from(changes)
    .where(isOfRecord)
    .orderBy(changes.number)
  return recorded.map(({ kind }) => kind)
}
