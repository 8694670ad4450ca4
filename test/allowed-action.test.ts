import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Permission, PERMISSIONS } from '../src/core/actor.ts'
import type { CallStatus } from '../src/call/rules.ts'
import type { Database } from '../src/db/database.ts'
import type { TransactionStatus } from '../src/transaction/rules.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import {
  insertAttempt,
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
  insertUser,
  type Pledge,
} from './support/records.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const EARLIER = new Date(NOW.getTime() - 1)
const LATER = new Date(NOW.getTime() + 1)

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

interface PledgeCase {
  readonly what: string
  readonly fields: Partial<Pledge>
  readonly transactions?: readonly TransactionStatus[]
  readonly actions: readonly string[]
}

const RELEASED = { releasedAt: EARLIER }
const EXTERNAL = { externalSourceName: 'crm', externalSourceId: '1' }
const CANCELLED = { cancelledAt: NOW, cancellationReason: 'moved away' }

const PLEDGES: readonly PledgeCase[] = [
  { what: 'a new lead', fields: {}, actions: ['UPDATE', 'RELEASE', 'DROP'] },
  {
    what: 'a new lead that is being collected, or was not',
    fields: {},
    transactions: ['PENDING', 'FAILED'],
    actions: ['UPDATE', 'RELEASE', 'DROP'],
  },
  {
    what: 'a new lead that was collected',
    fields: {},
    transactions: ['FAILED', 'COLLECTED'],
    actions: ['UPDATE', 'RELEASE', 'CANCEL'],
  },
  {
    what: 'a new lead that was collected, and paid back',
    fields: {},
    transactions: ['REVERSED'],
    actions: ['UPDATE', 'RELEASE', 'CANCEL'],
  },
  { what: 'a released lead', fields: RELEASED, actions: ['UPDATE', 'ACTIVATE', 'CANCEL'] },
  {
    what: 'an active pledge without an end',
    fields: { ...RELEASED, status: 'ACTIVE' },
    actions: ['UPDATE', 'CANCEL'],
  },
  {
    what: 'an active pledge that has not ended',
    fields: { ...RELEASED, status: 'ACTIVE', endsAt: LATER },
    actions: ['UPDATE', 'CANCEL'],
  },
  {
    what: 'an active pledge that ends at this very moment',
    fields: { ...RELEASED, status: 'ACTIVE', endsAt: NOW },
    actions: ['UPDATE', 'CANCEL', 'FULFILL'],
  },
  {
    what: 'a dropped pledge',
    fields: { status: 'DROPPED', droppedAt: NOW },
    actions: ['UPDATE'],
  },
  {
    what: 'a cancelled pledge',
    fields: { ...RELEASED, ...CANCELLED, status: 'CANCELLED' },
    actions: ['UPDATE'],
  },
  {
    what: 'a fulfilled pledge',
    fields: { ...RELEASED, status: 'FULFILLED', endsAt: EARLIER },
    actions: ['UPDATE'],
  },
  { what: 'an external lead', fields: EXTERNAL, actions: ['UPDATE'] },
  {
    what: 'an external pledge that is active and has ended',
    fields: { ...EXTERNAL, externalSourceId: '2', status: 'ACTIVE', endsAt: EARLIER },
    actions: ['UPDATE'],
  },
]

describe('the allowed actions of a pledge', () => {
  test.each(PLEDGES)('$what: $actions', async ({ fields, transactions = [], actions }) => {
    const { uuid } = await insertPledge(database, fields)
    for (const status of transactions)
      await insertTransaction(database, { pledgeUuid: uuid, status })
    const read = async (permissions: readonly Permission[]) => {
      const { data, errors } = await answerFor(`{ pledge(uuid: "${uuid}") { allowedActions } }`, [
        'PLEDGES_READ',
        ...permissions,
      ])
      expect(errors).toBeUndefined()
      return data.pledge.allowedActions as string[]
    }
    expect(await read(PERMISSIONS)).toEqual(actions)
    expect(await read([])).toEqual([])
    for (const action of ['UPDATE', 'RELEASE', 'ACTIVATE', 'DROP', 'CANCEL', 'FULFILL']) {
      const allowed = await read([`PLEDGES_${action}` as Permission])
      expect(allowed).toEqual(actions.includes(action) ? [action] : [])
    }
  })
})

interface CallCase {
  readonly what: string
  readonly status: CallStatus
  readonly isExternal?: boolean
  readonly expiresAt?: Date
  /** Of the two that the organization allows. */
  readonly attempts: number
  readonly attemptsLeft: number | null
  readonly actions: readonly string[]
}

