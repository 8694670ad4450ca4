import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { changes } from '../src/feed/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { type ActResult, loadEverything, perform, refusedFields } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import {
  insertOrganization,
  insertPledge,
  insertUser,
  type Organization,
  type Pledge,
  RECORDED_AT,
} from './support/records.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const LATER = new Date(NOW.getTime() + 1)
const EXTERNAL = { externalSourceName: 'Donor Desk', externalSourceId: '1' }

let database: Database
let owner: Organization

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(async () => {
  owner = await insertOrganization(database)
})

afterAll(() => database.close())

describe('a correction', () => {
  test('of everything on a managed pledge', async () => {
    const recruiter = await insertUser(database)
    const { uuid } = await insertOwned({})
    const input = {
      recruitingLocationLabel: 'Station',
      recruiterUuid: recruiter.uuid,
      startsAt: '2026-07-01T00:00:00+02:00',
      endsAt: '2027-07-01T00:00:00.1239Z',
      donationAmount: '8',
      donationInterval: 'YEARLY',
      externalProperties: { nested: { list: [1, 2.5, null, 'x'] } },
    }
    expect(await correct({ pledgeUuid: uuid, ...input })).toMatchObject({
      pledge: { uuid },
    })
    const stored = {
      ...input,
      startsAt: new Date('2026-06-30T22:00:00.000Z'),
      endsAt: new Date('2027-07-01T00:00:00.123Z'),
      donationAmount: '8.00',
    }
    expect(await read(uuid)).toMatchObject(stored)
    expect((await historyOf(uuid)).map((change) => change.changedFields)).toEqual([
      [
        'recruitingLocationLabel',
        'recruiter',
        'startsAt',
        'endsAt',
        'donationAmount',
        'donationInterval',
        'externalProperties',
      ],
    ])
    const cleared = Object.fromEntries(
      Object.keys(input)
        .filter((name) => !name.startsWith('donation'))
        .map((name) => [name, null]),
    )
    await correct({ pledgeUuid: uuid, ...cleared })
    expect(await read(uuid)).toMatchObject({ ...cleared, donationAmount: '8.00' })
  })

  test('that changes nothing succeeds, and leaves everything as it was', async () => {
    const { uuid: pledgeUuid } = await insertOwned({
      startsAt: NOW,
      externalProperties: { a: 1, b: { c: [1] } },
      recruitingLocationLabel: 'Zwolle',
    })
    const before = await loadEverything(database)
    for (const input of [
      {},
      { donationAmount: '7.5', donationInterval: 'MONTHLY' },
      { startsAt: '2026-06-01T14:00:00+02:00', endsAt: null, recruiterUuid: null },
      { externalProperties: { b: { c: [1] }, a: 1 }, recruitingLocationLabel: 'Zwolle' },
    ]) {
      const result = await correct({ pledgeUuid, ...input })
      expect(result).toEqual({ __typename: 'UpdatePledgePayload', pledge: { uuid: pledgeUuid } })
    }
    expect(await loadEverything(database)).toEqual(before)
  })

  test('tells at once all that is wrong with it in the light of what is stored', async () => {
    const external = await insertOwned({ ...EXTERNAL, externalSourceId: 'corrected' })
    const ended = await insertOwned({ status: 'DROPPED', droppedAt: RECORDED_AT })
    const started = await insertOwned({ startsAt: NOW })
    const before = await loadEverything(database)
    const recruiterUuid = randomUUID()
    const input = {
      recruiterUuid,
      startsAt: RECORDED_AT,
      endsAt: '2026-01-01T00:00:00Z',
      donationAmount: '9',
      donationInterval: 'ONCE',
    }
    const refusedOf = async (pledgeUuid: string, given: object) =>
      refusedFields(await correct({ pledgeUuid, ...given })).toSorted()
    expect(await refusedOf(external.uuid, input)).toEqual([
      'donationAmount',
      'donationInterval',
      'endsAt',
      'recruiterUuid',
    ])
    expect(await refusedOf(ended.uuid, input)).toEqual([
      'donationAmount',
      'donationInterval',
      'endsAt',
      'recruiterUuid',
      'startsAt',
    ])
    expect(await refusedOf(started.uuid, { endsAt: RECORDED_AT, recruiterUuid })).toEqual([
      'endsAt',
      'recruiterUuid',
    ])
    expect(await loadEverything(database)).toEqual(before)
    const wrong = { pledgeUuid: randomUUID(), donationAmount: null, recruitingLocationLabel: 'a\0' }
    expect(refusedFields(await correct(wrong))).toEqual([
      'recruitingLocationLabel',
      'donationAmount',
    ])
  })

  test('of what the pledge at hand keeps is told the same, cleared or not', async () => {
    const external = await insertOwned({ ...EXTERNAL, externalSourceId: 'cleared' })
    const ended = await insertOwned({ status: 'DROPPED', droppedAt: RECORDED_AT, startsAt: NOW })
    const recruiterUuid = randomUUID()
    const given = { donationAmount: '9', donationInterval: 'ONCE', endsAt: NOW, recruiterUuid }
    const cleared = { donationAmount: null, donationInterval: null, endsAt: null, recruiterUuid }
    expect(await correct({ pledgeUuid: external.uuid, ...cleared })).toEqual(
      await correct({ pledgeUuid: external.uuid, ...given }),
    )
    const { uuid: pledgeUuid } = ended
    expect(await correct({ pledgeUuid, ...cleared, endsAt: NOW, startsAt: null })).toEqual(
      await correct({ pledgeUuid, ...given, startsAt: LATER }),
    )
  })

  test('that clears the donation is not accepted, whatever the pledge', async () => {
    const other = await insertOrganization(database)
    const { uuid: managed } = await insertOwned({})
    const cleared = { donationAmount: null, donationInterval: null }
    const messagesOf = async (pledgeUuid: string) => {
      const result = await correct({ pledgeUuid, ...cleared }, [owner.uuid])
      expect(refusedFields(result)).toEqual(['donationAmount', 'donationInterval'])
      return new Set(result.issues?.map(({ message }) => message))
    }
    expect(await messagesOf(managed)).toEqual(
      new Set(['cannot be cleared: leave it out, or give a value']),
    )
    // Nothing tells what is out of scope from what does not exist.
    const foreign = await insertPledge(database, {
      owningOrganizationUuid: other.uuid,
      ...EXTERNAL,
    })
    for (const uuid of [randomUUID(), foreign.uuid]) {
      expect(await messagesOf(uuid)).toEqual(new Set(['cannot be cleared: leave it out']))
    }
    expect(await correct({ pledgeUuid: randomUUID(), endsAt: null })).toMatchObject({
      __typename: 'NotFoundError',
    })
  })

  test('names a recruiter of an organization in scope, or of none', async () => {
    const { uuid: pledgeUuid } = await insertOwned({})
    const other = await insertOrganization(database)
    const own = await insertUser(database, { organizationUuid: owner.uuid })
    const foreign = await insertUser(database, { organizationUuid: other.uuid })
    const nobodys = await insertUser(database)
    const assign = (recruiterUuid: string) => correct({ pledgeUuid, recruiterUuid }, [owner.uuid])
    for (const { uuid } of [own, nobodys]) {
      expect((await assign(uuid)).__typename).toBe('UpdatePledgePayload')
    }
    const refused = await assign(foreign.uuid)
    expect(refusedFields(refused)).toEqual(['recruiterUuid'])
    expect(await assign(randomUUID())).toEqual(refused)
    // Whoever is named already may stay, although another scope chose them.
    await correct({ pledgeUuid, recruiterUuid: foreign.uuid })
    expect((await assign(foreign.uuid)).__typename).toBe('UpdatePledgePayload')
  })
})

function insertOwned(fields: Partial<Pledge>): Promise<Pledge> {
  return insertPledge(database, { owningOrganizationUuid: owner.uuid, ...fields })
}

function correct(
  input: object,
  organizations: 'all' | readonly string[] = 'all',
): Promise<ActResult> {
  const actor = { ...EVERYTHING, organizations }
  return perform(createGateway({ database, actor, now: NOW }), 'updatePledge', { ...input })
}

async function read(uuid: string): Promise<Pledge> {
  const [row] = await database.drizzle.select().from(pledges).where(eq(pledges.uuid, uuid))
  return row!
}

async function historyOf(uuid: string) {
  const rows = await database.drizzle.select().from(changes).where(eq(changes.pledgeUuid, uuid))
  return rows.toSorted((one, other) => one.number - other.number)
}
