import { describe, expect, test } from 'vitest'
import {
  allowedCallActions,
  attemptsLeft,
  CALL_ACTION_PERMISSION,
  CALL_ACTIONS,
  CALL_STATUSES,
  type CallAction,
  type CallCommand,
  type CallStatus,
  callStatusAt,
  CallTransitionError,
  decideCallAction,
  type StoredCall,
  unrecordedExpiry,
} from '../src/call/rules.ts'
import { PERMISSIONS } from '../src/core/actor.ts'
import { ExternallyManagedError, InvalidInputError } from '../src/core/user-error.ts'

// The rule book of a call's actions. No database takes part.

const NOW = new Date('2026-06-01T12:00:00.000Z')
const REQUESTED_AT = new Date('2026-05-01T12:00:00.000Z')
const BEFORE = new Date(REQUESTED_AT.getTime() - 1)
const EARLIER = new Date(NOW.getTime() - 1)
const LATER = new Date(NOW.getTime() + 1)
const EVERYTHING = new Set(PERMISSIONS)
const USER_UUID = '5cf67f69-34d0-46fe-b904-20d56248a844'

const COMMANDS = {
  ADD_ATTEMPT: { action: 'ADD_ATTEMPT', attemptedByUuid: USER_UUID },
  COMPLETE: { action: 'COMPLETE', completedByUuid: USER_UUID, result: 'reached' },
  CANCEL: { action: 'CANCEL' },
  EXPIRE: { action: 'EXPIRE' },
} as const satisfies Record<CallAction, CallCommand>
const KINDS = {
  ADD_ATTEMPT: 'CALL_ATTEMPTED',
  COMPLETE: 'CALL_COMPLETED',
  CANCEL: 'CALL_CANCELLED',
  EXPIRE: 'CALL_EXPIRED',
}

const MAX_ATTEMPTS = 3
const ATTEMPTS = [0, 1, 2, 3, 4]
const EXPIRIES = {
  'no date to expire': null,
  'a date to come': LATER,
  'a date now': NOW,
  'a date that has passed': EARLIER,
}
type Expiry = keyof typeof EXPIRIES
const OPEN: readonly Expiry[] = ['no date to expire', 'a date to come']

interface State {
  readonly what: string
  readonly call: StoredCall
  readonly isOpen: boolean
}

// Every state that a managed call can be thought to be in.
const STATES: readonly State[] = CALL_STATUSES.flatMap((status) =>
  ATTEMPTS.flatMap((attemptCount) =>
    (Object.keys(EXPIRIES) as Expiry[]).map((expiry) => ({
      what: `${status}, tried ${attemptCount} times of ${MAX_ATTEMPTS}, with ${expiry}`,
      call: callWith({ status, attemptCount, expiresAt: EXPIRIES[expiry] }),
      isOpen: status === 'REQUESTED' && OPEN.includes(expiry),
    })),
  ),
)

/** What the rule book allows: everything while it is requested, but for one attempt too many. */
function allowedIn({ call, isOpen }: State): readonly CallAction[] {
  if (!isOpen) return []
  return call.attemptCount < MAX_ATTEMPTS
    ? ['ADD_ATTEMPT', 'COMPLETE', 'CANCEL', 'EXPIRE']
    : ['COMPLETE', 'CANCEL', 'EXPIRE']
}

describe('a managed call that is', () => {
  test.each(STATES)('$what', (state) => {
    const { call, isOpen } = state
    const allowed = allowedIn(state)
    const isOverdue = call.status === 'REQUESTED' && !isOpen
    const status: CallStatus = isOverdue ? 'EXPIRED' : call.status
    expect(callStatusAt(call, NOW)).toBe(status)
    expect(unrecordedExpiry(call, NOW)).toBe(isOverdue ? call.expiresAt : undefined)
    expect(attemptsLeft(call, NOW)).toBe(isOpen ? Math.max(0, MAX_ATTEMPTS - call.attemptCount) : 0)
    expect(allowedCallActions(call, EVERYTHING, NOW)).toEqual(allowed)
    for (const action of CALL_ACTIONS) {
      const permissions = new Set([CALL_ACTION_PERMISSION[action]])
      expect(allowedCallActions(call, permissions, NOW)).toEqual(
        allowed.includes(action) ? [action] : [],
      )
      const decide = () => decideCallAction(call, COMMANDS[action], EVERYTHING, NOW)
      if (allowed.includes(action)) {
        expect(decide().changes[0]).toMatchObject({ kind: KINDS[action], occurredAt: NOW })
        continue
      }
      const refusal = errorOf(decide)
      expect(refusal).toBeInstanceOf(CallTransitionError)
      expect(refusal).toMatchObject({
        code: 'INVALID_TRANSITION',
        status,
        allowedActions: allowed,
      })
      expect(refusal.message).toContain(`The call is ${status}`)
      expect(refusal.message).toContain(allowed.length === 0 ? 'nothing' : allowed.join(', '))
      expect(refusal.message).toContain(
        isOpen ? 'complete, cancel or expire it instead' : 'create another call',
      )
    }
  })
})

