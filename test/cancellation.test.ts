import { once } from 'node:events'
import { connect } from 'node:net'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openPostgres, rowsOf } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { NobodyWaits } from '../src/db/problem.ts'
import { listen, type RunningServer } from '../src/http/server.ts'
import { schema } from '../src/schema.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { untilSomebodyWaits, waitingPids } from './support/lock.ts'
import { insertPledge } from './support/records.ts'

const PLANNED = '{ one: pledges { totalCount } two: pledges { totalCount } }'
// A field with a resolver of its own has the executor answer.
const EXECUTED = '{ viewer { email } one: pledges { totalCount } two: pledges { totalCount } }'

describe.runIf(isOnPostgres())('what nobody waits for any more', () => {
  let origin: PostgresDatabase
  let database: Database
  let other: Database
  let gateway: Gateway
  let server: RunningServer
  let token: string

  beforeAll(async () => {
    origin = await createPostgres()
    await migratePostgres(origin.url)
    database = openPostgres({ url: origin.url, poolSize: 2 })
    other = openPostgres({ url: origin.url, poolSize: 2 })
    gateway = openGateway(database, schema)
    token = await tokenOf(await createTestAccount(database))
    server = await listen({
      listener: (request, response) => void gateway.app(request, response),
      host: '127.0.0.1',
      port: 0,
    })
  })

  afterAll(async () => {
    await server.stop(0)
    await Promise.all([database.close(), other.close()])
    await origin.drop()
  })

  /** Sends an operation over a connection of its own, and answers that. */
  const send = (query: string) => {
    const body = JSON.stringify({ query })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    return socket
  }

  const waiting = async () => (await waitingPids(other.health)).length

  test.each([
    { how: 'planned', query: PLANNED },
    { how: 'executed', query: EXECUTED },
  ])('is cancelled in Postgres when the client goes ($how)', async ({ query }) => {
    await other.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`lock table pledges in access exclusive mode`)
      const socket = send(query)
      await untilSomebodyWaits(transaction)
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
      await expect.poll(waiting, { timeout: 10_000 }).toBe(0)
    })
    expect((await gateway.post(query, token)).status).toBe(200)
    expect(gateway.log.filter(({ level }) => Number(level) >= 40)).toEqual([])
  })

  test('is cancelled at the deadline', async () => {
    const impatient = openGateway(database, schema, { deadlineMilliseconds: 200 })
    await impatient.post('{ viewer { email } }', token)
    await other.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`lock table pledges in access exclusive mode`)
      expect((await impatient.post(PLANNED, token)).status).toBe(503)
      await expect.poll(waiting, { timeout: 10_000 }).toBe(0)
    })
  })

  test('is no act that has begun, and every act after it', async () => {
    const pledges = await Promise.all([insertPledge(database), insertPledge(database)])
    await other.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`select from pledges where uuid = ${pledges[0].uuid} for update`)
      const socket = send(
        `mutation { ${pledges.map(({ uuid }, nth) => `a${nth}: dropPledge(input: { pledgeUuid: "${uuid}" }) { __typename }`).join(' ')} }`,
      )
      await untilSomebodyWaits(transaction)
      const gone = new Promise<void>((resolve) => {
        socket.on('close', () => {
          resolve()
        })
      })
      socket.destroy()
      await gone
      // The server hears of it before it hears of anything that is asked later.
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
    })
    const statusOf = async (uuid: string) => {
      const rows = await rowsOf<{ status: string }>(
        other.drizzle,
        sql`select status from pledges where uuid = ${uuid}`,
      )
      return rows[0]?.status
    }
    await expect.poll(() => statusOf(pledges[0].uuid), { timeout: 10_000 }).toBe('DROPPED')
    expect(await statusOf(pledges[1].uuid)).toBe('LEAD')
  })

  test('takes nobody else with it, however late a cancellation comes', async () => {
    const one = openPostgres({ url: origin.url, poolSize: 1 })
    const own = (nth: number) => ({ text: `select '${nth}'`, isPrepared: false })
    for (let nth = 0; nth < 100; nth += 1) {
      const controller = new AbortController()
      const given = one.read(own(nth), [], { signal: controller.signal })
      const next = one.read(own(nth + 1000), [])
      setImmediate(() => {
        controller.abort()
      })
      const answer = await given.catch((error: unknown) => error)
      expect(answer === String(nth) || answer instanceof NobodyWaits).toBe(true)
      expect(await next).toBe(String(nth + 1000))
    }
    await one.close()
  })
})
