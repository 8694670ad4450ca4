import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Permission } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { organizations } from '../src/organization/table.ts'
import { loadEverything, perform, refusedFields } from './support/act.ts'
import {
  actOnCall,
  CALL_ACTS,
  type CallScene,
  insertCallScene,
  insertOpenCall,
  NOW,
  payloadOf,
  readAttempts,
  readCall,
  readCallHistory,
} from './support/call.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { insertUser } from './support/records.ts'

const EARLIER = new Date(NOW.getTime() - 1)
const LATER = new Date(NOW.getTime() + 1)

let database: Database
let scene: CallScene

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(async () => {
  scene = await insertCallScene(database)
})

afterAll(() => database.close())

describe('an agent', () => {
  test.each(['addCallAttempt', 'completeCall'] as const)(
    'of %s is somebody of an organization in scope, or of none',
    async (mutation) => {
      const { uuid: callUuid } = await insertOpenCall(scene)
      const foreign = await insertUser(database, { organizationUuid: scene.owner.uuid })
      const nobodys = await insertUser(database)
      const field = CALL_ACTS[mutation].user
      const by = (uuid: string) =>
        actOnCall(
          scene,
          mutation,
          { callUuid, [field]: uuid },
          { organizations: [scene.performer.uuid] },
        )
      const before = await loadEverything(database)
      const refused = await by(foreign.uuid)
      expect(refusedFields(refused)).toEqual([field])
      expect(await by(randomUUID())).toEqual(refused)
      expect(await loadEverything(database)).toEqual(before)
      expect((await by(nobodys.uuid)).__typename).toBe(payloadOf(mutation))
    },
  )
})

describe('attempts', () => {
  test('up to the maximum of the organization that owns the person end with an expiry', async () => {
    const { uuid: callUuid } = await insertOpenCall(scene, { expiresAt: LATER })
    for (let nth = 1; nth <= 3; nth += 1) {
      expect((await actOnCall(scene, 'addCallAttempt', { callUuid })).__typename).toBe(
        'AddCallAttemptPayload',
      )
    }
    expect((await readAttempts(database, callUuid)).map(({ number }) => number)).toEqual([1, 2, 3])
    expect(await readCall(database, callUuid)).toMatchObject({
      status: 'EXPIRED',
      expiredAt: NOW,
      updatedAt: NOW,
      expiresAt: LATER,
    })
    const history = await readCallHistory(database, callUuid)
    expect(history.map(({ kind }) => kind)).toEqual([
      'CALL_ATTEMPTED',
      'CALL_ATTEMPTED',
      'CALL_ATTEMPTED',
      'CALL_EXPIRED',
    ])
    expect(history.map(({ actor }) => actor)).toEqual(Array(4).fill(EVERYTHING.email))
    expect((await actOnCall(scene, 'addCallAttempt', { callUuid })).status).toBe('EXPIRED')
    expect(await readAttempts(database, callUuid)).toHaveLength(3)
  })

  test('are as many as are allowed now, and then anything but another one is allowed', async () => {
    const { uuid: callUuid } = await insertOpenCall(scene)
    await actOnCall(scene, 'addCallAttempt', { callUuid })
    await allow(1)
    expect(await actOnCall(scene, 'addCallAttempt', { callUuid })).toMatchObject({
      __typename: 'CallTransitionError',
      status: 'REQUESTED',
      allowedActions: ['COMPLETE', 'CANCEL', 'EXPIRE'],
    })
    await allow(2)
    await actOnCall(scene, 'addCallAttempt', { callUuid })
    expect(await readCall(database, callUuid)).toMatchObject({ status: 'EXPIRED' })
  })
})

