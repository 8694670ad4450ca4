import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, type Permission, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { placeChanges } from '../src/feed/placing.ts'
import { changes } from '../src/feed/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { CHANGED, type ChangedRecords, insertChanged, recordAct, whole } from './support/changes.ts'
import { openTestDatabase } from './support/database.ts'
import { type Answer, createGateway, EVERYTHING } from './support/execution.ts'
import { insertCall, insertPledge } from './support/records.ts'

const FEED_NEEDS = ['PLEDGES_READ', 'CALLS_READ', 'PERSONS_READ', 'TRANSACTIONS_READ'] as const

let database: Database
let records: ChangedRecords
let us: Actor

beforeAll(async () => {
  database = await openTestDatabase()
  records = await insertChanged(database)
  us = { ...EVERYTHING, organizations: [records.pledge.owningOrganizationUuid] }
})
afterAll(() => database.close())

function ask(source: string, variables = {}, actor = EVERYTHING): Promise<Answer> {
  return createGateway({ database, actor }).execute(source, variables)
}

describe('a change', () => {
  test('tells what happened to what', async () => {
    const written = {
      kind: 'PLEDGE_CANCELLED' as const,
      occurredAt: new Date('2026-04-01T10:11:12.130Z'),
      actor: null,
      changedFields: ['status', 'cancelledAt', 'cancellationReason'],
    }
    const other = await insertPledge(database)
    await recordAct(database, { ...written, pledgeUuid: other.uuid })
    const { data, errors } = await ask(
      `{ changes(last: 1) { nodes { __typename id kind occurredAt actor changedFields pledge { uuid person { lastName } } call { uuid } } } }`,
    )
    expect(errors).toBeUndefined()
    const [{ id, ...told }] = data.changes.nodes
    expect(told).toEqual({
      __typename: 'Change',
      ...written,
      occurredAt: '2026-04-01T10:11:12.130Z',
      pledge: { uuid: other.uuid, person: { lastName: 'Jansen' } },
      call: null,
    })
    const found = await ask(
      `query ($id: ID!) { node(id: $id) { id ... on Change { kind pledge { uuid } } } }`,
      { id },
    )
    expect(found.data).toEqual({
      node: { id, kind: 'PLEDGE_CANCELLED', pledge: { uuid: other.uuid } },
    })
  })

  test('is not in the feed before it has its place, nor found by `node`', async () => {
    const [row] = await database.drizzle
      .insert(changes)
      .values(whole({ pledgeUuid: records.pledge.uuid, actor: 'late' }))
      .returning()
    const id = btoa(`Change:${row!.uuid}`)
    const look = async () => {
      const { data } = await ask(
        `{ changes(last: 1) { nodes { id } } pledge(uuid: "${records.pledge.uuid}") { changes(last: 1) { nodes { id } } } node(id: "${id}") { id } }`,
      )
      return [data.changes.nodes[0].id, data.pledge.changes.nodes[0].id, data.node?.id].map(
        (each) => each === id,
      )
    }
    expect(await look()).toEqual([false, false, false])
    await placeChanges(database)
    expect(await look()).toEqual([true, true, true])
  })

  test('comes in the order in which one act recorded it', async () => {
    const { uuid: callUuid } = await insertCall(database)
    await recordAct(
      database,
      { callUuid, kind: 'CALL_ATTEMPTED' },
      { callUuid, kind: 'CALL_EXPIRED' },
    )
    const { data } = await ask(`{ call(uuid: "${callUuid}") { changes { nodes { kind } } } }`)
    expect(data.call.changes.nodes).toEqual([{ kind: 'CALL_ATTEMPTED' }, { kind: 'CALL_EXPIRED' }])
  })
})

