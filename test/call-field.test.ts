import { describe, expect, test } from 'vitest'
import {
  addCallAttemptInput,
  cancelCallInput,
  completeCallInput,
  decideCreation,
  expireCallInput,
  readCreateCall,
} from '../src/call/field-rules.ts'
import { CALL_STATUSES } from '../src/call/rules.ts'
import { readInput } from '../src/core/field.ts'
import { InvalidInputError } from '../src/core/user-error.ts'

// The rule book of a call's fields. No database takes part.

const NOW = new Date('2026-06-01T12:00:00.000Z')
const LATER = new Date(NOW.getTime() + 1)
const clock = () => NOW
const UUID = '5cf67f69-34d0-46fe-b904-20d56248a844'
const INSTANT = new Date('2026-05-01T00:00:00.000Z')
const PAST = { accepted: [INSTANT, NOW], refused: [LATER, 'yesterday'] }
const ANY_INSTANT = { accepted: [INSTANT, LATER], refused: ['tomorrow', '2026-02-30T00:00:00Z', 1] }
const RESULT = {
  accepted: ['reached', 'x'.repeat(1_000), '💧'.repeat(1_000)],
  refused: ['', ' \n', 'x'.repeat(1_001), 'a\0b'],
}
const NOTES = { accepted: ['', 'x'.repeat(10_000)], refused: ['x'.repeat(10_001), '\ud800', 7] }

interface FieldRule {
  readonly managed: 'required' | 'optional' | 'forbidden'
  readonly external: 'required' | 'optional' | 'forbidden'
  readonly accepted: readonly unknown[]
  readonly refused: readonly unknown[]
}

const NEEDED = { managed: 'required', external: 'required' } as const
const OPTIONAL = { managed: 'optional', external: 'optional' } as const
const EXTERNAL_ONLY = { managed: 'forbidden', external: 'optional' } as const

const FIELDS: Readonly<Record<string, FieldRule>> = {
  uuid: { ...OPTIONAL, accepted: [UUID, UUID.toUpperCase()], refused: ['5cf67f69', 1] },
  personUuid: { ...NEEDED, accepted: [UUID], refused: ['1'] },
  organizationUuid: { ...NEEDED, accepted: [UUID], refused: ['1'] },
  pledgeUuid: { ...OPTIONAL, accepted: [UUID], refused: ['1'] },
  type: {
    managed: 'required',
    external: 'forbidden',
    accepted: ['VERIFICATION', 'HAPPY_CALL', 'WINBACK'],
    refused: ['SURVEY'],
  },
  status: { ...EXTERNAL_ONLY, accepted: CALL_STATUSES, refused: ['PAUSED'] },
  requestedByUuid: { ...OPTIONAL, accepted: [UUID], refused: ['1'] },
  attempts: {
    ...EXTERNAL_ONLY,
    accepted: [
      [],
      [{ attemptedAt: LATER }, { attemptedAt: INSTANT, attemptedByUuid: null }],
      [{ attemptedAt: INSTANT, attemptedByUuid: UUID }],
    ],
    refused: [
      [{ attemptedByUuid: UUID }],
      [{ attemptedAt: INSTANT, attemptedByUuid: '1' }],
      [{ attemptedAt: INSTANT, number: 1 }],
      [null],
      { attemptedAt: INSTANT },
    ],
  },
  result: { ...EXTERNAL_ONLY, ...RESULT },
  completedAt: { ...EXTERNAL_ONLY, ...ANY_INSTANT },
  cancelledAt: { ...EXTERNAL_ONLY, ...ANY_INSTANT },
  notes: { ...OPTIONAL, ...NOTES },
}

const MANAGED = { personUuid: UUID, organizationUuid: UUID, type: 'HAPPY_CALL' }
const EXTERNAL = {
  personUuid: UUID,
  organizationUuid: UUID,
  externalMetadata: { applicationName: 'dialler', referenceId: '1' },
}

