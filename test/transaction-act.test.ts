import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changes } from '../src/feed/table.ts'
import { type Actor, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { pledges } from '../src/pledge/table.ts'
import { transactions } from '../src/transaction/table.ts'
import { loadEverything, perform, refusedFields } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import {
  insertPledge,
  insertTransaction,
  type Pledge,
  RECORDED_AT,
  type Transaction,
} from './support/records.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const UNKNOWN_UUID = '5cf67f69-34d0-46fe-b904-20d56248a844'
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds).toISOString()

let database: Database
let pledge: Pledge

beforeAll(async () => {
  database = await openTestDatabase()
  pledge = await insertPledge(database)
})
afterAll(() => database.close())

const run = (mutation: string, input: object, actor: Partial<Actor> = {}) =>
  perform(
    createGateway({ database, now: NOW, actor: { ...EVERYTHING, ...actor } }),
    mutation,
    input as Record<string, unknown>,
  )

const newTransaction = (fields: object = {}) => ({
  pledgeUuid: pledge.uuid,
  type: 'DIRECT_DEBIT',
  status: 'PENDING',
  amount: '7.5',
  ...fields,
})

const record = (fields: object = {}, actor: Partial<Actor> = {}) =>
  run('recordTransaction', newTransaction(fields), actor)

const update = (transaction: Pick<Transaction, 'uuid'>, fields: object, actor = {}) =>
  run('updateTransaction', { transactionUuid: transaction.uuid, ...fields }, actor)

async function stored(uuid: string): Promise<Transaction> {
  const [row] = await database.drizzle
    .select()
    .from(transactions)
    .where(eq(transactions.uuid, uuid))
  return row!
}

async function historyOf(uuid: string) {
  return await database.drizzle
    .select({
      kind: changes.kind,
      occurredAt: changes.occurredAt,
      actor: changes.actor,
      changedFields: changes.changedFields,
    })
    .from(changes)
    .where(eq(changes.transactionUuid, uuid))
    .orderBy(asc(changes.number))
}

async function withoutATrace(act: () => Promise<unknown>): Promise<void> {
  const before = await loadEverything(database)
  await act()
  expect(await loadEverything(database)).toEqual(before)
}

