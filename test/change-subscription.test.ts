import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { NewAccount } from '../src/account/commands.ts'
import { changes } from '../src/feed/table.ts'
import { recordAct, whole } from './support/changes.ts'
import { createGateway } from './support/execution.ts'
import { Following } from './support/following.ts'
import { createTestAccount, tokenOf } from './support/gateway.ts'
import { insertCall, insertPledge } from './support/records.ts'

let following: Following

beforeAll(async () => {
  following = await Following.open()
})
afterEach(() => following.leaveAll())
afterAll(() => following.close())

describe('a subscription', () => {
  test('without a cursor starts from now: with whatever is acknowledged once it is open', async () => {
    await following.record(3)
    const subscriber = await following.follow()
    const actors = await following.record(5)
    await subscriber.untilCount(5)
    expect(subscriber.actors).toEqual(actors)
  })

  test('after a cursor replays all of the rest, and goes on with what happens', async () => {
    const [first, ...rest] = await following.record(7)
    const [edge] = await following.newest(7)
    expect(edge?.node.actor).toBe(first)
    const subscriber = await following.follow({ after: edge?.cursor })
    const live = await following.record(3)
    await subscriber.untilCount(rest.length + live.length)
    expect(subscriber.actors).toEqual([...rest, ...live])
  })

  test('resumed from any of its cursors has exactly the rest', async () => {
    const start = (await following.newest(1))[0]?.cursor
    const actors = await following.record(6)
    const whole = await following.follow({ after: start })
    await whole.untilCount(6)
    for (const [index, { cursor }] of whole.events.entries()) {
      const resumed = await following.follow({ after: cursor })
      const rest = actors.slice(index + 1)
      await resumed.untilCount(rest.length)
      expect(resumed.actors).toEqual(rest)
      await resumed.leave()
    }
  })

  test('replays more than a page', async () => {
    const start = (await following.newest(1))[0]?.cursor
    const count = 250
    const actors = Array.from({ length: count }, (_, index) => `many ${index}`)
    await recordAct(
      following.database,
      ...actors.map((actor) => ({ pledgeUuid: following.pledge.uuid, actor })),
    )
    const subscriber = await following.follow({ after: start })
    const live = await following.record(1)
    await subscriber.untilCount(count + 1)
    expect(subscriber.actors).toEqual([...actors, ...live])
  })

  test('has cursors that are good for the query, and the other way round', async () => {
    const subscriber = await following.follow()
    const [, second] = await following.record(2)
    await subscriber.untilCount(2)
    const { cursor } = subscriber.events[0]!
    const { data } = await createGateway(following).execute(
      `{ changes(after: "${cursor}", first: 1) { edges { cursor node { actor } } } }`,
    )
    expect(data.changes.edges).toEqual([{ cursor: subscriber.lastCursor, node: { actor: second } }])
  })

  test('goes on where a client calls a field as a method of promises is called', async () => {
    const subscriber = await following.follow({
      selection:
        'cursor then: cursor node { actor then: kind pledge { then: status externalProperties } }',
    })
    const actors = await following.record(3)
    await subscriber.untilCount(3)
    expect(subscriber.actors).toEqual(actors)
  })

  test('answers whatever is selected of an edge, under any key', async () => {
    const subscriber = await following.follow({
      selection:
        'place: cursor it: node { ... on Change { kind changedFields pledge { calls(first: 1) { totalCount } own: changes(last: 1) { nodes { actor } } } call { uuid } } } __typename',
    })
    const [actor] = await following.record(1)
    await subscriber.untilCount(1)
    expect(subscriber.problems).toEqual([])
    expect(subscriber.events).toEqual([
      {
        cursor: subscriber.lastCursor,
        node: { actor },
        place: subscriber.lastCursor,
        it: {
          kind: 'PLEDGE_UPDATED',
          changedFields: [],
          pledge: { calls: { totalCount: 0 }, own: { nodes: [{ actor }] } },
          call: null,
        },
        __typename: 'ChangeEdge',
      },
    ])
  })

  test('keeps to its filter', async () => {
    const { uuid: callUuid } = await insertCall(following.database)
    const byKind = await following.follow({ filter: { kind: ['CALL_UPDATED'] } })
    const byRecord = await following.follow({ filter: { pledgeUuid: following.pledge.uuid } })
    const none = await following.follow({ filter: { kind: [] } })
    const ofPledge = await following.record(2)
    const ofCall = await following.record(2, { callUuid })
    const last = await following.record(1)
    await byKind.untilCount(2)
    await byRecord.untilCount(3)
    expect(byKind.actors).toEqual(ofCall)
    expect(byRecord.actors).toEqual([...ofPledge, ...last])
    expect(none.actors).toEqual([])
  })

  test('says that it is still there while nothing happens', async () => {
    const subscriber = await following.follow()
    await subscriber.until(({ heartbeats }) => heartbeats >= 3)
    expect(subscriber.events).toEqual([])
  })

  test('has what a process that died left without its place', async () => {
    const subscriber = await following.follow()
    await following.database.drizzle
      .insert(changes)
      .values(whole({ pledgeUuid: following.pledge.uuid, actor: 'of the dead' }))
    await subscriber.untilCount(1)
    expect(subscriber.actors).toEqual(['of the dead'])
  })
})

