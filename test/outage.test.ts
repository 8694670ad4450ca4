import { isNotNull, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { changes } from '../src/feed/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { schema } from '../src/schema.ts'
import { recordAct } from './support/changes.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { openProxy, type Proxy } from './support/proxy.ts'
import { insertCall, insertPledge } from './support/records.ts'

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

describe.runIf(isOnPostgres())('while the database says nothing', () => {
  test('an operation is answered in time, and as before once it speaks again', async () => {
    const origin = await createPostgres()
    await migratePostgres(origin.url)
    const proxy = await openProxy(origin.url)
    const database = openPostgres({ url: proxy.url, poolSize: 2 })
    const gateway = openGateway(database, schema, { deadlineMilliseconds: 200 })
    const token = await tokenOf(await createTestAccount(database))
    const ask = () => gateway.post(QUERY, token)
    expect((await ask()).status).toBe(200)
    proxy.freeze()
    const { status, body } = await ask()
    expect(status).toBe(503)
    expect(body.errors).toMatchObject([
      {
        message: expect.stringMatching(/^It took too long\./) as string,
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      },
    ])
    const unknown = openGateway(database, schema, { deadlineMilliseconds: 200 })
    expect((await unknown.post(QUERY, token)).status).toBe(503)
    proxy.thaw()
    await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(200)
    await database.close()
    await proxy.cut()
    await origin.drop()
  })

  test('a statement that takes too long, or waits too long for others, is told as such', async () => {
    const origin = await createPostgres()
    await migratePostgres(origin.url)
    const patient = openPostgres({ url: origin.url, poolSize: 1 })
    const token = await tokenOf(await createTestAccount(patient))
    const { uuid } = await insertCall(patient, {
      status: 'REQUESTED',
      requestedAt: new Date('2020-01-01T00:00:00Z'),
      expiresAt: new Date('2020-01-02T00:00:00Z'),
    })
    for (const [options, message] of [
      [{ lockTimeoutMilliseconds: 50 }, /^Others keep what this needs for too long/],
      [{ statementTimeoutMilliseconds: 50 }, /^It took too long/],
    ] as const) {
      const database = openPostgres({ url: origin.url, poolSize: 2, ...options })
      await patient.drizzle.transaction(async (transaction) => {
        await transaction.execute(sql`select from calls where uuid = ${uuid} for update`)
        const { status, body } = await openGateway(database, schema).post(
          '{ calls { nodes { uuid } } }',
          token,
        )
        expect(status).toBe(503)
        expect(body.errors).toMatchObject([
          {
            message: expect.stringMatching(message) as string,
            extensions: { code: 'SERVICE_UNAVAILABLE' },
          },
        ])
      })
      await database.close()
    }
    await patient.close()
    await origin.drop()
  })
})

describe.runIf(isOnPostgres())('whatever the database or its role sets', () => {
  test('acts are dated and placed as everywhere', async () => {
    const origin = await createPostgres()
    await migratePostgres(origin.url)
    const name = new URL(origin.url).pathname.slice(1)
    const setting = openPostgres({ url: origin.url, poolSize: 1 })
    for (const value of [
      "datestyle = 'SQL, DMY'",
      "default_transaction_isolation = 'serializable'",
    ]) {
      await setting.drizzle.execute(sql.raw(`alter database ${name} set ${value}`))
    }
    await setting.close()
    const database = openPostgres({ url: origin.url, poolSize: 5 })
    const createdAt = new Date('2024-03-04T12:00:00.000Z')
    const { uuid: pledgeUuid } = await insertPledge(database, { createdAt })
    const [stored] = await database.drizzle.select().from(pledges)
    expect(stored?.createdAt).toEqual(createdAt)
    await Promise.all(Array.from({ length: 40 }, () => recordAct(database, { pledgeUuid })))
    expect(await database.drizzle.$count(changes, isNotNull(changes.position))).toBe(40)
    await database.close()
    await origin.drop()
  })
})
