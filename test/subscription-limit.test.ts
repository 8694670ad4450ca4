import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ChangeFeed } from '../src/feed/watching.ts'
import type { Limits } from '../src/http/limits.ts'
import { createLogger } from '../src/http/log.ts'
import { listen } from '../src/http/server.ts'
import { schema } from '../src/schema.ts'
import { Following, sendTo } from './support/following.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'

let following: Following
let otherToken: string

beforeAll(async () => {
  following = await Following.open()
  otherToken = await tokenOf(await createTestAccount(following.database))
})
afterEach(() => following.leaveAll())
afterAll(() => following.close())

function gatewayWith(limits: Partial<Limits>) {
  const logger = createLogger('silent')
  const feed = new ChangeFeed({ database: following.database, logger })
  return { feed, gateway: openGateway(following.database, schema, { feed, limits }) }
}

/** The codes of the errors that a subscription is answered with at once. */
async function refusedWith(...follow: Parameters<Following['follow']>) {
  const refused = await following.follow(...follow)
  await refused.untilOver()
  return refused.problems.map(({ extensions }) => extensions)
}

describe('subscriptions', () => {
  test('are so many for an account, and one that ends makes room', async () => {
    const { gateway } = gatewayWith({ maxSubscriptionsPerAccount: 2 })
    const first = await following.follow({}, gateway)
    await following.follow({}, gateway)
    const tooMany = [{ code: 'TOO_MANY_REQUESTS', limit: 2 }]
    expect(await refusedWith({}, gateway)).toEqual(tooMany)
    await following.follow({ token: otherToken }, gateway)
    for (let i = 0; i < 5; i += 1) {
      const next = i === 0 ? first : await following.follow({}, gateway)
      await next.leave()
    }
    await following.follow({}, gateway)
    expect(await refusedWith({}, gateway)).toEqual(tooMany)
  })

  test('are so many for all accounts together', async () => {
    const { gateway } = gatewayWith({ maxSubscriptions: 1 })
    const first = await following.follow({}, gateway)
    expect(await refusedWith({ token: otherToken }, gateway)).toEqual([{ code: 'OVERLOADED' }])
    await first.leave()
    await following.follow({ token: otherToken }, gateway)
  })

  test('that are refused, fail or are ended by the gateway make room', async () => {
    const { feed, gateway } = gatewayWith({ maxSubscriptionsPerAccount: 1 })
    for (let i = 0; i < 3; i += 1) {
      expect(await refusedWith({ after: 'nonsense' }, gateway)).toMatchObject([
        { code: 'BAD_USER_INPUT' },
      ])
    }
    const last = await following.follow({}, gateway)
    feed.close()
    await last.untilOver()
    const late = await following.follow({}, gateway)
    await late.untilOver()
    expect(late.isComplete).toBe(true)
  })

  test('of clients that go away without waiting for an answer make room', async () => {
    const { gateway } = gatewayWith({ maxSubscriptionsPerAccount: 1 })
    const { app } = gateway
    const server = await listen({
      listener: (request, response) => void app(request, response),
      host: '127.0.0.1',
      port: 0,
    })
    const body = JSON.stringify({ query: 'subscription { changes { cursor } }' })
    const head = `POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${following.token}\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    for (let i = 0; i < 10; i += 1) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      await once(socket, 'connect')
      socket.write(head + body)
      if (i % 2 === 0) await once(socket, 'data')
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    const send = (init: RequestInit) => fetch(`${server.url}/graphql`, init)
    // What has closed is told to the server in its own time.
    for (;;) {
      const subscriber = await following.follow({ send }, gateway)
      if (!subscriber.isOver && subscriber.problems.length === 0) break
      await subscriber.untilOver()
    }
    await following.leaveAll()
    await server.stop(0)
  })
})

describe('a subscription', () => {
  const post = (query: string, variables = {}) =>
    following.gateway.fetch({
      method: 'POST',
      headers: {
        authorization: `Bearer ${following.token}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query, variables }),
    })

  test.each([
    ['a constant', 'subscription { changes @skip(if: true) { cursor } }', {}],
    [
      'a variable',
      'subscription ($is: Boolean!) { changes @include(if: $is) { cursor } }',
      { is: false },
    ],
    [
      'a default',
      'subscription ($is: Boolean! = true) { ... @skip(if: $is) { changes { cursor } } }',
      {},
    ],
    [
      'a fragment',
      'subscription ($is: Boolean!) { ...F @skip(if: $is) } fragment F on Subscription { changes { cursor } }',
      { is: true },
    ],
  ])('whose only field is left out by %s is refused', async (_, query, variables) => {
    const { status, text } = await post(query, variables)
    expect(status).toBe(400)
    expect(text).toContain('must select exactly one field')
    expect(text).toContain('"BAD_REQUEST"')
  })

  test.each([
    'subscription { changes { cursor } more: changes { cursor } }',
    'subscription { __typename }',
  ])('that selects something else is refused: %s', async (query) => {
    const { status, text } = await post(query)
    expect(status).toBe(400)
    expect(text).toContain('"BAD_REQUEST"')
  })

  test('may select its field by a variable', async () => {
    const send = (init: RequestInit) => {
      const query = 'subscription ($is: Boolean!) { changes @include(if: $is) { cursor } }'
      const body = JSON.stringify({ query, variables: { is: true } })
      return sendTo(following.gateway)({ ...init, body })
    }
    const subscriber = await following.follow({ send })
    expect(subscriber).toMatchObject({ problems: [], isOver: false })
  })
})