test.each(STATES)('an external call that is $what allows nothing', ({ call }) => {
  const external = { ...call, externalApplicationName: 'Dial Desk' }
  expect(callStatusAt(external, NOW)).toBe(call.status)
  expect(unrecordedExpiry(external, NOW)).toBeUndefined()
  expect(attemptsLeft(external, NOW)).toBeNull()
  expect(allowedCallActions(external, EVERYTHING, NOW)).toEqual([])
  for (const action of CALL_ACTIONS) {
    const refusal = errorOf(() => decideCallAction(external, COMMANDS[action], EVERYTHING, NOW))
    expect(refusal).toBeInstanceOf(ExternallyManagedError)
    expect(refusal.message).toContain('Dial Desk')
  }
})

test('a refusal offers only what whoever asked may do', () => {
  const exhausted = callWith({ attemptCount: MAX_ATTEMPTS })
  const refusal = errorOf(() =>
    decideCallAction(exhausted, COMMANDS.ADD_ATTEMPT, new Set(['CALLS_CANCEL']), NOW),
  )
  expect(refusal).toMatchObject({ status: 'REQUESTED', allowedActions: ['CANCEL'] })
})

describe('an attempt', () => {
  const at = new Date('2026-05-20T00:00:00.000Z')

  test('is numbered, and leaves the call requested while there are others left', () => {
    expect(decide({ attemptCount: 1 }, COMMANDS.ADD_ATTEMPT)).toEqual({
      columns: { updatedAt: NOW },
      attempt: { number: 2, attemptedAt: NOW, attemptedByUuid: USER_UUID },
      changes: [{ kind: 'CALL_ATTEMPTED', occurredAt: NOW, changedFields: ['attempts'] }],
    })
  })

  test('that is the last one allowed expires the call now, whenever it was made', () => {
    for (const attemptedAt of [undefined, null, REQUESTED_AT, at, NOW]) {
      const command = { ...COMMANDS.ADD_ATTEMPT, attemptedAt }
      expect(decide({ attemptCount: 2, expiresAt: LATER }, command)).toEqual({
        columns: { status: 'EXPIRED', expiredAt: NOW, updatedAt: NOW },
        attempt: { number: 3, attemptedAt: attemptedAt ?? NOW, attemptedByUuid: USER_UUID },
        changes: [
          { kind: 'CALL_ATTEMPTED', occurredAt: NOW, changedFields: ['attempts'] },
          { kind: 'CALL_EXPIRED', occurredAt: NOW, changedFields: ['status', 'expiredAt'] },
        ],
      })
    }
  })
})

describe('a completion', () => {
  const completed = {
    status: 'COMPLETED',
    completedAt: NOW,
    completedByUuid: USER_UUID,
    result: 'reached',
    updatedAt: NOW,
  }
  const fields = ['status', 'completedAt', 'completedBy', 'result']

  test.each([
    [null, undefined, undefined],
    ['asked for', undefined, undefined],
    ['asked for', null, undefined],
    ['asked for', 'asked for', undefined],
    ['asked for', 'said yes', 'said yes'],
    ['asked for', '', ''],
    [null, 'said yes', 'said yes'],
  ])('of a call with the notes %j that is given %j', (stored, notes, written) => {
    const decision = decide({ notes: stored }, { ...COMMANDS.COMPLETE, notes })
    const isWritten = written !== undefined
    expect(decision).toEqual({
      columns: { ...completed, ...(isWritten && { notes: written }) },
      changes: [
        {
          kind: 'CALL_COMPLETED',
          occurredAt: NOW,
          changedFields: [...fields, ...(isWritten ? ['notes'] : [])],
        },
      ],
    })
  })
})

