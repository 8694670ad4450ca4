import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { schema } from '../src/schema.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { untilSomebodyWaits } from './support/lock.ts'
import { openProxy } from './support/proxy.ts'
import { insertPledge } from './support/records.ts'

const POOL_SIZE = 4

describe.runIf(isOnPostgres())('on a server', () => {
  let origin: PostgresDatabase
  let database: Database
  let other: Database
  let token: string

  beforeAll(async () => {
    origin = await createPostgres()
    await migratePostgres(origin.url)
    database = openPostgres({ url: origin.url, poolSize: POOL_SIZE })
    other = openPostgres({ url: origin.url, poolSize: POOL_SIZE })
    token = await tokenOf(await createTestAccount(database))
  })

  afterAll(async () => {
    await Promise.all([database.close(), other.close()])
    await origin.drop()
  })

  test('a lock on a table stops acts, and nothing else', async () => {
    const { uuid: pledgeUuid } = await insertPledge(database)
    const gateway = openGateway(database, schema)
    const mutation = `mutation { dropPledge(input: { pledgeUuid: "${pledgeUuid}" }) { __typename } }`
    const acts = await other.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`lock table pledges in share mode`)
      const waiting = Array.from({ length: 4 * POOL_SIZE }, () => gateway.post(mutation, token))
      await untilSomebodyWaits(transaction)
      const stranger = await createTestAccount(other)
      const asStranger = await tokenOf(stranger)
      for (const known of [token, asStranger]) {
        const { body } = await gateway.post('{ viewer { email } pledges { totalCount } }', known)
        expect(body).toMatchObject({ data: { pledges: { totalCount: 1 } } })
      }
      expect((await gateway.fetch({ path: '/health/ready' })).text).toBe('ready\n')
      return waiting
    })
    for (const { status } of await Promise.all(acts)) expect(status).toBe(200)
  })

  test('one request leaves connections to the others, though it has many root fields', async () => {
    const gateway = openGateway(database, schema)
    const fields = Array.from({ length: 40 }, (_, nth) => `a${nth}: pledges { totalCount }`)
    let isAnswered = false
    const flood = gateway.post(`{ ${fields.join(' ')} }`, token).then((answer) => {
      isAnswered = true
      return answer
    })
    await gateway.post('{ pledges { totalCount } }', token)
    expect(isAnswered).toBe(false)
    expect(Object.keys((await flood).body.data ?? {})).toHaveLength(40)
    const [busiest] = (await database.health.execute<{ count: number }>(
      sql`select count(*)::int from pg_stat_activity where datname = current_database() and query like '%json%' and application_name = 'pledgeline'`,
    )) as { count: number }[]
    expect(busiest?.count).toBeLessThanOrEqual(POOL_SIZE)
  })

  test('whoever follows has connections of their own', async () => {
    const held = await other.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`lock table changes in access exclusive mode`)
      const statement = { text: `select count(*)::text from changes`, isPrepared: false }
      const waiting = Array.from({ length: 50 }, () =>
        database.read(statement, [], { lane: 'followers' }),
      )
      await untilSomebodyWaits(transaction)
      const one = { text: `select 'read'`, isPrepared: false }
      expect(await database.read(one, [])).toBe('read')
      return waiting
    })
    expect(new Set(await Promise.all(held)).size).toBe(1)
  })

  test('connections that are silently dead are replaced by living ones', async () => {
    const proxy = await openProxy(origin.url)
    const own = openPostgres({ url: proxy.url, poolSize: POOL_SIZE })
    const gateway = openGateway(own, schema)
    const ask = async () => (await gateway.post('{ pledges { totalCount } }', token)).status
    const askAll = () => Promise.all(Array.from({ length: 2 * POOL_SIZE }, ask))
    expect(await askAll()).not.toContain(503)
    proxy.swallow()
    expect(await askAll()).toContain(503)
    expect(await askAll()).not.toContain(503)
    await own.close()
    await proxy.cut()
  }, 30_000)

  test('a connection on which the server says nothing for longer than a statement may run is given up', async () => {
    const proxy = await openProxy(origin.url)
    const own = openPostgres({ url: proxy.url, poolSize: 1, statementTimeoutMilliseconds: 200 })
    const read = () => own.read({ text: `select 'read'`, isPrepared: false }, [])
    expect(await read()).toBe('read')
    proxy.freeze()
    await expect(read()).rejects.toMatchObject({ code: 'CONNECTION_DESTROYED' })
    proxy.thaw()
    await expect.poll(read, { timeout: 10_000 }).toBe('read')
    await own.close()
    await proxy.cut()
  }, 30_000)
})
