import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { loadEverything, refusedFields } from './support/act.ts'
import {
  type CallScene,
  createCall,
  insertCallScene,
  NOW,
  readAttempts,
  readCall,
} from './support/call.ts'
import { openTestDatabase } from './support/database.ts'
import { EVERYTHING } from './support/execution.ts'
import { type Call, insertCall, insertUser } from './support/records.ts'

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

describe('a call is created', () => {
  test('managed, with the least that it needs', async () => {
    const before = await loadEverything(database)
    const { call } = await createCall(scene, {})
    const row: Call = {
      ...EMPTY,
      uuid: call!.uuid,
      personUuid: scene.person.uuid,
      personOrganizationUuid: scene.owner.uuid,
      organizationUuid: scene.performer.uuid,
      requestedAt: NOW,
    }
    expect(await loadEverything(database)).toEqual({
      ...before,
      calls: expect.arrayContaining([...before.calls, row]) as unknown,
      changes: [
        ...before.changes,
        expect.objectContaining({
          kind: 'CALL_CREATED',
          occurredAt: NOW,
          actor: EVERYTHING.email,
          changedFields: [],
          callUuid: row.uuid,
          position: (before.changes.at(-1)?.position ?? 0) + 1,
        }),
      ],
    })
  })

  test('managed, with everything', async () => {
    const uuid = randomUUID()
    const given = {
      type: 'WINBACK',
      pledgeUuid: scene.pledge.uuid,
      requestedByUuid: scene.agent.uuid,
      notes: 'asked for a call back',
    } as const
    const result = await createCall(scene, {
      ...given,
      uuid: uuid.toUpperCase(),
      requestedAt: '2026-05-31T23:00:00.0009+02:00',
    })
    expect(result).toEqual({ __typename: 'CreateCallPayload', call: { uuid } })
    expect(await readCall(database, uuid)).toEqual({
      ...EMPTY,
      ...given,
      uuid,
      personUuid: scene.person.uuid,
      personOrganizationUuid: scene.owner.uuid,
      organizationUuid: scene.performer.uuid,
      requestedAt: new Date('2026-05-31T21:00:00.000Z'),
    })
  })

  test('external, with everything that its source says, however little fits together', async () => {
    const uuid = randomUUID()
    const other = await insertUser(database)
    const completedAt = new Date('2020-01-01T00:00:00.000Z')
    const metadata = {
      applicationName: 'Dial Desk',
      referenceId: uuid,
      agentReferenceId: 'agent-7',
      statusCode: 'DONE',
      statusDescription: '',
    }
    await createCall(scene, {
      uuid,
      type: null,
      externalMetadata: metadata,
      status: 'CANCELLED',
      requestedAt: LATER,
      completedAt,
      cancelledAt: LATER,
      result: 'left a message',
      notes: '',
      attempts: [
        { attemptedAt: LATER, attemptedByUuid: scene.agent.uuid },
        { attemptedAt: completedAt },
        { attemptedAt: completedAt, attemptedByUuid: other.uuid },
      ],
    })
    expect(await readCall(database, uuid)).toEqual({
      ...EMPTY,
      uuid,
      status: 'CANCELLED',
      type: 'VERIFICATION',
      personUuid: scene.person.uuid,
      personOrganizationUuid: scene.owner.uuid,
      organizationUuid: scene.performer.uuid,
      requestedAt: LATER,
      completedAt,
      cancelledAt: LATER,
      result: 'left a message',
      notes: '',
      externalApplicationName: 'Dial Desk',
      externalReferenceId: uuid,
      externalAgentReferenceId: 'agent-7',
      externalStatusCode: 'DONE',
      externalStatusDescription: '',
    })
    expect(await readAttempts(database, uuid)).toEqual([
      { callUuid: uuid, number: 1, attemptedAt: LATER, attemptedByUuid: scene.agent.uuid },
      { callUuid: uuid, number: 2, attemptedAt: completedAt, attemptedByUuid: null },
      { callUuid: uuid, number: 3, attemptedAt: completedAt, attemptedByUuid: other.uuid },
    ])
  })

  test('external, with more attempts than a statement binds values', async () => {
    const attempts = Array.from({ length: 17_000 }, (_, index) => ({
      attemptedAt: new Date(index).toISOString(),
    }))
    const { call } = await createCall(scene, { type: null, ...external(), attempts })
    const stored = await readAttempts(database, call!.uuid)
    expect(stored.map(({ number, attemptedAt }) => [number, attemptedAt.getTime()])).toEqual(
      attempts.map((_, index) => [index + 1, index]),
    )
  })
})

