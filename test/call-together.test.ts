import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Done } from '../src/act/claim.ts'
import { expireDue, sweepExpiries } from '../src/call/due.ts'
import { createCall } from '../src/call/commands.ts'
import { calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import { inTransaction } from '../src/db/transaction.ts'
import { persons } from '../src/person/table.ts'
import { type ActResult, perform } from './support/act.ts'
import { NOW, readAttempts, readCall, readCallHistory } from './support/call.ts'
import { isOnPostgres, openForTwoGateways } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { untilSomebodyWaits } from './support/lock.ts'
import {
  type Call,
  insertCall,
  insertOrganization,
  insertPerson,
  insertUser,
  type User,
} from './support/records.ts'

// Two gateways on one database: on Postgres each with connections of its own.

const CLIENTS = 24
const EARLIER = new Date(NOW.getTime() - 1)
const LATER = new Date(NOW.getTime() + 60_000)

let opened: Awaited<ReturnType<typeof openForTwoGateways>>
let database: Database
let agent: User

beforeAll(async () => {
  opened = await openForTwoGateways()
  database = opened.databases[0]
  agent = await insertUser(database)
})

afterAll(() => opened.close())

describe('posted by many at once', () => {
  test.each(['uuid', 'reference', 'uuid and reference'])('one %s is created once', async (what) => {
    const { uuid: personUuid, owningOrganizationUuid } = await insertPerson(database)
    const uuid = randomUUID()
    const externalMetadata = { applicationName: 'Dial Desk', referenceId: randomUUID() }
    const results = await atOnce((run) =>
      run('createCall', {
        personUuid,
        organizationUuid: owningOrganizationUuid,
        ...(what.includes('uuid') && { uuid }),
        ...(what.includes('reference')
          ? { externalMetadata, attempts: [{ attemptedAt: NOW }] }
          : { type: 'HAPPY_CALL' }),
      }),
    )
    const created = results.flatMap(({ call }) => (call ? [call.uuid] : []))
    expect(created).toHaveLength(1)
    if (what.includes('uuid')) expect(created).toEqual([uuid])
    const conflicts = results.filter(({ code }) => code === 'CONFLICT')
    expect(conflicts).toHaveLength(CLIENTS - 1)
    expect(conflicts.map(({ existingCall }) => existingCall?.uuid)).toEqual(
      conflicts.map(() => created[0]),
    )
    const stored = await database.drizzle
      .select()
      .from(calls)
      .where(eq(calls.personUuid, personUuid))
    expect(stored.map((row) => row.uuid)).toEqual(created)
    expect(await attemptsAt(created[0]!)).toEqual(what.includes('reference') ? [1] : [])
    expect(await historyOf(created[0]!)).toEqual(['CALL_CREATED'])
  })
})

describe('done to one call at once', () => {
  const ENDS = ['completeCall', 'cancelCall', 'expireCall']

  test.each([...ENDS.map((end) => [end]), ENDS])('%s ends it once', async (...mutations) => {
    const { uuid } = await insertCall(database)
    const results = await atOnce((run, client) => {
      const mutation = mutations[client % mutations.length]!
      return run(mutation, inputFor(mutation, uuid))
    })
    const [winner, ...others] = results.filter(({ call }) => call)
    expect(others).toEqual([])
    const { status, ...row } = await readCall(database, uuid)
    expect(`${status[0]}${status.slice(1, 6).toLowerCase()}`).toBe(winner!.__typename.slice(0, 6))
    const refused = results.filter((result) => result !== winner)
    expect(refused).toEqual(
      refused.map(() => expect.objectContaining({ code: 'INVALID_TRANSITION', status }) as unknown),
    )
    expect(await historyOf(uuid)).toEqual([`CALL_${status}`])
    const ended = [row.completedAt, row.cancelledAt, row.expiredAt]
    expect(ended.filter((at) => at !== null)).toEqual([NOW])
  })

  test.each([1, 5, 23])('of many attempts no more are made than the %i allowed', async (most) => {
    const { uuid } = await insertOwned(most)
    const results = await atOnce((run) => run('addCallAttempt', inputFor('addCallAttempt', uuid)))
    expect(results.filter(({ call }) => call)).toHaveLength(most)
    expect(results.filter(({ status }) => status === 'EXPIRED')).toHaveLength(CLIENTS - most)
    expect(await attemptsAt(uuid)).toEqual(Array.from({ length: most }, (_, index) => index + 1))
    expect(await historyOf(uuid)).toEqual([
      ...Array<string>(most).fill('CALL_ATTEMPTED'),
      'CALL_EXPIRED',
    ])
    expect(await readCall(database, uuid)).toMatchObject({ status: 'EXPIRED', expiredAt: NOW })
  })

  test.each([1, 2, 3, 4, 5, 6])(
    'whatever it is, its history is a legal one (%i)',
    async (round) => {
      const { uuid } = await insertOwned(4)
      const mutations = ['addCallAttempt', 'addCallAttempt', 'expireCall later', ...ENDS]
      const results = await atOnce((run, client) => {
        const mutation = mutations[(client * round) % mutations.length]!
        return run(mutation.split(' ')[0]!, inputFor(mutation, uuid))
      })
      const history = await historyOf(uuid)
      const { status, expiresAt } = await readCall(database, uuid)
      const attempts = (await attemptsAt(uuid)).length
      expect(history.filter((kind) => kind === 'CALL_ATTEMPTED')).toHaveLength(attempts)
      expect(attempts).toBeLessThanOrEqual(4)
      const sets = history.filter((kind) => kind === 'CALL_EXPIRY_SET')
      expect(sets).toHaveLength(expiresAt ? 1 : 0)
      const ends = history.filter((kind) => kind !== 'CALL_ATTEMPTED' && kind !== 'CALL_EXPIRY_SET')
      expect(ends).toEqual(status === 'REQUESTED' ? [] : [`CALL_${status}`])
      if (status !== 'REQUESTED') expect(history.at(-1)).toBe(ends[0])
      // The last attempt made two changes; a date that was set already made none.
      const isExhausted = attempts === 4
      const done = results.filter(({ call }) => call)
      const unchanged = done.length - history.length + (isExhausted ? 1 : 0)
      expect(unchanged).toBeGreaterThanOrEqual(0)
      if (sets.length === 0) expect(unchanged).toBe(0)
    },
  )

  test.each(['addCallAttempt', 'completeCall', 'cancelCall', 'expireCall', 'expireCall later'])(
    '%s on a call that is due, while others sweep, is refused, and it expires once',
    async (mutation) => {
      const due = await Promise.all(
        Array.from({ length: 6 }, () => insertCall(database, { expiresAt: EARLIER })),
      )
      const results = await atOnce(async (run, client) => {
        const its = opened.databases[client % 2]!
        if (client % 4 === 0) await sweepExpiries(its, NOW)
        if (client % 4 === 1) await expireDue(its, NOW)
        const { uuid } = due[client % due.length]!
        return await run(mutation.split(' ')[0]!, inputFor(mutation, uuid))
      })
      expect(results).toEqual(
        results.map(
          () =>
            expect.objectContaining({ code: 'INVALID_TRANSITION', status: 'EXPIRED' }) as unknown,
        ),
      )
      for (const { uuid } of due) {
        expect(await historyOf(uuid)).toEqual(['CALL_EXPIRED'])
        expect(await readCall(database, uuid)).toMatchObject({
          status: 'EXPIRED',
          expiredAt: EARLIER,
          updatedAt: EARLIER,
        })
      }
    },
  )
})

describe.runIf(isOnPostgres())('on Postgres', () => {
  test("a person's owner that changes meanwhile is the one that the call remembers", async () => {
    const person = await insertPerson(database)
    const { uuid: newOwner } = await insertOrganization(database)
    const input = {
      personUuid: person.uuid,
      organizationUuid: person.owningOrganizationUuid,
      type: 'HAPPY_CALL',
    }
    let created: Promise<Done> | undefined
    await inTransaction(opened.databases[1], async (transaction) => {
      await transaction
        .update(persons)
        .set({ owningOrganizationUuid: newOwner })
        .where(eq(persons.uuid, person.uuid))
      created = createCall({ actor: EVERYTHING, database, clock: () => NOW }, input)
      await untilSomebodyWaits(transaction)
    })
    expect(await readCall(database, (await created)!.uuid)).toMatchObject({
      personOrganizationUuid: newOwner,
    })
  })

  test('a sweep leaves alone a call that is held, and what must be exact waits for it', async () => {
    const held = await insertCall(database, { expiresAt: EARLIER })
    const free = await insertCall(database, { expiresAt: EARLIER })
    let exact: Promise<void> | undefined
    await inTransaction(opened.databases[1], async (transaction) => {
      await transaction.select().from(calls).where(eq(calls.uuid, held.uuid)).for('update')
      expect(await sweepExpiries(database, NOW)).toBe(1)
      expect(await readCall(database, free.uuid)).toMatchObject({ status: 'EXPIRED' })
      expect(await readCall(database, held.uuid)).toMatchObject({ status: 'REQUESTED' })
      exact = expireDue(database, NOW)
      await untilSomebodyWaits(transaction)
    })
    await exact
    expect(await readCall(database, held.uuid)).toMatchObject({
      status: 'EXPIRED',
      expiredAt: EARLIER,
    })
    for (const { uuid } of [held, free]) expect(await historyOf(uuid)).toEqual(['CALL_EXPIRED'])
  })
})

/** Runs acts at once, by turns on either gateway. */
function atOnce(
  work: (
    run: (mutation: string, input: Record<string, unknown>) => Promise<ActResult>,
    client: number,
  ) => Promise<ActResult>,
): Promise<ActResult[]> {
  const gateways = opened.databases.map((each) => createGateway({ database: each, now: NOW }))
  return Promise.all(
    Array.from({ length: CLIENTS }, (_, client) =>
      work((mutation, input) => perform(gateways[client % 2]!, mutation, input), client),
    ),
  )
}

function inputFor(mutation: string, callUuid: string): Record<string, unknown> {
  return {
    callUuid,
    ...(mutation === 'addCallAttempt' && { attemptedByUuid: agent.uuid }),
    ...(mutation === 'completeCall' && { completedByUuid: agent.uuid, result: 'reached' }),
    ...(mutation === 'expireCall later' && { expiresAt: LATER }),
  }
}

/** A call to a person whose owner allows so many attempts. */
async function insertOwned(maxCallAttempts: number): Promise<Call> {
  const { uuid } = await insertOrganization(database, { maxCallAttempts })
  const person = await insertPerson(database, { owningOrganizationUuid: uuid })
  return await insertCall(database, { personUuid: person.uuid })
}

async function attemptsAt(callUuid: string): Promise<number[]> {
  return (await readAttempts(database, callUuid)).map(({ number }) => number)
}

/** The kinds of a call's changes, in the order in which every consumer sees them. */
async function historyOf(callUuid: string): Promise<string[]> {
  const rows = await readCallHistory(database, callUuid)
  expect(rows.map(({ position }) => position)).not.toContain(null)
  return rows.map(({ kind }) => kind)
}
