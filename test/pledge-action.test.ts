import { describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../src/core/actor.ts'
import { ExternallyManagedError, InvalidInputError } from '../src/core/user-error.ts'
import {
  allowedPledgeActions,
  decideStatusAction,
  PLEDGE_ACTION_PERMISSION,
  PLEDGE_STATUSES,
  type PledgeStatus,
  PledgeTransitionError,
  type StatusAction,
  type StatusCommand,
  type StoredPledge,
} from '../src/pledge/rules.ts'

// The rule book of a pledge's actions. No database takes part.

const NOW = new Date('2026-06-01T12:00:00.000Z')
const CREATED_AT = new Date('2026-05-01T12:00:00.000Z')
const EARLIER = new Date(NOW.getTime() - 1)
const LATER = new Date(NOW.getTime() + 1)
const EVERYTHING = new Set(PERMISSIONS)

const COMMANDS = {
  RELEASE: { action: 'RELEASE' },
  ACTIVATE: { action: 'ACTIVATE' },
  DROP: { action: 'DROP' },
  CANCEL: { action: 'CANCEL', reason: 'moved abroad' },
  FULFILL: { action: 'FULFILL' },
} as const satisfies Record<StatusAction, StatusCommand>
const STATUS_ACTIONS = Object.keys(COMMANDS) as StatusAction[]

const EITHER = [false, true]
const ENDS = {
  'no end': null,
  'an end to come': LATER,
  'an end now': NOW,
  'an end that has passed': EARLIER,
}
type End = keyof typeof ENDS
const ANY_END = Object.keys(ENDS) as End[]
const PASSED: End[] = ['an end now', 'an end that has passed']
const TO_COME: End[] = ['no end', 'an end to come']

interface Rule {
  readonly status: readonly PledgeStatus[]
  readonly released: readonly boolean[]
  readonly collected: readonly boolean[]
  readonly ends: readonly End[]
  readonly fits: readonly StatusAction[]
}

// Every state that a managed pledge can be thought to be in is on one line of it.
const RULES: readonly Rule[] = [
  {
    status: ['LEAD'],
    released: [false],
    collected: [false],
    ends: ANY_END,
    fits: ['RELEASE', 'DROP'],
  },
  {
    status: ['LEAD'],
    released: [false],
    collected: [true],
    ends: ANY_END,
    fits: ['RELEASE', 'CANCEL'],
  },
  {
    status: ['LEAD'],
    released: [true],
    collected: EITHER,
    ends: ANY_END,
    fits: ['ACTIVATE', 'CANCEL'],
  },
  { status: ['ACTIVE'], released: EITHER, collected: EITHER, ends: TO_COME, fits: ['CANCEL'] },
  {
    status: ['ACTIVE'],
    released: EITHER,
    collected: EITHER,
    ends: PASSED,
    fits: ['CANCEL', 'FULFILL'],
  },
  { status: ['DROPPED'], released: EITHER, collected: EITHER, ends: ANY_END, fits: [] },
  { status: ['CANCELLED'], released: EITHER, collected: EITHER, ends: ANY_END, fits: [] },
  { status: ['FULFILLED'], released: EITHER, collected: EITHER, ends: ANY_END, fits: [] },
]

const STATES = RULES.flatMap(({ status, released, collected, ends, fits }) =>
  status.flatMap((its) =>
    released.flatMap((isReleased) =>
      collected.flatMap((wasCollected) =>
        ends.map((end) => ({
          what: `${its}, ${isReleased ? 'released' : 'not released'}, ${wasCollected ? 'collected' : 'not collected'}, with ${end}`,
          pledge: pledge({
            status: its,
            releasedAt: isReleased ? CREATED_AT : null,
            wasCollected,
            endsAt: ENDS[end],
          }),
          fits,
        })),
      ),
    ),
  ),
)

test('the rule book has every state once', () => {
  const states = new Set(STATES.map(({ what }) => what))
  expect(states.size).toBe(STATES.length)
  expect(states.size).toBe(PLEDGE_STATUSES.length * 2 * 2 * ANY_END.length)
})

describe('a managed pledge that is', () => {
  test.each(STATES)('$what: $fits', ({ pledge, fits }) => {
    expect(allowedPledgeActions(pledge, EVERYTHING, NOW)).toEqual(['UPDATE', ...fits])
    for (const action of STATUS_ACTIONS) {
      const decide = () => decideStatusAction(pledge, COMMANDS[action], EVERYTHING, NOW)
      if (fits.includes(action)) {
        expect(decide().kind).toBe(`PLEDGE_${PAST[action]}`)
        continue
      }
      const refusal = errorOf(decide)
      expect(refusal).toBeInstanceOf(PledgeTransitionError)
      expect(refusal).toMatchObject({
        code: 'INVALID_TRANSITION',
        status: pledge.status,
        allowedActions: ['UPDATE', ...fits],
      })
      expect(refusal.message).toContain(`The pledge is ${pledge.status}`)
      expect(refusal.message).toContain(['UPDATE', ...fits].join(', '))
    }
  })

  test.each(STATES)('$what, as a permission alone allows it', ({ pledge, fits }) => {
    for (const action of ['UPDATE', ...STATUS_ACTIONS] as const) {
      const permissions = new Set([PLEDGE_ACTION_PERMISSION[action]])
      const allowed = action === 'UPDATE' || fits.includes(action) ? [action] : []
      expect(allowedPledgeActions(pledge, permissions, NOW)).toEqual(allowed)
      const other = STATUS_ACTIONS.find((each) => !fits.includes(each))!
      const refusal = errorOf(() => decideStatusAction(pledge, COMMANDS[other], permissions, NOW))
      expect(refusal).toMatchObject({ allowedActions: allowed })
      if (allowed.length === 0) expect(refusal.message).toContain('nothing')
    }
  })
})

describe('an external pledge', () => {
  test.each(STATES)('that is $what allows no status action', ({ pledge }) => {
    const external = { ...pledge, externalSourceName: 'Donor Desk' }
    expect(allowedPledgeActions(external, EVERYTHING, NOW)).toEqual(['UPDATE'])
    expect(allowedPledgeActions(external, new Set(['PLEDGES_CANCEL']), NOW)).toEqual([])
    for (const action of STATUS_ACTIONS) {
      const refusal = errorOf(() => decideStatusAction(external, COMMANDS[action], EVERYTHING, NOW))
      expect(refusal).toBeInstanceOf(ExternallyManagedError)
      expect(refusal.message).toContain('Donor Desk')
    }
  })
})

describe('a refusal advises', () => {
  const released = { releasedAt: CREATED_AT }
  const active = { ...released, status: 'ACTIVE' } as const

  test.each<[StatusAction, string, Partial<StoredPledge>, string]>([
    ['DROP', 'a released lead', released, 'cancel it instead'],
    ['DROP', 'a collected lead', { wasCollected: true }, 'cancel it instead'],
    ['DROP', 'an active pledge', active, 'cancel it instead'],
    ['CANCEL', 'a lead that is not released', {}, 'drop it instead'],
    ['ACTIVATE', 'a lead that is not released', {}, 'release it first'],
    ['ACTIVATE', 'an active pledge', active, 'it was activated before'],
    ['RELEASE', 'a released lead', released, 'it was released before'],
    ['FULFILL', 'a lead', {}, 'release and activate it first'],
    ['FULFILL', 'a released lead', released, 'activate it first'],
    ['FULFILL', 'an active pledge without an end', active, 'set its endsAt first'],
    [
      'FULFILL',
      'an active pledge before its end',
      { ...active, endsAt: LATER },
      `it ends at ${LATER.toISOString()}`,
    ],
    ['RELEASE', 'a dropped pledge', { status: 'DROPPED' }, 'that is an end status'],
  ])('%s on %s', (action, _, fields, advice) => {
    const refusal = errorOf(() =>
      decideStatusAction(pledge(fields), COMMANDS[action], EVERYTHING, NOW),
    )
    expect(refusal.message).toContain(advice)
  })
})

describe('what becomes of a pledge', () => {
  const released = { releasedAt: CREATED_AT }
  const active = { ...released, status: 'ACTIVE' } as const
  const at = new Date('2026-05-20T00:00:00.000Z')

  test.each<[string, Partial<StoredPledge>, StatusCommand, object]>([
    ['released', {}, COMMANDS.RELEASE, { releasedAt: NOW }],
    ['activated', released, COMMANDS.ACTIVATE, { status: 'ACTIVE', startsAt: NOW }],
    [
      'activated with a start of its own',
      { ...released, startsAt: LATER },
      COMMANDS.ACTIVATE,
      { status: 'ACTIVE' },
    ],
    [
      'activated after its end',
      { ...released, endsAt: EARLIER },
      COMMANDS.ACTIVATE,
      { status: 'ACTIVE', startsAt: NOW },
    ],
    [
      'activated before its end',
      { ...released, endsAt: LATER },
      COMMANDS.ACTIVATE,
      { status: 'ACTIVE', startsAt: NOW },
    ],
    ['dropped', {}, COMMANDS.DROP, { status: 'DROPPED', droppedAt: NOW }],
    [
      'dropped some time ago',
      {},
      { action: 'DROP', droppedAt: at },
      { status: 'DROPPED', droppedAt: at },
    ],
    [
      'dropped when it was created',
      {},
      { action: 'DROP', droppedAt: CREATED_AT },
      { status: 'DROPPED', droppedAt: CREATED_AT },
    ],
    [
      'dropped by a clock that is behind',
      { createdAt: LATER },
      { action: 'DROP', droppedAt: null },
      { status: 'DROPPED', droppedAt: LATER },
    ],
    [
      'cancelled',
      active,
      COMMANDS.CANCEL,
      { status: 'CANCELLED', cancelledAt: NOW, cancellationReason: 'moved abroad' },
    ],
    [
      'cancelled some time ago',
      released,
      { action: 'CANCEL', reason: 'no answer', cancelledAt: at },
      { status: 'CANCELLED', cancelledAt: at, cancellationReason: 'no answer' },
    ],
    ['fulfilled', { ...active, endsAt: NOW }, COMMANDS.FULFILL, { status: 'FULFILLED' }],
  ])('%s', (_, fields, command, columns) => {
    expect(decideStatusAction(pledge(fields), command, EVERYTHING, NOW).columns).toEqual(columns)
  })

  test.each<[string, Partial<StoredPledge>, StatusCommand]>([
    ['droppedAt', {}, { action: 'DROP', droppedAt: new Date(CREATED_AT.getTime() - 1) }],
    [
      'cancelledAt',
      active,
      { action: 'CANCEL', reason: 'moved', cancelledAt: new Date(CREATED_AT.getTime() - 1) },
    ],
  ])('%s is not before it was created', (field, fields, command) => {
    const refusal = errorOf(() => decideStatusAction(pledge(fields), command, EVERYTHING, NOW))
    expect(refusal).toBeInstanceOf(InvalidInputError)
    expect(refusal).toMatchObject({
      issues: [
        { path: [field], message: expect.stringContaining(CREATED_AT.toISOString()) as string },
      ],
    })
  })

  test('the state is told before what is wrong with an instant', () => {
    const drop: StatusCommand = { action: 'DROP', droppedAt: new Date(0) }
    const refusal = errorOf(() => decideStatusAction(pledge(released), drop, EVERYTHING, NOW))
    expect(refusal).toBeInstanceOf(PledgeTransitionError)
  })
})

const PAST: Readonly<Record<StatusAction, string>> = {
  RELEASE: 'RELEASED',
  ACTIVATE: 'ACTIVATED',
  DROP: 'DROPPED',
  CANCEL: 'CANCELLED',
  FULFILL: 'FULFILLED',
}

/** A managed lead that was neither released nor collected, but for what is given. */
function pledge(fields: Partial<StoredPledge>): StoredPledge {
  return {
    status: 'LEAD',
    externalSourceName: null,
    releasedAt: null,
    wasCollected: false,
    createdAt: CREATED_AT,
    startsAt: null,
    endsAt: null,
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