test('a cancellation', () => {
  expect(decide({}, { action: 'CANCEL', cancelledAt: EARLIER })).toEqual({
    columns: { status: 'CANCELLED', cancelledAt: EARLIER, updatedAt: NOW },
    changes: [
      { kind: 'CALL_CANCELLED', occurredAt: NOW, changedFields: ['status', 'cancelledAt'] },
    ],
  })
})

describe('an expiry', () => {
  test.each([
    ['at no date', undefined, NOW],
    ['at null', null, NOW],
    ['now', NOW, NOW],
    ['a while ago', EARLIER, EARLIER],
    ['when it was requested', REQUESTED_AT, REQUESTED_AT],
  ])('%s ends the call then', (_, expiresAt, expiredAt) => {
    // A date that was set before says when it was to be.
    for (const before of [null, LATER]) {
      expect(decide({ expiresAt: before }, { action: 'EXPIRE', expiresAt })).toEqual({
        columns: { status: 'EXPIRED', expiredAt, updatedAt: NOW },
        changes: [
          { kind: 'CALL_EXPIRED', occurredAt: NOW, changedFields: ['status', 'expiredAt'] },
        ],
      })
    }
  })

  test('at a later date is set, in the place of any other', () => {
    for (const before of [null, new Date(LATER.getTime() + 1)]) {
      expect(decide({ expiresAt: before }, { action: 'EXPIRE', expiresAt: LATER })).toEqual({
        columns: { expiresAt: LATER, updatedAt: NOW },
        changes: [{ kind: 'CALL_EXPIRY_SET', occurredAt: NOW, changedFields: ['expiresAt'] }],
      })
    }
  })

  test('at the date that is set already changes nothing', () => {
    const expiresAt = new Date(LATER)
    expect(decide({ expiresAt: LATER }, { action: 'EXPIRE', expiresAt })).toEqual({
      columns: {},
      changes: [],
    })
  })
})

describe('an instant', () => {
  const INSTANTS = [
    ['attemptedAt', COMMANDS.ADD_ATTEMPT],
    ['completedAt', COMMANDS.COMPLETE],
    ['cancelledAt', COMMANDS.CANCEL],
    ['expiresAt', COMMANDS.EXPIRE],
  ] as const

  test.each(INSTANTS)('%s is not before the call was requested', (field, command) => {
    const known = { path: ['elsewhere'], message: 'is wrong as well' }
    const refusal = errorOf(() =>
      decideCallAction(callWith({}), { ...command, [field]: BEFORE }, EVERYTHING, NOW, [known]),
    )
    expect(refusal).toBeInstanceOf(InvalidInputError)
    expect(refusal).toMatchObject({
      issues: [
        known,
        { path: [field], message: expect.stringContaining(REQUESTED_AT.toISOString()) as string },
      ],
    })
    expect(() => decide({}, { ...command, [field]: REQUESTED_AT })).not.toThrow()
  })

  test.each(INSTANTS)(
    '%s that is not given is not before that either, whichever clock is ahead',
    (field, command) => {
      const decision = decide({ requestedAt: LATER, attemptCount: MAX_ATTEMPTS - 1 }, command)
      const { updatedAt, ...columns } = { ...decision.columns, ...decision.attempt }
      expect(updatedAt).toEqual(NOW)
      const name = field === 'expiresAt' ? 'expiredAt' : field
      expect(columns).toMatchObject({ [name]: LATER })
      if (command.action === 'ADD_ATTEMPT') expect(columns).toMatchObject({ expiredAt: LATER })
    },
  )

  test('is told after the state of the call, and the state after who manages it', () => {
    const early = { ...COMMANDS.CANCEL, cancelledAt: BEFORE }
    expect(errorOf(() => decide({ status: 'COMPLETED' }, early))).toBeInstanceOf(
      CallTransitionError,
    )
    const external = { status: 'COMPLETED', externalApplicationName: 'Dial Desk' } as const
    expect(errorOf(() => decide(external, early))).toBeInstanceOf(ExternallyManagedError)
  })
})

function decide(fields: Partial<StoredCall>, command: CallCommand) {
  return decideCallAction(callWith(fields), command, EVERYTHING, NOW)
}

/** A managed call that is requested and has not been tried, but for what is given. */
function callWith(fields: Partial<StoredCall>): StoredCall {
  return {
    status: 'REQUESTED',
    externalApplicationName: null,
    expiresAt: null,
    attemptCount: 0,
    maxCallAttempts: MAX_ATTEMPTS,
    requestedAt: REQUESTED_AT,
    notes: null,
    ...fields,
  }
}

function errorOf(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was refused')
}