describe('what an account may not see', () => {
  const follower = async (account: Partial<NewAccount>) =>
    following.follow({ token: await tokenOf(await createTestAccount(following.database, account)) })

  test('does not come: not what is out of scope, nor kinds without their permission', async () => {
    const other = await insertPledge(following.database)
    const { uuid: callUuid } = await insertCall(following.database, {
      personUuid: following.pledge.personUuid,
    })
    const scoped = await follower({ organizations: [following.pledge.owningOrganizationUuid] })
    const foreign = await follower({ organizations: [other.owningOrganizationUuid] })
    const calls = await follower({ permissions: ['CALLS_READ'] })
    const pledges = await follower({ permissions: ['PLEDGES_READ'] })
    const ours = await following.record(2)
    const theirs = await following.record(2, { pledgeUuid: other.uuid })
    const ofCall = await following.record(1, { callUuid })
    const last = await following.record(1)
    const theirLast = await following.record(1, { pledgeUuid: other.uuid })
    await Promise.all([
      scoped.untilCount(4),
      foreign.untilCount(3),
      calls.untilCount(1),
      pledges.untilCount(6),
    ])
    expect(scoped.actors).toEqual([...ours, ...ofCall, ...last])
    expect(foreign.actors).toEqual([...theirs, ...theirLast])
    expect(calls.actors).toEqual(ofCall)
    expect(pledges.actors).toEqual([...ours, ...theirs, ...last, ...theirLast])
  })

  test('is forbidden where it is everything', async () => {
    const subscriber = await follower({ permissions: [] })
    await subscriber.untilOver()
    expect(subscriber).toMatchObject({ events: [], isComplete: true })
    expect(subscriber.problems.map(({ extensions }) => extensions)).toEqual([
      {
        code: 'FORBIDDEN',
        permissions: ['PLEDGES_READ', 'CALLS_READ', 'PERSONS_READ', 'TRANSACTIONS_READ'],
      },
    ])
  })
})

describe('before anything is streamed', () => {
  test.each(['x', '', btoa('Pledge.changes POSITION ASC|1'), btoa('changes POSITION ASC|-1')])(
    'the cursor %j is refused',
    async (after) => {
      const subscriber = await following.follow({ after })
      await subscriber.untilOver()
      expect(subscriber.events).toEqual([])
      expect(subscriber.problems.map(({ extensions }) => extensions)).toEqual([
        { code: 'BAD_USER_INPUT', argument: 'after' },
      ])
    },
  )

  test('what is nested has its arguments checked', async () => {
    const subscriber = await following.follow({
      selection: 'other: node { pledge { calls(first: 1000) { totalCount } } }',
    })
    await subscriber.untilOver()
    expect(subscriber.problems.map(({ extensions }) => extensions)).toEqual([
      { code: 'BAD_USER_INPUT', argument: 'first' },
    ])
  })

  test.each([undefined, '*/*', 'application/json', 'application/graphql-response+json'])(
    'a client that asks for %s is told what to ask for',
    async (accept) => {
      const { status, headers, body } = await following.gateway.fetch({
        method: 'POST',
        headers: { authorization: `Bearer ${following.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'subscription { changes { cursor } }' }),
        ...(accept !== undefined && { accept }),
      })
      expect(status).toBe(406)
      expect(headers.get('content-type')).toMatch(/json/)
      expect(body.errors?.[0]?.message).toContain('Accept: text/event-stream')
    },
  )

  test('whoever has no token is not let in', async () => {
    await expect(following.follow({ token: 'x' })).rejects.toThrow(/^401 /)
  })
})