describe.each([
  ['managed', MANAGED],
  ['external', EXTERNAL],
] as const)('of a new %s call', (kind, whole) => {
  test.each(Object.entries(FIELDS))('%s is as the rule says', (name, rule) => {
    const { [name as never]: _, ...without } = { ...whole }
    const refusedFor = (given: object) =>
      refusedFields(() => readCreateCall({ ...without, ...given }, clock))
    for (const absence of [{}, { [name]: null }, { [name]: undefined }]) {
      expect(refusedFor(absence)).toEqual(rule[kind] === 'required' ? [name] : [])
    }
    for (const value of rule.accepted) {
      expect(refusedFor({ [name]: value })).toEqual(rule[kind] === 'forbidden' ? [name] : [])
    }
    for (const value of rule.refused) {
      expect(refusedFor({ [name]: value })).toEqual([
        expect.stringMatching(new RegExp(`^${name}(\\.|$)`)),
      ])
    }
  })

  test('everything that is wrong is told at once', () => {
    const wrong = Object.entries(FIELDS).map(([name, { refused }]) => [name, refused[0]])
    const refused = refusedFields(() =>
      readCreateCall({ ...whole, ...Object.fromEntries(wrong) }, clock),
    )
    expect(new Set(refused.map((path) => path.split('.')[0]))).toEqual(new Set(Object.keys(FIELDS)))
  })

  test('nothing else is accepted', () => {
    const given = { ...whole, expiresAt: NOW, completedByUuid: UUID }
    expect(refusedFields(() => readCreateCall(given, clock)).toSorted()).toEqual([
      'completedByUuid',
      'expiresAt',
    ])
  })
})

test('a managed call was requested at some time up to now, an external one at any', () => {
  const refusedFor = (whole: object, requestedAt: unknown) =>
    refusedFields(() => readCreateCall({ ...whole, requestedAt }, clock))
  for (const at of [undefined, null, ...PAST.accepted]) {
    expect(refusedFor(MANAGED, at)).toEqual([])
    expect(refusedFor(EXTERNAL, at)).toEqual([])
  }
  expect(refusedFor(MANAGED, LATER)).toEqual(['requestedAt'])
  expect(refusedFor(EXTERNAL, LATER)).toEqual([])
  expect(refusedFor(EXTERNAL, 'tomorrow')).toEqual(['requestedAt'])
})

describe('external metadata', () => {
  const refusedFor = (externalMetadata: unknown) =>
    refusedFields(() => readCreateCall({ ...EXTERNAL, externalMetadata }, clock))
  const names = { applicationName: 'x'.repeat(255), referenceId: '0' }

  test.each([
    [names, []],
    [{ ...names, agentReferenceId: '', statusCode: null, statusDescription: 'x'.repeat(255) }, []],
    [{ applicationName: 'dialler' }, ['externalMetadata.referenceId']],
    [{ referenceId: '1' }, ['externalMetadata.applicationName']],
    [{ ...names, referenceId: ' ' }, ['externalMetadata.referenceId']],
    [{ ...names, applicationName: '' }, ['externalMetadata.applicationName']],
    [{ ...names, referenceId: 'x'.repeat(256) }, ['externalMetadata.referenceId']],
    [
      { ...names, agentReferenceId: 'x'.repeat(256), statusCode: '\0', statusDescription: 1 },
      [
        'externalMetadata.agentReferenceId',
        'externalMetadata.statusCode',
        'externalMetadata.statusDescription',
      ],
    ],
    [{ ...names, status: 'open' }, ['externalMetadata.status']],
    ['dialler', ['externalMetadata']],
  ])('%j', (externalMetadata, refused) => {
    expect(refusedFor(externalMetadata)).toEqual(refused)
  })

  test.each([null, undefined])('that is %s makes the call a managed one', (externalMetadata) => {
    expect(refusedFor(externalMetadata)).toEqual(['type'])
  })
})