describe('recordTransaction', () => {
  test('records a transaction as it is told, and that it did', async () => {
    const { __typename, transaction } = await record()
    expect(__typename).toBe('RecordTransactionPayload')
    const { uuid } = transaction!
    expect(await stored(uuid)).toEqual({
      uuid,
      pledgeUuid: pledge.uuid,
      owningOrganizationUuid: pledge.owningOrganizationUuid,
      recruitingOrganizationUuid: pledge.recruitingOrganizationUuid,
      type: 'DIRECT_DEBIT',
      status: 'PENDING',
      amount: '7.50',
      createdAt: NOW,
      updatedAt: NOW,
      executedAt: null,
    })
    expect(await historyOf(uuid)).toEqual([
      {
        kind: 'TRANSACTION_RECORDED',
        occurredAt: NOW,
        actor: EVERYTHING.email,
        changedFields: [],
      },
    ])
  })

  test('answers with everything that it was given, in any status', async () => {
    const uuid = randomUUID()
    const instants = {
      createdAt: '2026-05-01T10:00:00.1239+01:00',
      executedAt: '2026-05-02T09:00:00Z',
    }
    await record({ uuid: uuid.toUpperCase(), status: 'REVERSED', type: 'CARD', ...instants })
    expect(await stored(uuid)).toMatchObject({
      status: 'REVERSED',
      type: 'CARD',
      createdAt: new Date('2026-05-01T09:00:00.123Z'),
      executedAt: new Date('2026-05-02T09:00:00.000Z'),
    })
  })

  test.each(['COLLECTED', 'FAILED', 'REVERSED'])('a %s one is executed now', async (status) => {
    const { transaction } = await record({ status })
    expect(await stored(transaction!.uuid)).toMatchObject({ createdAt: NOW, executedAt: NOW })
  })

  test('an external pledge can have them, and no pledge moves by them', async () => {
    const external = await insertPledge(database, {
      externalSourceName: 'crm',
      externalSourceId: randomUUID(),
      status: 'CANCELLED',
    })
    const { transaction } = await record({ pledgeUuid: external.uuid })
    await update(transaction!, { status: 'COLLECTED' })
    const [row] = await database.drizzle
      .select()
      .from(pledges)
      .where(eq(pledges.uuid, external.uuid))
    expect(row).toEqual(external)
    const ofPledge = eq(changes.pledgeUuid, external.uuid)
    expect(await database.drizzle.$count(changes, ofPledge)).toBe(0)
  })

  test('tells everything that is wrong at once', async () => {
    await withoutATrace(async () => {
      const wrong = { amount: '0', createdAt: later(1), executedAt: later(2) }
      expect(refusedFields(await record(wrong))).toEqual(['amount', 'createdAt', 'executedAt'])
      const disordered = {
        amount: '1000000.01',
        createdAt: '2026-05-02T00:00:00Z',
        executedAt: '2026-05-01T23:59:59.999Z',
      }
      expect(refusedFields(await record(disordered))).toEqual(['amount', 'executedAt'])
    })
  })

  test.each(['0.01', '1000000', '1000000.00', '007.5'])('accepts the amount %s', async (amount) => {
    expect(await record({ amount })).toMatchObject({ __typename: 'RecordTransactionPayload' })
  })

  test.each(['0', '0.00', '-1', '1000000.01', '9'.repeat(400)])(
    'refuses the amount %s',
    async (amount) => {
      expect(refusedFields(await record({ amount }))).toEqual(['amount'])
    },
  )

  test('a pledge that is unknown and one that is out of scope are the same issue', async () => {
    const foreign = await insertPledge(database)
    const scoped = { organizations: [pledge.owningOrganizationUuid] }
    await withoutATrace(async () => {
      const unknown = await record({ pledgeUuid: UNKNOWN_UUID }, scoped)
      expect(refusedFields(unknown)).toEqual(['pledgeUuid'])
      expect(await record({ pledgeUuid: foreign.uuid }, scoped)).toEqual(unknown)
    })
    expect(await record({}, scoped)).toMatchObject({ __typename: 'RecordTransactionPayload' })
  })

  test('the same uuid is recorded once, and told with the record where it is seen', async () => {
    const { uuid } = await insertTransaction(database)
    await withoutATrace(async () => {
      const conflict = await record({ uuid, pledgeUuid: UNKNOWN_UUID })
      expect(conflict).toMatchObject({ code: 'CONFLICT', existingTransaction: { uuid } })
      const scoped = { organizations: [pledge.owningOrganizationUuid] }
      expect(await record({ uuid }, scoped)).toMatchObject({
        code: 'CONFLICT',
        existingTransaction: null,
      })
      // What is wrong with the input by itself is told before that.
      expect(refusedFields(await record({ uuid, amount: '0' }))).toEqual(['amount'])
    })
  })
})

