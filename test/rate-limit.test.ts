import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RateLimit, withdraw } from '../src/cost/rules.ts'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'

const LIMIT: RateLimit = { burst: 100, perSecond: 10 }
const NOW = new Date('2026-05-01T12:00:00.000Z')

function later(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1_000)
}

describe('a bucket', () => {
  test('is full for a new account, and takes the whole burst at once', () => {
    const { isAllowed, bucket, resetAt } = withdraw(LIMIT, undefined, 100, NOW)
    expect({ isAllowed, level: bucket.level, resetAt }).toEqual({
      isAllowed: true,
      level: 0,
      resetAt: later(10),
    })
  })

  test('refuses what it does not hold, takes nothing then, and tells when it will', () => {
    const { bucket } = withdraw(LIMIT, undefined, 95, NOW)
    const refused = withdraw(LIMIT, bucket, 26, later(1))
    expect(refused).toMatchObject({ isAllowed: false, retryAfterSeconds: 2, bucket: { level: 15 } })
    expect(withdraw(LIMIT, refused.bucket, 26, later(3)).isAllowed).toBe(true)
  })

  test('never holds more than the burst, and loses nothing to a clock that is set back', () => {
    const { bucket } = withdraw(LIMIT, undefined, 50, NOW)
    expect(withdraw(LIMIT, bucket, 0, later(1_000)).bucket.level).toBe(100)
    expect(withdraw(LIMIT, bucket, 0, later(-1_000)).bucket.level).toBe(50)
  })
})

describe('a gateway with a rate limit', () => {
  let database: Database
  beforeAll(async () => {
    database = await openTestDatabase()
  })
  afterAll(() => database.close())

  const operation = '{ rateLimit { cost limit remaining resetAt } }'

  test('tells the cost and what is left, refuses what is above it, and lets in after the time it told', async () => {
    const gateway = openGateway(database, schema, { rateLimit: { burst: 8, perSecond: 1 } })
    const token = await tokenOf(await createTestAccount(database))
    const ask = () => gateway.post(operation, token)
    const first = await ask()
    expect(first.body.data?.['rateLimit']).toEqual({
      cost: 3,
      limit: 8,
      remaining: 5,
      resetAt: '2026-05-01T12:00:03.000Z',
    })
    await ask()
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.body).toEqual({
      errors: [
        {
          message: expect.stringContaining('Try again in 1 second'),
          extensions: {
            code: 'RATE_LIMITED',
            cost: { requested: 3, limit: 8, remaining: 2, resetAt: '2026-05-01T12:00:06.000Z' },
          },
        },
      ],
    })
    gateway.clock.advance(1)
    expect((await ask()).body.data?.['rateLimit']).toMatchObject({ remaining: 0 })
  })

  test('counts each account by itself', async () => {
    const gateway = openGateway(database, schema, { rateLimit: { burst: 3, perSecond: 1 } })
    for (const key of [await createTestAccount(database), await createTestAccount(database)]) {
      expect((await gateway.post(operation, await tokenOf(key))).status).toBe(200)
    }
  })

  test('does nothing of a mutation or a subscription that is above the limit', async () => {
    const gateway = openGateway(database, schema, { rateLimit: { burst: 2_010, perSecond: 1 } })
    const token = await tokenOf(await createTestAccount(database))
    const act =
      'mutation { releasePledge(input: { pledgeUuid: "0d5a1f7e-63c2-4b89-9a10-7be45d2f8c31" }) { __typename } }'
    expect((await gateway.post(act, token)).body.data).toEqual({
      releasePledge: { __typename: 'NotFoundError' },
    })
    expect((await gateway.post(act, token)).status).toBe(429)
    const spent = await gateway.fetch({
      method: 'POST',
      accept: 'text/event-stream',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `subscription { changes { node { pledge { calls(first: 100) { nodes { uuid } } } } } }`,
      }),
    })
    expect(spent.text).toContain('RATE_LIMITED')
  })

  test('refuses for good what costs more than the burst', async () => {
    const gateway = openGateway(database, schema, { rateLimit: { burst: 10, perSecond: 1 } })
    const token = await tokenOf(await createTestAccount(database))
    const { body } = await gateway.post('{ pledges { totalCount } }', token)
    expect(body.errors?.[0]?.extensions).toMatchObject({
      code: 'OPERATION_TOO_LARGE',
      cost: { measure: 'cost', requested: 1_102, limit: 10 },
    })
  })

  test('says that there is no limit where there is none', async () => {
    const token = await tokenOf(await createTestAccount(database))
    const { body } = await openGateway(database, schema).post(operation, token)
    expect(body.data).toEqual({
      rateLimit: { cost: 3, limit: null, remaining: null, resetAt: null },
    })
  })
})
