import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { openPostgres } from '../src/db/database.ts'
import { changes } from '../src/feed/table.ts'
import { schema } from '../src/schema.ts'
import { readAttempts } from './support/call.ts'
import { endServers, startServer } from './support/command.ts'
import { isOnPostgres, openForTwoGateways } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { insertCall, insertUser } from './support/records.ts'

vi.setConfig({ testTimeout: 180_000 })

afterAll(endServers)

// Changes are placed under it, after the commit of an act and before its answer.
const PLACING_LOCK = 7_201_604_323

const ATTEMPT =
  'mutation ($input: AddCallAttemptInput!, $key: String!) { addCallAttempt(input: $input) @idempotent(key: $key) { ... on AddCallAttemptPayload { call { attemptCount } } } }'

describe.runIf(isOnPostgres())('a gateway that is killed between commit and answer', () => {
  test('has done the act, which another gateway does not do again', async () => {
    const opened = await openForTwoGateways()
    const [database] = opened.databases
    const account = await createTestAccount(database)
    const { uuid: callUuid } = await insertCall(database)
    const attemptedByUuid = (await insertUser(database)).uuid
    const variables = { input: { callUuid, attemptedByUuid }, key: randomUUID() }
    const server = await startServer({ DATABASE_URL: opened.url })

    const holder = openPostgres({ url: opened.url, poolSize: 1 })
    await holder.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`select pg_advisory_xact_lock(${PLACING_LOCK})`)
      const answer = fetch(server.url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf(account, new Date())}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ query: ATTEMPT, variables }),
      }).then(
        () => 'answered',
        () => 'lost',
      )
      const committed = async () => (await readAttempts(database, callUuid)).length
      await expect.poll(committed, { timeout: 60_000 }).toBe(1)
      expect(await server.end('SIGKILL')).toBeNull()
      expect(await answer).toBe('lost')
    })
    await holder.close()

    const gateway = openGateway(database, schema, { clock: () => new Date() })
    for (const token of await Promise.all([1, 2].map(() => tokenOf(account, new Date())))) {
      const { body } = await gateway.post(ATTEMPT, token, { variables })
      expect(body).toEqual({ data: { addCallAttempt: { call: { attemptCount: 1 } } } })
    }
    expect(await readAttempts(database, callUuid)).toHaveLength(1)
    const told = await database.drizzle.select().from(changes).where(eq(changes.callUuid, callUuid))
    expect(told.map(({ kind, position }) => [kind, position !== null])).toEqual([
      ['CALL_ATTEMPTED', true],
    ])
    await opened.close()
  })
})