describe('updateTransaction', () => {
  const pending = () =>
    insertTransaction(database, { pledgeUuid: pledge.uuid, status: 'PENDING', executedAt: null })

  test('moves it on, and records what has a new value', async () => {
    const transaction = await pending()
    await update(transaction, { status: 'COLLECTED', executedAt: '2026-05-02T09:00:00Z' })
    await update(transaction, { status: 'REVERSED' })
    const executedAt = new Date('2026-05-02T09:00:00Z')
    expect(await stored(transaction.uuid)).toEqual({
      ...transaction,
      status: 'REVERSED',
      executedAt,
      updatedAt: NOW,
    })
    const change = { kind: 'TRANSACTION_UPDATED', occurredAt: NOW, actor: EVERYTHING.email }
    expect(await historyOf(transaction.uuid)).toEqual([
      { ...change, changedFields: ['status', 'executedAt'] },
      { ...change, changedFields: ['status'] },
    ])
  })

  test('is executed now where nothing is said', async () => {
    const transaction = await pending()
    await update(transaction, { status: 'FAILED', executedAt: null })
    expect(await stored(transaction.uuid)).toMatchObject({ status: 'FAILED', executedAt: NOW })
  })

  test('the same again succeeds, and changes nothing', async () => {
    const transaction = await insertTransaction(database, { executedAt: RECORDED_AT })
    await withoutATrace(async () => {
      for (const same of [{}, { executedAt: null }, { executedAt: RECORDED_AT }]) {
        expect(await update(transaction, { status: 'COLLECTED', ...same })).toEqual({
          __typename: 'UpdateTransactionPayload',
          transaction: { uuid: transaction.uuid },
        })
      }
    })
  })

  test('another instant with the same status corrects it', async () => {
    const transaction = await insertTransaction(database, { executedAt: RECORDED_AT })
    const executedAt = '2026-03-05T09:00:00.000Z'
    await update(transaction, { status: 'COLLECTED', executedAt })
    expect(await stored(transaction.uuid)).toMatchObject({
      executedAt: new Date(executedAt),
      updatedAt: NOW,
    })
    expect(await historyOf(transaction.uuid)).toMatchObject([{ changedFields: ['executedAt'] }])
  })

  test('what the status does not allow names it, and what it allows', async () => {
    const transaction = await pending()
    await withoutATrace(async () => {
      expect(await update(transaction, { status: 'REVERSED' })).toMatchObject({
        __typename: 'TransactionTransitionError',
        code: 'INVALID_TRANSITION',
        status: 'PENDING',
        allowedStatuses: ['COLLECTED', 'FAILED'],
      })
    })
  })

  test('tells problems in their order', async () => {
    const ended = await insertTransaction(database, { status: 'FAILED' })
    const early = new Date(RECORDED_AT.getTime() - 1)
    const scoped = { organizations: [pledge.owningOrganizationUuid] }
    await withoutATrace(async () => {
      const future = { status: 'COLLECTED', executedAt: later(1) }
      expect(refusedFields(await update({ uuid: UNKNOWN_UUID }, future))).toEqual(['executedAt'])
      const back = { status: 'COLLECTED', executedAt: early }
      const unknown = await update({ uuid: UNKNOWN_UUID }, back, scoped)
      expect(unknown).toMatchObject({ code: 'NOT_FOUND' })
      const foreign = await update(ended, back, scoped)
      expect(JSON.stringify(foreign).replace(ended.uuid, UNKNOWN_UUID)).toBe(
        JSON.stringify(unknown),
      )
      expect(await update(ended, back)).toMatchObject({ code: 'INVALID_TRANSITION' })
      const same = await update(ended, { status: 'FAILED', executedAt: early })
      expect(refusedFields(same)).toEqual(['executedAt'])
    })
  })
})

describe.each(['recordTransaction', 'updateTransaction'])('%s', (mutation) => {
  test('needs TRANSACTIONS_RECORD, which is told first', async () => {
    const permissions = new Set(PERMISSIONS.filter((name) => name !== 'TRANSACTIONS_RECORD'))
    const input = {
      recordTransaction: newTransaction({ amount: '0' }),
      updateTransaction: { transactionUuid: UNKNOWN_UUID, status: 'COLLECTED' },
    }[mutation]!
    expect(await run(mutation, input, { permissions })).toMatchObject({
      __typename: 'ForbiddenError',
      permission: 'TRANSACTIONS_RECORD',
    })
  })

  test('answers with the record as every query shows it', async () => {
    const transaction = await insertTransaction(database, { pledgeUuid: pledge.uuid })
    const input = {
      recordTransaction: newTransaction(),
      updateTransaction: { transactionUuid: transaction.uuid, status: 'REVERSED' },
    }[mutation]!
    const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`
    const { data, errors } = await createGateway({ database, now: NOW }).execute(
      `mutation ($input: ${name}Input!) { act: ${mutation}(input: $input) { ... on ${name}Payload {
         transaction { uuid status amount updatedAt pledge { uuid } changes(last: 1) { nodes { kind pledge { uuid } transaction { status } } } } } } }`,
      { input },
    )
    expect(errors).toBeUndefined()
    const status = mutation === 'recordTransaction' ? 'PENDING' : 'REVERSED'
    expect(data.act.transaction).toMatchObject({
      status,
      amount: '7.50',
      updatedAt: NOW.toISOString(),
      pledge: { uuid: pledge.uuid },
      changes: {
        nodes: [
          {
            kind: mutation === 'recordTransaction' ? 'TRANSACTION_RECORDED' : 'TRANSACTION_UPDATED',
            pledge: null,
            transaction: { status },
          },
        ],
      },
    })
  })
})