const ANY_ACTION = ['ADD_ATTEMPT', 'COMPLETE', 'CANCEL', 'EXPIRE']
const WITHOUT_ATTEMPT = ['COMPLETE', 'CANCEL', 'EXPIRE']

const CALLS: readonly CallCase[] = [
  { what: 'untried', status: 'REQUESTED', attempts: 0, attemptsLeft: 2, actions: ANY_ACTION },
  { what: 'tried once', status: 'REQUESTED', attempts: 1, attemptsLeft: 1, actions: ANY_ACTION },
  {
    what: 'tried as often as is allowed now',
    status: 'REQUESTED',
    attempts: 2,
    attemptsLeft: 0,
    actions: WITHOUT_ATTEMPT,
  },
  {
    what: 'tried more often than is allowed now',
    status: 'REQUESTED',
    attempts: 3,
    attemptsLeft: 0,
    actions: WITHOUT_ATTEMPT,
  },
  {
    what: 'to expire',
    status: 'REQUESTED',
    expiresAt: LATER,
    attempts: 1,
    attemptsLeft: 1,
    actions: ANY_ACTION,
  },
  {
    what: 'to expire at this very moment',
    status: 'REQUESTED',
    expiresAt: NOW,
    attempts: 1,
    attemptsLeft: 0,
    actions: [],
  },
  { what: 'completed', status: 'COMPLETED', attempts: 1, attemptsLeft: 0, actions: [] },
  { what: 'cancelled', status: 'CANCELLED', attempts: 0, attemptsLeft: 0, actions: [] },
  { what: 'expired', status: 'EXPIRED', attempts: 2, attemptsLeft: 0, actions: [] },
  {
    what: 'external',
    status: 'REQUESTED',
    isExternal: true,
    attempts: 1,
    attemptsLeft: null,
    actions: [],
  },
  {
    what: 'external and completed',
    status: 'COMPLETED',
    isExternal: true,
    attempts: 5,
    attemptsLeft: null,
    actions: [],
  },
]

describe('the allowed actions and attempts of a call', () => {
  test.each(CALLS)('$what: $actions, $attemptsLeft left', async (each) => {
    const { status, isExternal = false, attempts, attemptsLeft, actions } = each
    const owner = await insertOrganization(database, { maxCallAttempts: 2 })
    const person = await insertPerson(database, { owningOrganizationUuid: owner.uuid })
    const performer = await insertOrganization(database, { maxCallAttempts: 9 })
    const agent = await insertUser(database)
    const { uuid } = await insertCall(database, {
      personUuid: person.uuid,
      organizationUuid: performer.uuid,
      status,
      ...(each.expiresAt && { expiresAt: each.expiresAt }),
      ...(isExternal && { externalApplicationName: 'dialler', externalReferenceId: each.what }),
      ...(status === 'COMPLETED' && {
        completedAt: NOW,
        completedByUuid: agent.uuid,
        result: 'ok',
      }),
      ...(status === 'CANCELLED' && { cancelledAt: NOW }),
      ...(status === 'EXPIRED' && { expiredAt: NOW }),
    })
    for (let nth = 0; nth < attempts; nth += 1) await insertAttempt(database, { callUuid: uuid })
    const read = async (permissions: readonly Permission[]) => {
      const { data } = await answerFor(
        `{ call(uuid: "${uuid}") { allowedActions attemptsLeft attemptCount attempts { attemptedBy { name } } } }`,
        ['CALLS_READ', ...permissions],
      )
      return data.call
    }
    const tries = Array.from({ length: attempts }, () => ({ attemptedBy: null }))
    const counts = { attemptsLeft, attemptCount: attempts, attempts: tries }
    expect(await read(PERMISSIONS)).toEqual({ allowedActions: actions, ...counts })
    expect(await read([])).toEqual({ allowedActions: [], ...counts })
    for (const action of ANY_ACTION) {
      const permission = `CALLS_${action.replace('ADD_', '')}` as Permission
      const allowedActions = actions.includes(action) ? [action] : []
      expect(await read([permission])).toMatchObject({ allowedActions })
    }
  })

  test('nobody needs the permission to read organizations or transactions for it', async () => {
    const { pledgeUuid } = await insertTransaction(database)
    const { data, errors } = await answerFor(
      `{ pledge(uuid: "${pledgeUuid}") { allowedActions } }`,
      ['PLEDGES_READ', 'PLEDGES_CANCEL'],
    )
    expect(errors).toBeUndefined()
    expect(data.pledge).toEqual({ allowedActions: ['CANCEL'] })
  })
})

function answerFor(query: string, permissions: readonly Permission[]) {
  const actor = { ...EVERYTHING, permissions: new Set(permissions) }
  return createGateway({ database, actor, now: NOW }).execute(query)
}
