import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Pause, startSweeping, sweep, type Sweeping } from '../src/act/sweep.ts'
import { calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import { changes } from '../src/feed/table.ts'
import { createLogger } from '../src/http/log.ts'
import { pledges } from '../src/pledge/table.ts'
import { openTestDatabase, withTransactions } from './support/database.ts'
import { createTestClock, type LogLine, STARTED_AT, type TestClock } from './support/gateway.ts'
import { createMoment } from './support/moment.ts'
import { insertCall, insertOrganization, insertPledge, RECORDED_AT } from './support/records.ts'

let database: Database
let clock: TestClock
let log: LogLine[]
let sweeping: Sweeping | undefined

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(() => {
  clock = createTestClock()
  log = []
  sweeping = undefined
})

afterEach(async () => {
  await sweeping?.stop()
})

afterAll(() => database.close())

test('a sweep does all that is due by its clock, and no more', async () => {
  const due = await insertDue(STARTED_AT)
  const later = await insertDue(new Date(STARTED_AT.getTime() + 1))
  expect(await sweep(options())).toEqual(new Date(STARTED_AT.getTime() + 1))
  expect(await stateOf(due)).toEqual(DONE)
  expect(await stateOf(later)).toEqual(TO_DO)
  clock.advance(0.001)
  expect(await sweep(options())).toBeUndefined()
  expect(await stateOf(later)).toEqual(DONE)
})

test('a sweep gives the changes of a process that died their place', async () => {
  const { uuid: callUuid } = await insertCall(database)
  const change = { kind: 'CALL_CREATED' as const, occurredAt: RECORDED_AT, changedFields: [] }
  await database.drizzle.insert(changes).values({ ...change, callUuid })
  await sweep(options())
  const [row] = await database.drizzle.select().from(changes).where(eq(changes.callUuid, callUuid))
  expect(row!.position).not.toBeNull()
})

test('what goes wrong is logged, keeps nothing else from being done, and is tried again', async () => {
  const due = await insertDue(STARTED_AT)
  let isBroken = true
  const breaking = withTransactions(database, async (transaction) => {
    if (isBroken) {
      isBroken = false
      throw new Error('the network is gone')
    }
    return await transaction()
  })
  await sweep(options(breaking))
  expect(log.filter(({ msg }) => msg.startsWith('Could not'))).toMatchObject([
    {
      level: 50,
      msg: 'Could not release the pledges that have cooled down',
      err: { message: 'the network is gone' },
    },
  ])
  expect(await stateOf(due)).toEqual({ ...DONE, isReleased: false })
  await sweep(options(breaking))
  expect(await stateOf(due)).toEqual(DONE)
})

describe('a gateway', () => {
  test('does what is due at once, and then whatever becomes due, without being late', async () => {
    const now = await insertDue(STARTED_AT)
    const soon = await insertDue(new Date(STARTED_AT.getTime() + 5_000))
    const pauses = createPauses()
    sweeping = startSweeping(options(), pauses.pause)
    expect(await pauses.next()).toBe(5_000)
    expect(await stateOf(now)).toEqual(DONE)
    clock.advance(5)
    pauses.end()
    expect(await pauses.next()).toBe(10_000)
    expect(await stateOf(soon)).toEqual(DONE)
  })

  test('pauses even where something stays due', async () => {
    const pauses = createPauses()
    const breaking = withTransactions(database, () =>
      Promise.reject(new Error('the network is gone')),
    )
    await insertDue(STARTED_AT)
    sweeping = startSweeping(options(breaking), pauses.pause)
    expect(await pauses.next()).toBe(250)
    pauses.end()
    expect(await pauses.next()).toBe(250)
    await sweeping.stop()
    await sweep(options())
  })

  test('stops for good when it is told to', async () => {
    const pauses = createPauses()
    sweeping = startSweeping(options(), pauses.pause)
    await pauses.next()
    const due = await insertDue(STARTED_AT)
    await sweeping.stop()
    expect(await stateOf(due)).toEqual(TO_DO)
    await sweep(options())
  })

  test('is stopped once the batch that it is about is done', async () => {
    const begun = createMoment()
    const goOn = createMoment()
    let transactions = 0
    const slow = withTransactions(database, async (transaction) => {
      transactions += 1
      begun.comes()
      await goOn.hasCome
      return await transaction()
    })
    const due = await insertDue(STARTED_AT)
    sweeping = startSweeping(options(slow))
    await begun.hasCome
    const stopped = sweeping.stop()
    goOn.comes()
    await stopped
    expect(transactions).toBe(1)
    expect(await stateOf(due)).toEqual({ ...TO_DO, isReleased: true })
    await sweep(options())
  })
})

const DONE = { isReleased: true, status: 'FULFILLED', callStatus: 'EXPIRED' }
const TO_DO = { isReleased: false, status: 'ACTIVE', callStatus: 'REQUESTED' }

function options(of: Database = database) {
  const logger = createLogger('debug', {
    write: (line) => log.push(JSON.parse(line) as LogLine),
  })
  return { database: of, clock, logger }
}

interface Due {
  readonly lead: string
  readonly active: string
  readonly call: string
}

/** A lead, an active pledge and a call for which something becomes due at an instant. */
async function insertDue(at: Date): Promise<Due> {
  const { uuid: owningOrganizationUuid } = await insertOrganization(database, {
    coolingDownDays: 0,
  })
  const lead = await insertPledge(database, { owningOrganizationUuid, createdAt: at })
  const active = await insertPledge(database, {
    status: 'ACTIVE',
    releasedAt: RECORDED_AT,
    endsAt: at,
  })
  const call = await insertCall(database, { expiresAt: at })
  return { lead: lead.uuid, active: active.uuid, call: call.uuid }
}

async function stateOf({ lead, active, call }: Due) {
  const read = async (uuid: string) => {
    const [row] = await database.drizzle.select().from(pledges).where(eq(pledges.uuid, uuid))
    return row!
  }
  const [row] = await database.drizzle.select().from(calls).where(eq(calls.uuid, call))
  return {
    isReleased: (await read(lead)).releasedAt !== null,
    status: (await read(active)).status,
    callStatus: row!.status,
  }
}

/** Pauses that end when the test says so, and how long each was to be. */
function createPauses() {
  let begun = createMoment()
  let over = createMoment()
  let length = 0
  const pause: Pause = async (milliseconds, signal) => {
    length = milliseconds
    over = createMoment()
    signal.addEventListener('abort', over.comes)
    if (signal.aborted) over.comes()
    begun.comes()
    await over.hasCome
  }
  return {
    pause,
    /** Answers how long the next pause is to be, once it has begun. */
    async next(): Promise<number> {
      await begun.hasCome
      begun = createMoment()
      return length
    },
    end: () => {
      over.comes()
    },
  }
}
