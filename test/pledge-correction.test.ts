import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { changes } from '../src/change/table.ts'
import type { Database } from '../src/db/database.ts'
import {
  type CorrectedPledge,
  type Correction,
  decideCorrection,
} from '../src/pledge/field-rules.ts'
import { PLEDGE_STATUSES } from '../src/pledge/rules.ts'
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
const INSTANT = new Date('2026-05-01T00:00:00.000Z')
const UUID = '5cf67f69-34d0-46fe-b904-20d56248a844'
const OTHER_UUID = '82b431f0-f401-4afd-b6db-9d1d751232d9'
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

describe('the rule of a correction', () => {
  const PROPERTIES = { tier: { level: 1, tags: ['a'] } }
  const stored: CorrectedPledge = {
    status: 'LEAD',
    externalSourceName: null,
    recruitingLocationLabel: 'Utrecht',
    recruiterUuid: UUID,
    startsAt: INSTANT,
    endsAt: LATER,
    donationAmount: '7.50',
    donationInterval: 'MONTHLY',
    externalProperties: PROPERTIES,
  }
  const OTHER = {
    recruitingLocationLabel: 'Zwolle',
    recruiterUuid: OTHER_UUID,
    startsAt: NOW,
    endsAt: new Date('2027-01-01T00:00:00.000Z'),
    donationAmount: '10.00',
    donationInterval: 'YEARLY',
    externalProperties: { tier: { level: 2, tags: ['a'] } },
  } as const
  const NAMES = Object.keys(OTHER) as (keyof Correction)[]

  const MANAGED_ONLY = ['endsAt', 'donationAmount', 'donationInterval']
  const KEPT_IN_THE_END = ['startsAt', ...MANAGED_ONLY]
  const CASES = PLEDGE_STATUSES.flatMap((status) => [
    {
      what: `a managed pledge that is ${status}`,
      pledge: { ...stored, status },
      kept: ['LEAD', 'ACTIVE'].includes(status) ? [] : KEPT_IN_THE_END,
    },
    {
      what: `an external pledge that is ${status}`,
      pledge: { ...stored, status, externalSourceName: 'crm' },
      kept: MANAGED_ONLY,
    },
  ])

  test.each(CASES)('of $what keeps $kept', ({ pledge, kept }) => {
    for (const name of NAMES) {
      const { columns, issues } = decideCorrection(pledge, { [name]: OTHER[name] })
      if (kept.includes(name)) expect(issues.map(({ path }) => path)).toEqual([[name]])
      else expect({ columns, issues }).toEqual({ columns: { [name]: OTHER[name] }, issues: [] })
    }
    const { issues } = decideCorrection(pledge, OTHER)
    expect(issues.map(({ path }) => path.join('.')).toSorted()).toEqual(kept.toSorted())
  })

  test.each(CASES)('of $what that says what is so already changes nothing', ({ pledge }) => {
    const isExternal = pledge.externalSourceName !== null
    const same = {
      ...stored,
      startsAt: new Date(INSTANT),
      endsAt: new Date(LATER),
      externalProperties: { tier: { tags: ['a'], level: 1 } },
    }
    for (const name of NAMES) {
      const decision = decideCorrection(pledge, { [name]: same[name] })
      expect(decision.columns).toEqual({})
      // It is not even asked for, where its source decides.
      const isRefused = isExternal && MANAGED_ONLY.includes(name)
      expect(decision.issues).toHaveLength(isRefused ? 1 : 0)
    }
    expect(decideCorrection(pledge, {})).toEqual({ columns: {}, issues: [] })
    expect(decideCorrection(pledge, { startsAt: undefined })).toEqual({ columns: {}, issues: [] })
  })

  test('clears by null', () => {
    const cleared = {
      recruitingLocationLabel: null,
      recruiterUuid: null,
      startsAt: null,
      endsAt: null,
      externalProperties: null,
    }
    expect(decideCorrection(stored, cleared)).toEqual({ columns: cleared, issues: [] })
  })

  test.each<[string, Correction, string[]]>([
    ['an end before the stored start', { endsAt: new Date(INSTANT.getTime() - 1) }, ['endsAt']],
    ['a start after the stored end', { startsAt: new Date(LATER.getTime() + 1) }, ['startsAt']],
    ['an end before the given start', { startsAt: LATER, endsAt: NOW }, ['endsAt']],
    ['an end at the start', { endsAt: INSTANT }, []],
    ['both later', { startsAt: LATER, endsAt: LATER }, []],
    ['an end, and no start', { startsAt: null, endsAt: new Date(0) }, []],
    ['a start, and no end', { startsAt: new Date('2030-01-01T00:00:00Z'), endsAt: null }, []],
  ])('to %s', (_, correction, refused) => {
    const { issues } = decideCorrection(stored, correction)
    expect(issues.map(({ path }) => path.join('.'))).toEqual(refused)
  })

  test('of an external pledge may start after it ends', () => {
    const external = { ...stored, externalSourceName: 'crm' }
    const startsAt = new Date('2030-01-01T00:00:00Z')
    expect(decideCorrection(external, { startsAt })).toEqual({ columns: { startsAt }, issues: [] })
  })
})

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
