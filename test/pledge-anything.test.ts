import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { changes } from '../src/feed/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { type ActResult, perform } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway } from './support/execution.ts'
import {
  insertFocusArea,
  insertPerson,
  insertPledge,
  insertTransaction,
  insertUser,
} from './support/records.ts'

// The tables repeat the hard rules as constraints. Nobody may ever meet one of these: what is not accepted is
// told as data, before it is written.

const RUNS = 50
const ACTS_IN_A_RUN = 8
const BASE = Date.parse('2026-06-01T12:00:00.000Z')

let database: Database
let pools: Record<'person' | 'organization' | 'user' | 'focusArea', string[]>

beforeAll(async () => {
  database = await openTestDatabase()
  const person = await insertPerson(database)
  const other = await insertPerson(database)
  const owner = person.owningOrganizationUuid
  pools = {
    person: [person.uuid, other.uuid],
    organization: [owner, owner, other.owningOrganizationUuid],
    user: [(await insertUser(database)).uuid, owner],
    focusArea: [
      (await insertFocusArea(database, { organizationUuid: owner })).uuid,
      (await insertFocusArea(database)).uuid,
    ],
  }
})

afterAll(() => database.close())

const often = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) })
const from = (kind: keyof typeof pools) => fc.nat().map((nth) => ({ kind, nth }))

// Near each other, so that their order matters, and as far apart as can be.
const instant = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((days) => new Date(BASE + days * 86_400_000).toISOString()),
  fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-06-01T14:00:00+02:00'),
)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', ' ', '\u00a0', '\u0085', '\ufeff', 'a\0b', '\ud800', 'x'.repeat(1_001), '💧'),
)
const amount = fc.constantFrom('7.5', '7.50', '0', '-0', '0.01', '1000000', '1000000.01', '0000.10')
const interval = fc.constantFrom('ONCE', 'MONTHLY', 'YEARLY')
const json = fc.oneof(
  fc.dictionary(fc.oneof(text, fc.constant('__proto__')), fc.jsonValue({ maxDepth: 3 })),
  fc.constantFrom({ n: 1e21 }, { n: -0 }, { n: 1e-7 }, { n: 5e-324 }, { n: 0.1 }),
)
const day = fc.integer({ min: -1, max: 30 })
const status = fc.constantFrom('LEAD', 'ACTIVE', 'DROPPED', 'CANCELLED', 'FULFILLED')

/** What can be given instead of what is right, a field at a time. */
const override = fc.oneof(
  ...Object.entries({
    personUuid: from('person'),
    owningOrganizationUuid: from('organization'),
    recruitingOrganizationUuid: from('organization'),
    initialDonationAmount: often(amount),
    initialDonationInterval: often(interval),
    externalSource: often(fc.record({ name: text, id: fc.uuid() })),
    status: often(status),
    createdAt: often(instant),
    recruitingLocationLabel: often(text),
    recruiterUuid: often(from('user')),
    donationAmount: often(amount),
    donationInterval: often(interval),
    preferredPaymentDay: often(day),
    startsAt: often(instant),
    endsAt: often(instant),
    releasedAt: often(instant),
    droppedAt: often(instant),
    cancelledAt: often(instant),
    cancellationReason: often(text),
    focusAreaUuids: often(fc.array(from('focusArea'), { maxLength: 2 })),
    originMetadata: often(json),
    externalProperties: often(json),
  }).map(([name, value]) => (value as fc.Arbitrary<unknown>).map((given) => ({ [name]: given }))),
)

const creation = fc
  .record({
    isExternal: fc.boolean(),
    id: fc.uuid(),
    overrides: fc.array(override, { maxLength: 3 }),
  })
  .map(({ isExternal, id, overrides }) => ({
    personUuid: { kind: 'person', nth: 0 },
    owningOrganizationUuid: { kind: 'organization', nth: 0 },
    recruitingOrganizationUuid: { kind: 'organization', nth: 0 },
    type: 'D2D',
    ...(isExternal
      ? { externalSource: { name: 'crm', id } }
      : { initialDonationAmount: '7.50', initialDonationInterval: 'MONTHLY' }),
    ...(Object.assign({}, ...overrides) as object),
  }))