describe('a call that is there already', () => {
  test('is answered, and not created again', async () => {
    const given = { uuid: randomUUID(), type: null, ...external() }
    const { uuid } = given
    await createCall(scene, given)
    const before = await loadEverything(database)
    const byReference = { ...given, uuid: randomUUID() }
    for (const again of [given, { ...given, ...external() }, byReference]) {
      expect(await createCall(scene, { ...again, notes: 'something else' })).toMatchObject({
        __typename: 'CallConflictError',
        code: 'CONFLICT',
        existingCall: { uuid },
      })
    }
    expect(await createCall(scene, { uuid })).toMatchObject({
      message: 'There is a call with this uuid already: this one was not created.',
    })
    expect(await createCall(scene, byReference)).toMatchObject({
      message:
        'There is a call with this application name and reference already: this one was not created.',
    })
    expect(await loadEverything(database)).toEqual(before)
    const { externalMetadata } = given
    const otherApplication = { ...externalMetadata, applicationName: 'another' }
    const result = await createCall(scene, { ...byReference, externalMetadata: otherApplication })
    expect(result.__typename).toBe('CreateCallPayload')
  })

  test('is told before a reference that is wrong, and after an input that is', async () => {
    const { uuid } = await insertCall(database)
    const wrong = { uuid, personUuid: randomUUID() }
    expect((await createCall(scene, wrong)).__typename).toBe('CallConflictError')
    expect(refusedFields(await createCall(scene, { ...wrong, status: 'EXPIRED' }))).toEqual([
      'status',
    ])
  })

  test('of two is the one with the UUID', async () => {
    const one = { uuid: randomUUID(), type: null, ...external() }
    const other = { uuid: randomUUID(), type: null, ...external() }
    await createCall(scene, one)
    await createCall(scene, other)
    const result = await createCall(scene, { ...one, externalMetadata: other.externalMetadata })
    expect(result.existingCall).toEqual({ uuid: one.uuid })
  })

  test('is not shown to whoever does not see it, nor told apart', async () => {
    const own = { organizations: [scene.performer.uuid, scene.owner.uuid] }
    const foreign = await insertCall(database, {
      externalApplicationName: 'Dial Desk',
      externalReferenceId: randomUUID(),
      notes: 'secret',
    })
    const ours = await createCall(scene, {})
    const before = await loadEverything(database)
    const [hidden, seen] = [
      await createCall(scene, { uuid: foreign.uuid }, own),
      await createCall(scene, { uuid: ours.call!.uuid }, own),
    ]
    expect(hidden).toEqual({ ...seen, existingCall: null })
    const externalMetadata = {
      applicationName: 'Dial Desk',
      referenceId: foreign.externalReferenceId,
    }
    expect(JSON.stringify(hidden)).not.toMatch(`${foreign.uuid}|secret`)
    const theirs = (referenceId: string | null) =>
      createCall(
        scene,
        {
          type: null,
          organizationUuid: foreign.organizationUuid,
          externalMetadata: { ...externalMetadata, referenceId },
        },
        own,
      )
    const refused = await theirs(foreign.externalReferenceId)
    expect(refused).toMatchObject({ __typename: 'InvalidInputError' })
    expect(await theirs(randomUUID())).toEqual(refused)
    expect(await loadEverything(database)).toEqual(before)
    expect(await createCall(scene, { type: null, externalMetadata }, own)).toMatchObject({
      __typename: 'CreateCallPayload',
    })
  })
})

test('creating needs CALLS_CREATE, whatever the input, and no other permission', async () => {
  const { uuid } = await insertCall(database)
  const before = await loadEverything(database)
  const permissions = PERMISSIONS.filter((each) => each !== 'CALLS_CREATE')
  for (const given of [{}, { uuid }, { status: 'EXPIRED' }, { personUuid: randomUUID() }]) {
    expect(await createCall(scene, given, { permissions })).toMatchObject({
      __typename: 'ForbiddenError',
      permission: 'CALLS_CREATE',
    })
  }
  expect(await loadEverything(database)).toEqual(before)
  const result = await createCall(scene, {}, { permissions: ['CALLS_READ', 'CALLS_CREATE'] })
  expect(result.__typename).toBe('CreateCallPayload')
})

test('null is the same as absent', async () => {
  const nulls = [
    'uuid',
    'externalMetadata',
    'pledgeUuid',
    'status',
    'requestedAt',
    'requestedByUuid',
    'attempts',
    'result',
    'completedAt',
    'cancelledAt',
    'notes',
  ].map((name) => [name, null])
  const { call } = await createCall(scene, Object.fromEntries(nulls) as object)
  expect(await readCall(database, call!.uuid)).toMatchObject({
    status: 'REQUESTED',
    requestedAt: NOW,
  })
})

/** A managed call to nobody yet, about nothing. */
const EMPTY = {
  status: 'REQUESTED',
  type: 'HAPPY_CALL',
  pledgeUuid: null,
  requestedByUuid: null,
  createdAt: NOW,
  updatedAt: NOW,
  completedAt: null,
  completedByUuid: null,
  cancelledAt: null,
  expiresAt: null,
  expiredAt: null,
  result: null,
  notes: null,
  externalApplicationName: null,
  externalReferenceId: null,
  externalAgentReferenceId: null,
  externalStatusCode: null,
  externalStatusDescription: null,
} as const

function external() {
  return { externalMetadata: { applicationName: 'Dial Desk', referenceId: randomUUID() } }
}
