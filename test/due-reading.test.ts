import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import { changes } from '../src/feed/table.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway } from './support/execution.ts'
import { insertCall } from './support/records.ts'

const REQUESTED_AT = new Date('2026-06-01T09:00:00.000Z')
const EXPIRES_AT = new Date('2026-06-01T12:00:00.000Z')
const JUST_BEFORE = new Date(EXPIRES_AT.getTime() - 1)

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

async function expiringCall() {
  const { uuid } = await insertCall(database, {
    status: 'REQUESTED',
    requestedAt: REQUESTED_AT,
    createdAt: REQUESTED_AT,
    updatedAt: REQUESTED_AT,
    expiresAt: EXPIRES_AT,
  })
  return uuid
}

const AS_EXPIRED = {
  status: 'EXPIRED',
  expiredAt: EXPIRES_AT.toISOString(),
  updatedAt: EXPIRES_AT.toISOString(),
  attemptsLeft: 0,
  allowedActions: [],
}

const CALL = '{ status expiredAt updatedAt attemptsLeft allowedActions }'

test.each([
  ['by its uuid', `query ($uuid: UUID!) { call(uuid: $uuid) ${CALL} }`, 'call'],
  [
    'in a list of the expired ones',
    `query ($uuid: UUID!) { calls(first: 1, filter: { status: EXPIRED, updatedAfter: "2026-06-01T11:59:59Z" }, orderBy: { field: UPDATED_AT, direction: DESC }) { nodes ${CALL} } call(uuid: $uuid) { uuid } }`,
    'calls.nodes.0',
  ],
])('a call whose date to expire has come is read as expired, %s', async (_how, query, path) => {
  const uuid = await expiringCall()
  const read = async (now: Date) => {
    const { data, errors } = await createGateway({ database, now }).execute(query, { uuid })
    expect(errors).toBeUndefined()
    return path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], data)
  }
  if (path === 'call') {
    expect(await read(JUST_BEFORE)).toMatchObject({ status: 'REQUESTED', expiredAt: null })
  }
  expect(await read(EXPIRES_AT)).toEqual(AS_EXPIRED)
})

test('nobody finds it among the requested ones, and its history tells when it expired, once', async () => {
  const uuid = await expiringCall()
  const later = createGateway({ database, now: new Date(EXPIRES_AT.getTime() + 3_600_000) })
  const query = '{ calls(filter: { status: REQUESTED }) { totalCount nodes { uuid } } }'
  const answers = await Promise.all([1, 2, 3].map(() => later.execute(query)))
  for (const { data, errors } of answers) {
    expect(errors).toBeUndefined()
    expect(data.calls.nodes).not.toContainEqual({ uuid })
  }
  const history =
    'query ($uuid: UUID!) { call(uuid: $uuid) { changes { nodes { kind occurredAt actor } } } }'
  const { data } = await later.execute(history, { uuid })
  expect(data.call.changes.nodes).toEqual([
    { kind: 'CALL_EXPIRED', occurredAt: EXPIRES_AT.toISOString(), actor: null },
  ])
  const recorded = await database.drizzle.select().from(changes).where(eq(changes.callUuid, uuid))
  expect(recorded).toHaveLength(1)
})

test('a call that an external source manages is left as the source has it', async () => {
  const { uuid } = await insertCall(database, {
    status: 'REQUESTED',
    requestedAt: REQUESTED_AT,
    expiresAt: EXPIRES_AT,
    externalApplicationName: 'dialler',
    externalReferenceId: '1',
  })
  const gateway = createGateway({ database, now: new Date('2026-07-01T00:00:00.000Z') })
  const { data } = await gateway.execute('query ($uuid: UUID!) { call(uuid: $uuid) { status } }', {
    uuid,
  })
  expect(data).toEqual({ call: { status: 'REQUESTED' } })
  const [stored] = await database.drizzle.select().from(calls).where(eq(calls.uuid, uuid))
  expect(stored).toMatchObject({ status: 'REQUESTED', expiredAt: null })
})
