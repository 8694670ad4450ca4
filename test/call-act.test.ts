import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { loadEverything, refusedFields } from './support/act.ts'
import {
  actOnCall,
  CALL_ACTS,
  CALL_MUTATIONS,
  type CallMutation,
  type CallScene,
  insertCallScene,
  insertOpenCall,
  NOW,
  payloadOf,
  readAttempts,
  readCall,
} from './support/call.ts'
import { openTestDatabase } from './support/database.ts'
import { EVERYTHING } from './support/execution.ts'
import { insertAttempt, insertCall, insertUser, RECORDED_AT } from './support/records.ts'

const EARLIER = new Date(NOW.getTime() - 1)
const LATER = new Date(NOW.getTime() + 1)
const BEFORE = new Date(RECORDED_AT.getTime() - 1)
const EXTERNAL = { externalApplicationName: 'Dial Desk' }

let database: Database
let scene: CallScene

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(async () => {
  scene = await insertCallScene(database)
})

afterAll(() => database.close())

describe.each(CALL_MUTATIONS)('%s', (mutation) => {
  const { permission, user, kind, columns, changedFields, instant } = CALL_ACTS[mutation]

  test('changes what it says and nothing else, and is recorded once', async () => {
    const call = await insertOpenCall(scene)
    await insertAttempt(database, { callUuid: call.uuid })
    await insertOpenCall(scene)
    const before = await loadEverything(database)
    const result = await actOnCall(scene, mutation, { callUuid: call.uuid.toUpperCase() })
    expect(result).toEqual({ __typename: payloadOf(mutation), call: { uuid: call.uuid } })
    const after = await loadEverything(database)
    const attempt = {
      callUuid: call.uuid,
      number: 2,
      attemptedAt: NOW,
      attemptedByUuid: scene.agent.uuid,
    }
    const written = {
      ...columns,
      ...(mutation === 'completeCall' && { completedByUuid: scene.agent.uuid }),
    }
    expect(after).toEqual({
      ...before,
      calls: expect.arrayContaining(
        before.calls.map((row) =>
          row.uuid === call.uuid ? { ...row, ...written, updatedAt: NOW } : row,
        ),
      ) as unknown,
      callAttempts:
        mutation === 'addCallAttempt'
          ? (expect.arrayContaining([...before.callAttempts, attempt]) as unknown)
          : before.callAttempts,
      changes: [
        ...before.changes,
        expect.objectContaining({
          kind,
          occurredAt: NOW,
          actor: EVERYTHING.email,
          changedFields,
          pledgeUuid: null,
          callUuid: call.uuid,
          position: (before.changes.at(-1)?.position ?? 0) + 1,
        }),
      ],
    })
    expect(after.calls).toHaveLength(before.calls.length)
    expect(after.callAttempts).toHaveLength(
      before.callAttempts.length + (mutation === 'addCallAttempt' ? 1 : 0),
    )
  })

  test('needs its permission, whatever the input, and no other', async () => {
    const { uuid: callUuid } = await insertOpenCall(scene)
    const others = PERMISSIONS.filter((each) => each !== permission)
    const before = await loadEverything(database)
    for (const given of [{ callUuid }, { callUuid: randomUUID(), ...wrongIn(mutation) }]) {
      expect(await actOnCall(scene, mutation, given, { permissions: others })).toEqual({
        __typename: 'ForbiddenError',
        message: `This needs the permission ${permission}.`,
        code: 'FORBIDDEN',
        permission,
      })
    }
    expect(await loadEverything(database)).toEqual(before)
    const permissions = ['CALLS_READ', permission] as const
    expect((await actOnCall(scene, mutation, { callUuid }, { permissions })).__typename).toBe(
      payloadOf(mutation),
    )
  })

  test('answers for a call out of scope what it answers for none', async () => {
    const foreign = await insertCall(database, { expiresAt: RECORDED_AT })
    const external = await insertCall(database, { ...EXTERNAL, externalReferenceId: randomUUID() })
    const ended = await insertCall(database, { status: 'EXPIRED', expiredAt: RECORDED_AT })
    const before = await loadEverything(database)
    const answers = []
    for (const callUuid of [randomUUID(), foreign.uuid, external.uuid, ended.uuid]) {
      const result = await actOnCall(
        scene,
        mutation,
        { callUuid },
        { organizations: [scene.performer.uuid] },
      )
      answers.push(JSON.stringify(result).replaceAll(callUuid, 'UUID'))
    }
    expect(JSON.parse(answers[0]!)).toEqual({
      __typename: 'NotFoundError',
      message: 'There is no call UUID.',
      code: 'NOT_FOUND',
    })
    expect(new Set(answers).size).toBe(1)
    expect(await loadEverything(database)).toEqual(before)
  })

  test.each([
    ['performs it', () => scene.performer],
    ["owns the call's person", () => scene.owner],
  ])('is done by whoever has in scope the organization that %s', async (_, organization) => {
    const { uuid: callUuid } = await insertOpenCall(scene)
    const by = user ? { [user]: (await insertUser(database)).uuid } : {}
    const organizations = [organization().uuid]
    expect(await actOnCall(scene, mutation, { callUuid, ...by }, { organizations })).toEqual({
      __typename: payloadOf(mutation),
      call: { uuid: callUuid },
    })
  })

  test('tells problems in one order', async () => {
    const unknownUser = user ? { [user]: randomUUID() } : {}
    const early = { [instant]: BEFORE, ...unknownUser }
    const refused = await actOnCall(scene, mutation, {
      callUuid: randomUUID(),
      ...wrongIn(mutation),
    })
    if (mutation !== 'expireCall') {
      expect(refusedFields(refused).toSorted()).toEqual(Object.keys(wrongIn(mutation)).toSorted())
    }
    expect(
      (await actOnCall(scene, mutation, { callUuid: randomUUID(), ...early })).__typename,
    ).toBe('NotFoundError')
    const external = await insertOpenCall(scene, {
      ...EXTERNAL,
      externalReferenceId: mutation,
      status: 'COMPLETED',
    })
    const ended = await insertOpenCall(scene, { status: 'CANCELLED', cancelledAt: NOW })
    const open = await insertOpenCall(scene)
    const before = await loadEverything(database)
    expect(await actOnCall(scene, mutation, { callUuid: external.uuid, ...early })).toEqual({
      __typename: 'ExternallyManagedError',
      message: 'The call is managed by Dial Desk: its state changes there, and not here.',
      code: 'EXTERNALLY_MANAGED',
    })
    expect(await actOnCall(scene, mutation, { callUuid: ended.uuid, ...early })).toMatchObject({
      __typename: 'CallTransitionError',
      code: 'INVALID_TRANSITION',
      status: 'CANCELLED',
      allowedActions: [],
    })
    const inTheEnd = await actOnCall(scene, mutation, { callUuid: open.uuid, ...early })
    expect(refusedFields(inTheEnd).toSorted()).toEqual(Object.keys(early).toSorted())
    expect(await loadEverything(database)).toEqual(before)
  })

  test('of a call whose date to expire has come keeps the expiry, and refuses the act', async () => {
    const { uuid: callUuid } = await insertOpenCall(scene, { expiresAt: EARLIER })
    const before = await loadEverything(database)
    expect(await actOnCall(scene, mutation, { callUuid })).toMatchObject({
      __typename: 'CallTransitionError',
      status: 'EXPIRED',
      allowedActions: [],
    })
    expect((await actOnCall(scene, mutation, { callUuid })).__typename).toBe('CallTransitionError')
    expect(await loadEverything(database)).toEqual({
      ...before,
      calls: expect.arrayContaining(
        before.calls.map((row) =>
          row.uuid === callUuid
            ? { ...row, status: 'EXPIRED', expiredAt: EARLIER, updatedAt: EARLIER }
            : row,
        ),
      ) as unknown,
      changes: [
        ...before.changes,
        expect.objectContaining({
          kind: 'CALL_EXPIRED',
          occurredAt: EARLIER,
          actor: null,
          changedFields: ['status', 'expiredAt'],
          callUuid,
          position: (before.changes.at(-1)?.position ?? 0) + 1,
        }),
      ],
    })
  })

  test('takes an instant that is given', async () => {
    const { uuid: callUuid } = await insertOpenCall(scene)
    const result = await actOnCall(scene, mutation, {
      callUuid,
      [instant]: '2026-05-31T22:00:00.1239+02:00',
    })
    expect(result.__typename).toBe(payloadOf(mutation))
    const at = new Date('2026-05-31T20:00:00.123Z')
    const [attempt] = await readAttempts(database, callUuid)
    const { completedAt, cancelledAt, expiredAt, updatedAt } = await readCall(database, callUuid)
    expect(updatedAt).toEqual(NOW)
    expect(attempt?.attemptedAt ?? completedAt ?? cancelledAt ?? expiredAt).toEqual(at)
  })
})

/** Something that is wrong with an input by itself, or with what it refers to. */
function wrongIn(mutation: CallMutation): Readonly<Record<string, unknown>> {
  const { instant } = CALL_ACTS[mutation]
  if (mutation === 'expireCall') return { expiresAt: BEFORE }
  return { [instant]: LATER, ...(mutation === 'completeCall' && { result: ' ', notes: '\0' }) }
}
