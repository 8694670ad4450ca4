import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expireDue, nextExpiry, sweepExpiries } from '../src/call/due.ts'
import { calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import { inTransaction } from '../src/db/transaction.ts'
import { changes } from '../src/feed/table.ts'
import { sweepFulfilments, sweepReleases } from '../src/pledge/due.ts'
import { cooledDownAt } from '../src/pledge/rules.ts'
import { pledges } from '../src/pledge/table.ts'
import { loadEverything } from './support/act.ts'
import { isOnPostgres, openForTwoGateways } from './support/database.ts'
import {
  type Call,
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
  type Person,
  type Pledge,
  RECORDED_AT,
} from './support/records.ts'

// What time does. Two gateways on one database: on Postgres each with connections of its own.

const DAY_IN_MILLISECONDS = 86_400_000
const NOW = new Date('2026-06-01T12:00:00.000Z')
const EARLIER = new Date(NOW.getTime() - 1)
const LATER = new Date(NOW.getTime() + 1)
const LONG_AGO = new Date('2020-02-29T00:00:00.000Z')

let opened: Awaited<ReturnType<typeof openForTwoGateways>>
let database: Database

beforeAll(async () => {
  opened = await openForTwoGateways()
  database = opened.databases[0]
})

// Nothing is due at the beginning of a test.
beforeEach(async () => {
  for (const sweep of [sweepReleases, sweepFulfilments, sweepExpiries]) {
    await sweep(database, new Date('2100-01-01T00:00:00.000Z'))
  }
})

afterAll(() => opened.close())

describe('a release', () => {
  test.each([0, 1, 14, 36_500])(
    'comes after %i times 24 hours, to the millisecond',
    async (days) => {
      const { uuid } = await insertOrganization(database, { coolingDownDays: days })
      const createdAt = new Date('2026-02-27T23:59:59.999Z')
      const lead = await insertPledge(database, { owningOrganizationUuid: uuid, createdAt })
      const moment = new Date(createdAt.getTime() + days * DAY_IN_MILLISECONDS)
      expect(cooledDownAt(lead, days)).toEqual(moment)
      const before = await loadEverything(database)
      expect(await sweepReleases(database, new Date(moment.getTime() - 1))).toBe(0)
      expect(await loadEverything(database)).toEqual(before)
      expect(await sweepReleases(database, moment)).toBe(1)
      expect(await loadEverything(database)).toEqual({
        ...before,
        pledges: expect.arrayContaining(
          before.pledges.map((row) =>
            row.uuid === lead.uuid ? { ...row, releasedAt: moment, updatedAt: moment } : row,
          ),
        ) as unknown,
        changes: [
          ...before.changes,
          expect.objectContaining({
            kind: 'PLEDGE_RELEASED',
            occurredAt: moment,
            actor: null,
            changedFields: ['releasedAt'],
            pledgeUuid: lead.uuid,
            position: (before.changes.at(-1)?.position ?? 0) + 1,
          }),
        ],
      })
    },
  )

  test('is of managed leads that are not released, collected or not, and of no others', async () => {
    const lead = await insertPledge(database, { createdAt: LONG_AGO })
    const collected = await insertPledge(database, { createdAt: LONG_AGO })
    await insertTransaction(database, { pledgeUuid: collected.uuid })
    for (const fields of [
      { releasedAt: LONG_AGO },
      { status: 'DROPPED', droppedAt: LONG_AGO },
      { status: 'CANCELLED', cancelledAt: LONG_AGO, cancellationReason: 'moved' },
      { status: 'ACTIVE', releasedAt: LONG_AGO },
      { externalSourceName: 'crm', externalSourceId: 'not released' },
    ] as const) {
      await insertPledge(database, { ...fields, createdAt: LONG_AGO })
    }
    expect(await sweepReleases(database, NOW)).toBe(2)
    for (const { uuid } of [lead, collected]) {
      expect(await readPledge(uuid)).toMatchObject({ status: 'LEAD', releasedAt: NOW })
      expect(await historyOf(uuid)).toEqual(['PLEDGE_RELEASED'])
    }
  })
})

describe('a fulfilment', () => {
  const active = { status: 'ACTIVE', releasedAt: RECORDED_AT } as const

  test('comes with the end, to the millisecond', async () => {
    const pledge = await insertPledge(database, { ...active, endsAt: NOW })
    const before = await loadEverything(database)
    expect(await sweepFulfilments(database, EARLIER)).toBe(0)
    expect(await loadEverything(database)).toEqual(before)
    expect(await sweepFulfilments(database, LATER)).toBe(1)
    expect(await loadEverything(database)).toEqual({
      ...before,
      pledges: expect.arrayContaining(
        before.pledges.map((row) =>
          row.uuid === pledge.uuid ? { ...row, status: 'FULFILLED', updatedAt: LATER } : row,
        ),
      ) as unknown,
      changes: [
        ...before.changes,
        expect.objectContaining({
          kind: 'PLEDGE_FULFILLED',
          occurredAt: LATER,
          actor: null,
          changedFields: ['status'],
          pledgeUuid: pledge.uuid,
        }),
      ],
    })
  })

  test('is of managed pledges that are active, and of no others', async () => {
    for (const fields of [
      { releasedAt: LONG_AGO, endsAt: LONG_AGO },
      { ...active, endsAt: null },
      { ...active, endsAt: LATER },
      { ...active, status: 'FULFILLED', endsAt: LONG_AGO },
      {
        ...active,
        endsAt: LONG_AGO,
        externalSourceName: 'crm',
        externalSourceId: 'not fulfilled',
      },
    ] as const) {
      await insertPledge(database, fields)
    }
    const before = await loadEverything(database)
    expect(await sweepFulfilments(database, NOW)).toBe(0)
    expect(await loadEverything(database)).toEqual(before)
  })
})

describe('an expiry', () => {
  test.each([
    ['expireDue', expireDue],
    ['sweepExpiries', sweepExpiries],
  ])('by %s comes at its date, to the millisecond, and is recorded as then', async (_, expire) => {
    const call = await insertCall(database, { expiresAt: NOW })
    const before = await loadEverything(database)
    await expire(database, EARLIER)
    expect(await loadEverything(database)).toEqual(before)
    await expire(database, new Date('2026-07-01T00:00:00.000Z'))
    expect(await loadEverything(database)).toEqual({
      ...before,
      calls: expect.arrayContaining(
        before.calls.map((row) =>
          row.uuid === call.uuid
            ? { ...row, status: 'EXPIRED', expiredAt: NOW, updatedAt: NOW }
            : row,
        ),
      ) as unknown,
      changes: [
        ...before.changes,
        expect.objectContaining({
          kind: 'CALL_EXPIRED',
          occurredAt: NOW,
          actor: null,
          changedFields: ['status', 'expiredAt'],
          callUuid: call.uuid,
        }),
      ],
    })
  })

  test('is of managed calls that are requested, and of no others', async () => {
    for (const fields of [
      {},
      { expiresAt: LATER },
      { expiresAt: EARLIER, status: 'CANCELLED', cancelledAt: NOW },
      {
        expiresAt: EARLIER,
        externalApplicationName: 'Dial Desk',
        externalReferenceId: 'not expired',
      },
    ] as const) {
      await insertCall(database, fields)
    }
    const before = await loadEverything(database)
    await expireDue(database, NOW)
    expect(await sweepExpiries(database, NOW)).toBe(0)
    expect(await loadEverything(database)).toEqual(before)
    expect(await nextExpiry(database)).toEqual(LATER)
  })

  test('is not awaited where no date is set', async () => {
    await insertCall(database)
    expect(await nextExpiry(database)).toBeUndefined()
  })
})

describe('a backlog', () => {
  const MANY = 1_150

  test.each<[string, typeof sweepReleases, typeof sweepReleases | typeof expireDue]>([
    ['releases', sweepReleases, sweepReleases],
    ['fulfilments', sweepFulfilments, sweepFulfilments],
    ['expiries', sweepExpiries, sweepExpiries],
    ['expiries that somebody waits for', sweepExpiries, expireDue],
  ])('of %s is worked off by two at once, each once', async (_, sweep, other) => {
    const backlog = await insertBacklog(MANY)
    const [first, second] = opened.databases
    await Promise.all([sweep(first, NOW), other(second, NOW), other(first, NOW)])
    // What one of them held when the others came by is done all the same, and not twice.
    expect(await sweep(database, NOW)).toBe(0)
    const recorded = await database.drizzle
      .select({ pledge: changes.pledgeUuid, call: changes.callUuid, position: changes.position })
      .from(changes)
    const done = recorded.filter(({ pledge, call }) => backlog.has(pledge ?? call ?? ''))
    expect(done).toHaveLength(MANY)
    expect(new Set(done.map(({ pledge, call }) => pledge ?? call)).size).toBe(MANY)
    expect(done.map(({ position }) => position)).not.toContain(null)
  })

  test('is left after a batch by whoever is told to stop', async () => {
    await insertBacklog(MANY)
    let batches = 0
    const done = await sweepReleases(database, NOW, () => (batches += 1) > 1)
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThan(MANY)
    expect(await sweepReleases(database, NOW, () => true)).toBe(0)
    expect(await sweepReleases(database, NOW)).toBe(MANY - done)
  })
})

test.runIf(isOnPostgres())('a pledge that is held is left alone, and nobody waits', async () => {
  const held = await insertPledge(database, { createdAt: LONG_AGO })
  const free = await insertPledge(database, { createdAt: LONG_AGO })
  await inTransaction(opened.databases[1], async (transaction) => {
    await transaction.select().from(pledges).where(eq(pledges.uuid, held.uuid)).for('update')
    expect(await sweepReleases(database, NOW)).toBe(1)
  })
  expect(await readPledge(free.uuid)).toMatchObject({ releasedAt: NOW })
  expect(await readPledge(held.uuid)).toMatchObject({ releasedAt: null })
  expect(await sweepReleases(database, LATER)).toBe(1)
})

/** Leads, active pledges and calls, so many of each, that are all due; answers their UUIDs. */
async function insertBacklog(count: number): Promise<ReadonlySet<string>> {
  const organizations = await Promise.all([1, 2, 3].map(() => insertOrganization(database)))
  const donors: Person[] = []
  for (const { uuid } of organizations) {
    donors.push(await insertPerson(database, { owningOrganizationUuid: uuid }))
  }
  const lead = await insertPledge(database, { personUuid: donors[0]!.uuid, createdAt: LONG_AGO })
  const active: Pledge = { ...lead, status: 'ACTIVE', releasedAt: LONG_AGO, endsAt: EARLIER }
  const call = await insertCall(database, { personUuid: donors[0]!.uuid, expiresAt: EARLIER })
  const uuids = new Set([lead.uuid, call.uuid])
  const copies = <Row extends object>(
    row: Row,
    ownerOf: (donor: Person) => Partial<Row>,
    many: number,
  ) =>
    Array.from({ length: many }, (_, index): Row => {
      const donor = donors[index % donors.length]!
      const uuid = randomUUID()
      uuids.add(uuid)
      return { ...row, uuid, personUuid: donor.uuid, ...ownerOf(donor) }
    })
  const owned = ({ owningOrganizationUuid }: Person) => ({ owningOrganizationUuid })
  const called = ({ owningOrganizationUuid }: Person): Partial<Call> => ({
    personOrganizationUuid: owningOrganizationUuid,
  })
  await database.drizzle.insert(pledges).values(copies(lead, owned, count - 1))
  await database.drizzle.insert(pledges).values(copies(active, owned, count))
  await database.drizzle.insert(calls).values(copies(call, called, count - 1))
  return uuids
}

async function readPledge(uuid: string): Promise<Pledge> {
  const [row] = await database.drizzle.select().from(pledges).where(eq(pledges.uuid, uuid))
  return row!
}

async function historyOf(pledgeUuid: string): Promise<string[]> {
  const rows = await database.drizzle
    .select({ kind: changes.kind })
    .from(changes)
    .where(eq(changes.pledgeUuid, pledgeUuid))
    .orderBy(asc(changes.number))
  return rows.map(({ kind }) => kind)
}
