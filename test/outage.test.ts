import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { schema } from '../src/graphql/schema.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { openProxy, type Proxy } from './support/proxy.ts'

const QUERY = '{ pledges { totalCount } }'

describe.runIf(isOnPostgres())('while the database cannot be reached', () => {
  let origin: PostgresDatabase
  let proxy: Proxy
  let database: Database
  let gateway: Gateway
  let token: string

  beforeAll(async () => {
    origin = await createPostgres()
    await migratePostgres(origin.url)
    proxy = await openProxy(origin.url)
    database = openPostgres({ url: proxy.url, poolSize: 2 })
    gateway = openGateway(database, schema)
    token = await tokenOf(await createTestAccount(database))
    expect((await gateway.post(QUERY, token)).body).toEqual({
      data: { pledges: { totalCount: 0 } },
    })
    await proxy.cut()
  })

  afterAll(async () => {
    await database.close()
    await proxy.cut()
    await origin.drop()
  })

  test.each(['application/json', 'application/graphql-response+json'])(
    'an operation is answered with 503, as %s',
    async (accept) => {
      const { status, headers, body } = await gateway.fetch({
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: QUERY }),
        accept,
      })
      expect(status).toBe(503)
      expect(headers.get('content-type')).toContain(accept)
      expect(body.errors?.map(({ extensions }) => extensions)).toEqual([
        { code: 'SERVICE_UNAVAILABLE' },
      ])
    },
  )

  test('a database that is not there cannot be reached either', async () => {
    const url = new URL(origin.url)
    url.pathname += '_dropped'
    const dropped = openPostgres({ url: url.href, poolSize: 1 })
    const { status } = await openGateway(dropped, schema).post(QUERY, token)
    await dropped.close()
    expect(status).toBe(503)
  })

  test('a token whose account has to be looked up is not refused as a bad one', async () => {
    const { status, body } = await openGateway(database, schema).post(QUERY, token)
    expect(status).toBe(503)
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' })
  })

  test('nobody is let in who would not be otherwise', async () => {
    expect((await gateway.post(QUERY)).status).toBe(401)
    expect((await gateway.post(QUERY, 'garbage')).status).toBe(401)
  })

  test('health says so', async () => {
    expect((await gateway.fetch({ path: '/health/ready' })).status).toBe(503)
    expect((await gateway.fetch({ path: '/health/live' })).status).toBe(200)
  })

  test('only so much is told: an operator reads the rest in the log', async () => {
    gateway.log.length = 0
    const { text } = await gateway.post(QUERY, token)
    expect(text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/)
    expect(gateway.log).toMatchObject([{ level: 40 }])
  })

  test('and once it can again, everything is answered as before', async () => {
    await proxy.restore()
    await expect
      .poll(async () => (await gateway.fetch({ path: '/health/ready' })).status, {
        timeout: 10_000,
      })
      .toBe(200)
    expect((await gateway.post(QUERY, token)).body).toEqual({
      data: { pledges: { totalCount: 0 } },
    })
  })
})
