import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Permission, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { type ActResult, loadEverything, perform, refusedFields } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import {
  insertOrganization,
  insertPledge,
  insertTransaction,
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

/** Which pledge each action is done to here, what with, and what becomes of it. */
const ACTS = {
  updatePledge: {
    permission: 'PLEDGES_UPDATE',
    from: {},
    input: { recruitingLocationLabel: 'Zwolle', donationAmount: '12' },
    kind: 'PLEDGE_UPDATED',
    columns: { recruitingLocationLabel: 'Zwolle', donationAmount: '12.00' },
    changedFields: ['recruitingLocationLabel', 'donationAmount'],
  },
  releasePledge: {
    permission: 'PLEDGES_RELEASE',
    from: {},
    input: {},
    kind: 'PLEDGE_RELEASED',
    columns: { releasedAt: NOW },
    changedFields: ['releasedAt'],
  },
  activatePledge: {
    permission: 'PLEDGES_ACTIVATE',
    from: { releasedAt: RECORDED_AT },
    input: {},
    kind: 'PLEDGE_ACTIVATED',
    columns: { status: 'ACTIVE', startsAt: NOW },
    changedFields: ['status', 'startsAt'],
  },
  dropPledge: {
    permission: 'PLEDGES_DROP',
    from: {},
    input: {},
    kind: 'PLEDGE_DROPPED',
    columns: { status: 'DROPPED', droppedAt: NOW },
    changedFields: ['status', 'droppedAt'],
  },
  cancelPledge: {
    permission: 'PLEDGES_CANCEL',
    from: { releasedAt: RECORDED_AT },
    input: { reason: 'moved abroad' },
    kind: 'PLEDGE_CANCELLED',
    columns: { status: 'CANCELLED', cancelledAt: NOW, cancellationReason: 'moved abroad' },
    changedFields: ['status', 'cancelledAt', 'cancellationReason'],
  },
  fulfillPledge: {
    permission: 'PLEDGES_FULFILL',
    from: { status: 'ACTIVE', releasedAt: RECORDED_AT, endsAt: NOW },
    input: {},
    kind: 'PLEDGE_FULFILLED',
    columns: { status: 'FULFILLED' },
    changedFields: ['status'],
  },
} as const satisfies Record<string, object>
type Mutation = keyof typeof ACTS
const MUTATIONS = Object.keys(ACTS) as Mutation[]
const STATUS_MUTATIONS = MUTATIONS.filter((mutation) => mutation !== 'updatePledge')

describe.each(MUTATIONS)('%s', (mutation) => {
  const { permission, from, input, kind, columns, changedFields } = ACTS[mutation]

  test('changes what it says and nothing else, and is recorded once', async () => {
    const pledge = await insertOwned(from)
    await insertOwned(from)
    const before = await loadEverything(database)
    const result = await act(mutation, { pledgeUuid: pledge.uuid.toUpperCase(), ...input })
    expect(result).toEqual({ __typename: payloadOf(mutation), pledge: { uuid: pledge.uuid } })
    const { changes: recorded, ...rows } = await loadEverything(database)
    expect(rows).toEqual({
      ...withoutChanges(before),
      pledges: expect.arrayContaining(
        before.pledges.map((row) =>
          row.uuid === pledge.uuid ? { ...row, ...columns, updatedAt: NOW } : row,
        ),
      ) as unknown,
    })
    expect(rows.pledges).toHaveLength(before.pledges.length)
    expect(recorded.slice(0, -1)).toEqual(before.changes)
    expect(recorded.at(-1)).toMatchObject({
      kind,
      occurredAt: NOW,
      actor: EVERYTHING.email,
      changedFields,
      pledgeUuid: pledge.uuid,
      callUuid: null,
      position: (before.changes.at(-1)?.position ?? 0) + 1,
    })
  })

  test('needs its permission, whatever the input, and no other', async () => {
    const { uuid: pledgeUuid } = await insertOwned(from)
    const others = PERMISSIONS.filter((each) => each !== permission)
    const before = await loadEverything(database)
    for (const given of [
      { pledgeUuid, ...input },
      { ...WRONG[mutation], pledgeUuid: randomUUID() },
    ]) {
      expect(await act(mutation, given, others)).toEqual({
        __typename: 'ForbiddenError',
        message: `This needs the permission ${permission}.`,
        code: 'FORBIDDEN',
        permission,
      })
    }
    expect(await loadEverything(database)).toEqual(before)
    const result = await act(mutation, { pledgeUuid, ...input }, ['PLEDGES_READ', permission])
    expect(result.__typename).toBe(payloadOf(mutation))
  })

  test('answers for a pledge out of scope what it answers for none', async () => {
    const foreign = await insertPledge(database, {
      ...from,
      ...externalIn('updatePledge', mutation),
    })
    const before = await loadEverything(database)
    const [unknown, out] = [randomUUID(), foreign.uuid]
    const answers = []
    for (const pledgeUuid of [unknown, out]) {
      const result = await act(mutation, { pledgeUuid, ...input }, PERMISSIONS, [owner.uuid])
      answers.push(JSON.stringify(result).replaceAll(pledgeUuid, 'UUID'))
    }
    expect(JSON.parse(answers[0]!)).toEqual({
      __typename: 'NotFoundError',
      message: 'There is no pledge UUID.',
      code: 'NOT_FOUND',
    })
    expect(answers[1]).toBe(answers[0])
    expect(await loadEverything(database)).toEqual(before)
  })

  test('is done by whoever has the recruiting organization in scope', async () => {
    const { uuid: pledgeUuid } = await insertPledge(database, {
      ...from,
      recruitingOrganizationUuid: owner.uuid,
    })
    const result = await act(mutation, { pledgeUuid, ...input }, PERMISSIONS, [owner.uuid])
    expect(result).toEqual({ __typename: payloadOf(mutation), pledge: { uuid: pledgeUuid } })
  })
})

describe('problems are told in one order', () => {
  test.each(STATUS_MUTATIONS)('of %s', async (mutation) => {
    const wrong = { ...ACTS[mutation].input, ...WRONG[mutation] }
    const hasInput = Object.keys(WRONG[mutation]).length > 0
    const unknown = { pledgeUuid: randomUUID() }
    if (hasInput) {
      const refused = await act(mutation, { ...unknown, ...wrong })
      expect(refusedFields(refused)).toEqual(Object.keys(WRONG[mutation]))
    }
    const right = ACTS[mutation].input
    expect((await act(mutation, { ...unknown, ...right })).__typename).toBe('NotFoundError')
    // An external pledge that is also in a state from which nothing leads on.
    const external = await insertOwned({
      ...EXTERNAL,
      status: 'DROPPED',
      externalSourceId: mutation,
    })
    const before = await loadEverything(database)
    expect(await act(mutation, { pledgeUuid: external.uuid, ...right })).toEqual({
      __typename: 'ExternallyManagedError',
      message: 'The pledge is managed by Donor Desk: its state changes there, and not here.',
      code: 'EXTERNALLY_MANAGED',
    })
    const ended = await insertOwned({ status: 'DROPPED', droppedAt: RECORDED_AT })
    const early = mutation === 'dropPledge' || mutation === 'cancelPledge' ? earlier(mutation) : {}
    const refused = await act(mutation, { pledgeUuid: ended.uuid, ...right, ...early })
    expect(refused).toMatchObject({
      __typename: 'PledgeTransitionError',
      code: 'INVALID_TRANSITION',
      status: 'DROPPED',
      allowedActions: ['UPDATE'],
    })
    const after = await loadEverything(database)
    expect(after.pledges.filter(({ uuid }) => uuid !== ended.uuid)).toEqual(before.pledges)
    expect(after.changes).toEqual(before.changes)
  })

  test.each(['dropPledge', 'cancelPledge'] as const)(
    'of %s before it was created',
    async (mutation) => {
      const { uuid: pledgeUuid } = await insertOwned(ACTS[mutation].from)
      const before = await loadEverything(database)
      const input = { pledgeUuid, ...ACTS[mutation].input, ...earlier(mutation) }
      const result = await act(mutation, input)
      expect(refusedFields(result)).toEqual([
        mutation === 'dropPledge' ? 'droppedAt' : 'cancelledAt',
      ])
      expect(await loadEverything(database)).toEqual(before)
    },
  )
})

describe('a collected transaction', () => {
  test.each([
    ['COLLECTED', 'cancelPledge'],
    ['REVERSED', 'cancelPledge'],
    ['PENDING', 'dropPledge'],
    ['FAILED', 'dropPledge'],
  ] as const)('that is %s leaves %s to end a lead', async (status, mutation) => {
    const { uuid: pledgeUuid } = await insertOwned({})
    await insertTransaction(database, { pledgeUuid, status })
    const other = mutation === 'dropPledge' ? 'cancelPledge' : 'dropPledge'
    const refused = await act(other, { pledgeUuid, ...ACTS[other].input })
    expect(refused.message).toContain(`${mutation.replace('Pledge', '')} it instead`)
    const done = await act(mutation, { pledgeUuid, ...ACTS[mutation].input })
    expect(done.__typename).toBe(payloadOf(mutation))
  })
})

/** Something that is wrong with an input by itself. */
const WRONG: Readonly<Record<Mutation, object>> = {
  updatePledge: { donationAmount: '0' },
  releasePledge: {},
  activatePledge: {},
  dropPledge: { droppedAt: LATER },
  cancelPledge: { reason: ' ', cancelledAt: LATER },
  fulfillPledge: {},
}

function earlier(mutation: 'dropPledge' | 'cancelPledge') {
  const at = new Date(RECORDED_AT.getTime() - 1)
  return mutation === 'dropPledge' ? { droppedAt: at } : { cancelledAt: at }
}

/** A pledge that only an update does not mind being external. */
function externalIn(tolerant: Mutation, mutation: Mutation) {
  return tolerant === mutation ? { ...EXTERNAL, externalSourceId: randomUUID() } : {}
}

function payloadOf(mutation: Mutation): string {
  return `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Payload`
}

function withoutChanges<Rows extends { readonly changes: unknown }>({ changes: _, ...rows }: Rows) {
  return rows
}

function insertOwned(fields: Partial<Pledge>): Promise<Pledge> {
  return insertPledge(database, { owningOrganizationUuid: owner.uuid, ...fields })
}

function act(
  mutation: Mutation,
  input: object,
  permissions: readonly Permission[] = PERMISSIONS,
  organizations: 'all' | readonly string[] = 'all',
): Promise<ActResult> {
  const actor = { ...EVERYTHING, permissions: new Set(permissions), organizations }
  return perform(createGateway({ database, actor, now: NOW }), mutation, { ...input })
}