describe('a filter', () => {
  const filtered = async (filter: object, actor = us) => {
    const { data, errors } = await ask(
      'query ($filter: ChangeFilter) { changes(filter: $filter, first: 100) { totalCount nodes { kind pledge { uuid } call { uuid } } } }',
      { filter },
      actor,
    )
    expect(errors).toBeUndefined()
    expect(data.changes.totalCount).toBe(data.changes.nodes.length)
    return data.changes.nodes as { kind: string; pledge?: object; call?: object }[]
  }

  test('by kind keeps those of any of the kinds', async () => {
    const all = await filtered({})
    const kinds = new Set(all.map(({ kind }) => kind))
    expect(kinds).toEqual(new Set(['PLEDGE_UPDATED', 'CALL_UPDATED']))
    const calls = await filtered({ kind: ['CALL_UPDATED', 'CALL_EXPIRED'] })
    expect(calls).toEqual(all.filter(({ kind }) => kind === 'CALL_UPDATED'))
    expect(await filtered({ kind: [] })).toEqual([])
    expect(await filtered({ kind: null, pledgeUuid: null, callUuid: null })).toEqual(all)
  })

  test("by record keeps that record's own changes", async () => {
    const ofPledge = await filtered({ pledgeUuid: records.pledge.uuid.toUpperCase() })
    expect(ofPledge.length).toBeGreaterThan(0)
    expect(new Set(ofPledge.map((each) => JSON.stringify(each.pledge)))).toEqual(
      new Set([JSON.stringify({ uuid: records.pledge.uuid })]),
    )
    expect((await filtered({ callUuid: records.call.uuid })).length).toBe(Math.floor(CHANGED / 2))
    expect(
      await filtered({ callUuid: records.call.uuid, pledgeUuid: records.pledge.uuid }),
    ).toEqual([])
  })

  test('by a record that is unknown or out of sight matches nothing', async () => {
    const unknown = '5cf67f69-34d0-46fe-b904-20d56248a844'
    for (const uuid of [unknown, records.foreignPledge.uuid, records.foreignCall.uuid]) {
      expect(await filtered({ pledgeUuid: uuid })).toEqual([])
      expect(await filtered({ callUuid: uuid })).toEqual([])
    }
  })
})

describe('without a permission', () => {
  const feed = '{ changes(first: 100) { totalCount nodes { kind pledge { uuid } call { uuid } } } }'
  const but = (...lacking: Permission[]) => ({
    ...us,
    permissions: new Set(PERMISSIONS.filter((permission) => !lacking.includes(permission))),
  })

  test.each([
    { lacking: 'PLEDGES_READ', left: 'CALL_UPDATED' },
    { lacking: 'CALLS_READ', left: 'PLEDGE_UPDATED' },
  ] as const)('the kinds that need $lacking are left out', async ({ lacking, left }) => {
    const { data, errors } = await ask(feed, {}, but(lacking))
    expect(errors).toBeUndefined()
    const { nodes, totalCount } = data.changes
    const all = (await ask(feed, {}, us)).data.changes.nodes as { kind: string }[]
    expect(nodes).toEqual(all.filter(({ kind }) => kind === left))
    expect(totalCount).toBe(nodes.length)
  })

  test('for any of them, the feed is forbidden, and so is `node`', async () => {
    const nobody = but(...FEED_NEEDS)
    const { data, errors } = await ask(feed, {}, nobody)
    expect(data).toEqual({ changes: null })
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'FORBIDDEN', permissions: FEED_NEEDS },
    ])
    const id = (await ask('{ changes(first: 1) { nodes { id } } }')).data.changes.nodes[0].id
    const found = await ask(`{ node(id: "${id}") { id } }`, {}, nobody)
    expect(found.errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
  })

  test('`node` does not find a change whose kind may not be read', async () => {
    const { data } = await ask(
      `{ pledge(uuid: "${records.pledge.uuid}") { changes { nodes { id } } } }`,
    )
    const [{ id }] = data.pledge.changes.nodes
    const source = `{ node(id: "${id}") { id } }`
    expect((await ask(source, {}, us)).data).toEqual({ node: { id } })
    expect((await ask(source, {}, but('PLEDGES_READ'))).data).toEqual({ node: null })
  })
})

test('a change is seen by whoever sees its record now', async () => {
  const { uuid: pledgeUuid } = await insertPledge(database)
  await recordAct(database, { pledgeUuid, actor: 'before it was shared' })
  const seen = async () => {
    const { data } = await ask('{ changes(last: 1) { nodes { actor } } }', {}, us)
    return data.changes.nodes[0].actor as string
  }
  expect(await seen()).not.toBe('before it was shared')
  await database.drizzle
    .update(pledges)
    .set({ recruitingOrganizationUuid: records.pledge.owningOrganizationUuid })
    .where(eq(pledges.uuid, pledgeUuid))
  expect(await seen()).toBe('before it was shared')
})