describe('a new call', () => {
  test('that is managed is requested now, unless it says when, and by nobody', () => {
    const { columns, attempts } = decideCreation(readCreateCall(MANAGED, clock), NOW)
    expect(attempts).toEqual([])
    expect(Object.entries(columns).filter(([, value]) => value !== null)).toEqual(
      Object.entries({
        status: 'REQUESTED',
        type: 'HAPPY_CALL',
        personUuid: UUID,
        organizationUuid: UUID,
        requestedAt: NOW,
        createdAt: NOW,
        updatedAt: NOW,
      }),
    )
    const earlier = readCreateCall({ ...MANAGED, requestedAt: INSTANT }, clock)
    expect(decideCreation(earlier, NOW).columns).toMatchObject({
      requestedAt: INSTANT,
      createdAt: NOW,
    })
  })

  test('that is external is what its source says, and nothing more', () => {
    expect(decideCreation(readCreateCall(EXTERNAL, clock), NOW)).toMatchObject({
      columns: {
        status: 'REQUESTED',
        type: 'VERIFICATION',
        completedAt: null,
        externalApplicationName: 'dialler',
        externalReferenceId: '1',
      },
      attempts: [],
    })
    const given = { status: 'CANCELLED', result: 'left', completedAt: LATER, requestedAt: LATER }
    const attempts = [
      { attemptedAt: LATER },
      { attemptedAt: INSTANT, attemptedByUuid: UUID.toUpperCase() },
    ]
    expect(
      decideCreation(readCreateCall({ ...EXTERNAL, ...given, attempts }, clock), NOW),
    ).toMatchObject({
      columns: { ...given, cancelledAt: null },
      attempts: [
        { number: 1, attemptedAt: LATER, attemptedByUuid: null },
        { number: 2, attemptedAt: INSTANT, attemptedByUuid: UUID },
      ],
    })
  })
})

describe('the input of an act is right by itself', () => {
  const READERS = {
    addCallAttempt: (input: object) => readInput(addCallAttemptInput(clock), input),
    completeCall: (input: object) => readInput(completeCallInput(clock), input),
    cancelCall: (input: object) => readInput(cancelCallInput(clock), input),
    expireCall: (input: object) => readInput(expireCallInput(), input),
  }
  const WHOLE = {
    addCallAttempt: { callUuid: UUID, attemptedByUuid: UUID },
    completeCall: { callUuid: UUID, completedByUuid: UUID, result: 'reached' },
    cancelCall: { callUuid: UUID },
    expireCall: { callUuid: UUID },
  }
  const UUIDS = { accepted: [UUID], refused: ['1', null, undefined] }

  test.each<[keyof typeof READERS, string, Pick<FieldRule, 'accepted' | 'refused'>]>([
    ['addCallAttempt', 'callUuid', UUIDS],
    ['addCallAttempt', 'attemptedByUuid', UUIDS],
    ['addCallAttempt', 'attemptedAt', { ...PAST, accepted: [...PAST.accepted, null, undefined] }],
    ['completeCall', 'callUuid', UUIDS],
    ['completeCall', 'completedByUuid', UUIDS],
    ['completeCall', 'result', { ...RESULT, refused: [...RESULT.refused, null, undefined] }],
    ['completeCall', 'completedAt', { ...PAST, accepted: [...PAST.accepted, null, undefined] }],
    ['completeCall', 'notes', { ...NOTES, accepted: [...NOTES.accepted, null, undefined] }],
    ['cancelCall', 'callUuid', UUIDS],
    ['cancelCall', 'cancelledAt', { ...PAST, accepted: [...PAST.accepted, null, undefined] }],
    ['expireCall', 'callUuid', UUIDS],
    [
      'expireCall',
      'expiresAt',
      { ...ANY_INSTANT, accepted: [...ANY_INSTANT.accepted, null, undefined] },
    ],
  ])('of %s: %s', (act, name, { accepted, refused }) => {
    const refusedFor = (value: unknown) =>
      refusedFields(() => READERS[act]({ ...WHOLE[act], [name]: value }))
    for (const value of accepted) expect(refusedFor(value)).toEqual([])
    for (const value of refused) expect(refusedFor(value)).toEqual([name])
  })

  test('and everything that is not is told at once', () => {
    const given = { callUuid: '1', result: '', completedAt: LATER, notes: '\0', status: 'EXPIRED' }
    expect(refusedFields(() => READERS.completeCall(given)).toSorted()).toEqual([
      'callUuid',
      'completedAt',
      'completedByUuid',
      'notes',
      'result',
      'status',
    ])
  })
})

/** The fields of which something is not accepted, each message saying what would be. */
function refusedFields(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    return error.issues.map(({ path, message }) => {
      expect(message).toMatch(/^is (required|not accepted|accepted only|not a key)/)
      return path.join('.')
    })
  }
}
