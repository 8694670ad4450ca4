import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changes } from '../src/feed/table.ts'
import type { Database } from '../src/db/database.ts'
import { inTransaction } from '../src/db/transaction.ts'
import { pledges } from '../src/pledge/table.ts'
import { transactions } from '../src/transaction/table.ts'
import { type ActResult, perform } from './support/act.ts'
import { isOnPostgres, openForTwoGateways } from './support/database.ts'
import { createGateway } from './support/execution.ts'
import { untilSomebodyWaits } from './support/lock.ts'
import { insertOrganization, insertPledge, insertTransaction } from './support/records.ts'

// Two gateways on one database: on Postgres each with connections of its own.

const CLIENTS = 24
const NOW = new Date('2026-06-01T12:00:00.000Z')

let opened: Awaited<ReturnType<typeof openForTwoGateways>>
let database: Database

beforeAll(async () => {
  opened = await openForTwoGateways()
  database = opened.databases[0]
})
afterAll(() => opened.close())

const gatewayOf = (client: number) =>
  createGateway({ database: opened.databases[client % 2]!, now: NOW })

/** Runs an act of each client at once, by turns on either gateway. */
function atOnce(
  act: (client: number) => readonly [mutation: string, input: Record<string, unknown>],
): Promise<ActResult[]> {
  return Promise.all(
    Array.from({ length: CLIENTS }, (_, client) => perform(gatewayOf(client), ...act(client))),
  )
}

const newTransaction = (pledgeUuid: string, fields: object = {}) => ({
  pledgeUuid,
  type: 'DIRECT_DEBIT',
  status: 'PENDING',
  amount: '7.50',
  ...fields,
})

async function stored(uuid: string) {
  const [row] = await database.drizzle
    .select()
    .from(transactions)
    .where(eq(transactions.uuid, uuid))
  return row!
}

/** The kinds of a transaction's changes, in the order in which every consumer sees them. */
async function historyOf(uuid: string): Promise<string[]> {
  const rows = await database.drizzle
    .select()
    .from(changes)
    .where(eq(changes.transactionUuid, uuid))
    .orderBy(asc(changes.position))
  expect(rows.map(({ position }) => position)).not.toContain(null)
  return rows.map(({ kind }) => kind)
}

test('one uuid that many post at once is recorded once', async () => {
  const pledge = await insertPledge(database)
  const uuid = randomUUID()
  const results = await atOnce(() => ['recordTransaction', newTransaction(pledge.uuid, { uuid })])
  expect(results.filter(({ transaction }) => transaction)).toHaveLength(1)
  const conflicts = results.filter(({ code }) => code === 'CONFLICT')
  expect(conflicts).toHaveLength(CLIENTS - 1)
  expect(new Set(conflicts.map(({ existingTransaction }) => existingTransaction?.uuid))).toEqual(
    new Set([uuid]),
  )
  expect(await historyOf(uuid)).toEqual(['TRANSACTION_RECORDED'])
})

describe('of many that tell at once what became of a transaction', () => {
  test('one decides, and those who say the same agree', async () => {
    const { uuid } = await insertTransaction(database, { status: 'PENDING' })
    const statusOf = (client: number) => (client % 3 === 0 ? 'COLLECTED' : 'FAILED')
    const results = await atOnce((client) => [
      'updateTransaction',
      { transactionUuid: uuid, status: statusOf(client) },
    ])
    const { status } = await stored(uuid)
    expect(['COLLECTED', 'FAILED']).toContain(status)
    for (const [client, result] of results.entries()) {
      expect(result).toMatchObject(
        statusOf(client) === status
          ? { transaction: { uuid } }
          : { code: 'INVALID_TRANSITION', status },
      )
    }
    expect(await historyOf(uuid)).toEqual(['TRANSACTION_UPDATED'])
  })

  test('a reversal comes after the collection, or is refused', async () => {
    const { uuid } = await insertTransaction(database, { status: 'PENDING' })
    const results = await atOnce((client) => [
      'updateTransaction',
      { transactionUuid: uuid, status: client % 2 === 0 ? 'COLLECTED' : 'REVERSED' },
    ])
    const { status } = await stored(uuid)
    const isReversed = results.some((result, client) => client % 2 === 1 && result.transaction)
    expect(status).toBe(isReversed ? 'REVERSED' : 'COLLECTED')
    expect(await historyOf(uuid)).toHaveLength(isReversed ? 2 : 1)
  })
})

describe('while the pledge is acted on', () => {
  test.each(['recorded', 'updated'])(
    'one is dropped, or a collection is %s first, and never both',
    async (how) => {
      for (let round = 0; round < 6; round += 1) {
        const { uuid: pledgeUuid } = await insertPledge(database)
        const uuid = randomUUID()
        if (how === 'updated') {
          await insertTransaction(database, { uuid, pledgeUuid, status: 'PENDING' })
        }
        const collect = () =>
          how === 'updated'
            ? perform(gatewayOf(1), 'updateTransaction', {
                transactionUuid: uuid,
                status: 'COLLECTED',
              })
            : perform(
                gatewayOf(1),
                'recordTransaction',
                newTransaction(pledgeUuid, { uuid, status: 'COLLECTED' }),
              )
        const [collected, dropped] = await Promise.all([
          collect(),
          perform(gatewayOf(0), 'dropPledge', { pledgeUuid }),
        ])
        expect(collected.transaction).toEqual({ uuid })
        // What was dropped before it was collected can still be collected: the bank does not ask.
        const [collecting] = await changesOf(changes.transactionUuid, uuid)
        const [dropping] = await changesOf(changes.pledgeUuid, pledgeUuid)
        if (dropped.pledge) expect(dropping!).toBeLessThan(collecting!)
        else expect(dropped).toMatchObject({ code: 'INVALID_TRANSITION', status: 'LEAD' })
      }
    },
  )

  async function changesOf(
    column: typeof changes.transactionUuid | typeof changes.pledgeUuid,
    uuid: string,
  ): Promise<number[]> {
    const rows = await database.drizzle.select().from(changes).where(eq(column, uuid))
    return rows.map(({ number }) => number)
  }
})

describe.runIf(isOnPostgres())('while the pledge gets another recruiter', () => {
  test.each(['recordTransaction', 'updateTransaction'])(
    '%s waits, and the transaction is theirs',
    async (mutation) => {
      const pledge = await insertPledge(database)
      const { uuid: latter } = await insertOrganization(database)
      const uuid = randomUUID()
      if (mutation === 'updateTransaction') {
        await insertTransaction(database, { uuid, pledgeUuid: pledge.uuid, status: 'PENDING' })
      }
      const input =
        mutation === 'updateTransaction'
          ? { transactionUuid: uuid, status: 'COLLECTED' }
          : newTransaction(pledge.uuid, { uuid, status: 'COLLECTED' })
      let acted: Promise<ActResult> | undefined
      await inTransaction(opened.databases[1], async (transaction) => {
        await transaction
          .update(pledges)
          .set({ recruitingOrganizationUuid: latter })
          .where(eq(pledges.uuid, pledge.uuid))
        acted = perform(gatewayOf(0), mutation, input)
        await untilSomebodyWaits(transaction)
      })
      expect((await acted)?.transaction).toEqual({ uuid })
      expect(await stored(uuid)).toMatchObject({
        status: 'COLLECTED',
        owningOrganizationUuid: pledge.owningOrganizationUuid,
        recruitingOrganizationUuid: latter,
      })
    },
  )
})