describe('a date to expire', () => {
  test('that is to come is set, changed, and set again without a trace', async () => {
    const { uuid: callUuid } = await insertOpenCall(scene)
    const later = new Date(LATER.getTime() + 60_000)
    await actOnCall(scene, 'expireCall', { callUuid, expiresAt: later })
    await actOnCall(scene, 'expireCall', { callUuid, expiresAt: LATER })
    const before = await loadEverything(database)
    const again = await actOnCall(
      scene,
      'expireCall',
      { callUuid, expiresAt: LATER },
      { now: EARLIER },
    )
    expect(again).toEqual({ __typename: 'ExpireCallPayload', call: { uuid: callUuid } })
    expect(await loadEverything(database)).toEqual(before)
    expect(await readCall(database, callUuid)).toMatchObject({
      status: 'REQUESTED',
      expiresAt: LATER,
      expiredAt: null,
      updatedAt: NOW,
    })
    expect(await readCallHistory(database, callUuid)).toMatchObject([
      { kind: 'CALL_EXPIRY_SET', changedFields: ['expiresAt'], occurredAt: NOW },
      { kind: 'CALL_EXPIRY_SET', changedFields: ['expiresAt'], occurredAt: NOW },
    ])
  })

  test('leaves the call to everybody until a millisecond before', async () => {
    const { uuid: callUuid } = await insertOpenCall(scene, { expiresAt: NOW })
    const done = await actOnCall(scene, 'cancelCall', { callUuid }, { now: EARLIER })
    expect(done.__typename).toBe('CancelCallPayload')
    const other = await insertOpenCall(scene, { expiresAt: NOW })
    expect((await actOnCall(scene, 'cancelCall', { callUuid: other.uuid })).__typename).toBe(
      'CallTransitionError',
    )
  })

  test('that comes while an act waits for its turn is what it finds', async () => {
    const { uuid: callUuid } = await insertOpenCall(scene, { expiresAt: LATER })
    const input = { callUuid, completedByUuid: scene.agent.uuid, result: 'reached' }
    let now = NOW
    // Asked when the input is read, and again once the call is locked.
    const clock = () => {
      const at = now
      now = LATER
      return at
    }
    const gateway = createGateway({ database, now: NOW, clock })
    const completedAt = NOW
    expect(await perform(gateway, 'completeCall', { ...input, completedAt })).toMatchObject({
      __typename: 'CallTransitionError',
      status: 'EXPIRED',
    })
  })
})

test('what is read back shows the act', async () => {
  const { uuid } = await insertOpenCall(scene)
  const permissions = new Set<Permission>(['CALLS_READ', 'CALLS_ATTEMPT', 'CALLS_COMPLETE'])
  const gateway = createGateway({ database, now: NOW, actor: { ...EVERYTHING, permissions } })
  const { data, errors } = await gateway.execute(
    `mutation ($uuid: UUID!, $agent: UUID!) {
      addCallAttempt(input: { callUuid: $uuid, attemptedByUuid: $agent }) { ...on AddCallAttemptPayload { call { ...State } } }
      completeCall(input: { callUuid: $uuid, completedByUuid: $agent, result: "reached" }) {
        ... on CompleteCallPayload { call { ...State changes { nodes { kind actor } } person { uuid } } }
      }
      again: completeCall(input: { callUuid: $uuid, completedByUuid: $agent, result: "reached" }) {
        ... on UserError { code message }
      }
    }
    fragment State on Call { status attempts { attemptedAt attemptedBy { name } } attemptsLeft allowedActions completedBy { uuid } }`,
    { uuid, agent: scene.agent.uuid },
  )
  const attempts = [{ attemptedAt: NOW.toISOString(), attemptedBy: { name: scene.agent.name } }]
  expect(data.addCallAttempt.call).toEqual({
    status: 'REQUESTED',
    attempts,
    attemptsLeft: 2,
    allowedActions: ['ADD_ATTEMPT', 'COMPLETE'],
    completedBy: null,
  })
  expect(data.completeCall.call).toEqual({
    status: 'COMPLETED',
    attempts,
    attemptsLeft: 0,
    allowedActions: [],
    completedBy: { uuid: scene.agent.uuid },
    changes: {
      nodes: [
        { kind: 'CALL_ATTEMPTED', actor: EVERYTHING.email },
        { kind: 'CALL_COMPLETED', actor: EVERYTHING.email },
      ],
    },
    person: null,
  })
  expect(data.again).toMatchObject({
    code: 'INVALID_TRANSITION',
    message: expect.stringContaining('The call is COMPLETED') as string,
  })
  expect(errors).toMatchObject([
    { path: ['completeCall', 'call', 'person'], extensions: { code: 'FORBIDDEN' } },
  ])
})

async function allow(maxCallAttempts: number): Promise<void> {
  await database.drizzle
    .update(organizations)
    .set({ maxCallAttempts })
    .where(eq(organizations.uuid, scene.owner.uuid))
}