const correction = fc.record(
  {
    recruitingLocationLabel: often(text),
    recruiterUuid: often(from('user')),
    startsAt: often(instant),
    endsAt: often(instant),
    donationAmount: often(amount),
    donationInterval: often(interval),
    externalProperties: often(json),
  },
  { requiredKeys: [] },
)

const nothing = fc.constant({})
const act = fc.oneof(
  { weight: 3, arbitrary: step('updatePledge', correction) },
  { weight: 2, arbitrary: step('releasePledge', nothing) },
  { weight: 2, arbitrary: step('activatePledge', nothing) },
  {
    weight: 1,
    arbitrary: step('dropPledge', fc.record({ droppedAt: instant }, { requiredKeys: [] })),
  },
  {
    weight: 1,
    arbitrary: step(
      'cancelPledge',
      fc.record({ reason: text, cancelledAt: instant }, { requiredKeys: ['reason'] }),
    ),
  },
  { weight: 1, arbitrary: step('fulfillPledge', nothing) },
)

test('whatever is done to a pledge, by clocks that differ, is answered as data', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.constantFrom({}, { releasedAt: new Date(BASE) }, {
        releasedAt: new Date(BASE),
        status: 'ACTIVE',
        endsAt: new Date(BASE),
      } as const),
      fc.array(act, { minLength: ACTS_IN_A_RUN, maxLength: ACTS_IN_A_RUN }),
      async (isCollected, state, steps) => {
        const { uuid } = await insertPledge(database, {
          personUuid: pools.person[0]!,
          createdAt: new Date(BASE),
          ...state,
        })
        if (isCollected) await insertTransaction(database, { pledgeUuid: uuid })
        let done = 0
        for (const { mutation, input, at } of steps) {
          const before = await read(uuid)
          const result = await answer(mutation, { pledgeUuid: uuid, ...input }, at)
          seen.add(`${mutation} ${result.__typename}`)
          const after = await read(uuid)
          const isUnchanged = JSON.stringify(after) === JSON.stringify(before)
          if (result.pledge && mutation !== 'updatePledge') expect(isUnchanged).toBe(false)
          if (!result.pledge) expect(isUnchanged).toBe(true)
          if (!isUnchanged) done += 1
        }
        const recorded = await database.drizzle.$count(changes, eq(changes.pledgeUuid, uuid))
        expect(recorded).toBe(done)
      },
    ),
    { numRuns: RUNS, seed: 3 },
  )
  for (const kind of ['release', 'activate', 'drop', 'cancel', 'fulfill', 'update']) {
    const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}PledgePayload`
    expect(seen).toContain(`${kind}Pledge ${name}`)
  }
})

test('whatever a pledge is created with is answered as data', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(creation, async (input) => {
      const { __typename } = await answer('createPledge', input, BASE)
      seen.add(__typename)
    }),
    { numRuns: RUNS * 5, seed: 4 },
  )
  expect([...seen].toSorted()).toEqual(['CreatePledgePayload', 'InvalidInputError'])
})

function step<Input extends object>(mutation: string, input: fc.Arbitrary<Input>) {
  const at = fc.integer({ min: -2, max: 400 }).map((hours) => BASE + hours * 3_600_000)
  return fc.record({ mutation: fc.constant(mutation), input, at })
}

function answer(mutation: string, input: object, at: number): Promise<ActResult> {
  const gateway = createGateway({ database, now: new Date(at) })
  return perform(gateway, mutation, named(input) as Record<string, unknown>)
}

/** Puts a record of its kind in the place of each that is drawn by number. */
function named(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(named)
  if (typeof input !== 'object' || input === null) return input
  if ('kind' in input && 'nth' in input) {
    const pool = pools[input.kind as keyof typeof pools]
    return pool[Number(input.nth) % pool.length]
  }
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, named(value)]))
}

async function read(uuid: string): Promise<unknown> {
  const [row] = await database.drizzle.select().from(pledges).where(eq(pledges.uuid, uuid))
  return row
}
