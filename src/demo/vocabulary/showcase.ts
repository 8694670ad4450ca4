import type { CallStatus, CallType } from '../../call/rules.ts'
import type { DonationInterval, PledgeStatus } from '../../pledge/rules.ts'
import type { TransactionStatus, TransactionType } from '../../transaction/rules.ts'

/** A pledge that shows much of what there is, and that comes about within a day. */
export interface Showcase {
  readonly isExternal: boolean
  readonly status: PledgeStatus
  readonly interval: DonationInterval
  readonly payments: readonly (readonly [TransactionType, TransactionStatus])[]
  /** Where the pledge ends, it does so between the two. */
  readonly calls: readonly [first: ShowcaseCall, second: ShowcaseCall]
}

export interface ShowcaseCall {
  readonly type: CallType
  readonly status: CallStatus
  /** How often it was tried; 'all' is as often as the charity allows, with which a call expires. */
  readonly attempts: number | 'all'
  readonly isExternal: boolean
}

/**
 * The newest pledges, which a newcomer sees first; the very newest comes first here. Together they have every
 * status, type and interval that there is, so that no data set of at least so many pledges lacks one.
 */
export const SHOWCASES: readonly Showcase[] = [
  {
    isExternal: false,
    status: 'LEAD',
    interval: 'MONTHLY',
    payments: [
      ['IDEAL_QR', 'FAILED'],
      ['IDEAL_QR', 'COLLECTED'],
    ],
    calls: [call('VERIFICATION', 'COMPLETED', 2), call('HAPPY_CALL', 'REQUESTED', 1)],
  },
  {
    isExternal: true,
    status: 'ACTIVE',
    interval: 'QUARTERLY',
    payments: [
      ['IDEAL', 'COLLECTED'],
      ['DIRECT_DEBIT', 'PENDING'],
    ],
    calls: [externalCall('VERIFICATION', 'COMPLETED', 1), call('HAPPY_CALL', 'REQUESTED', 2)],
  },
  {
    isExternal: false,
    status: 'CANCELLED',
    interval: 'MONTHLY',
    payments: [
      ['CARD', 'FAILED'],
      ['IDEAL_QR', 'REVERSED'],
    ],
    calls: [call('VERIFICATION', 'COMPLETED', 1), call('WINBACK', 'REQUESTED', 1)],
  },
  {
    isExternal: false,
    status: 'LEAD',
    interval: 'WEEKLY',
    payments: [
      ['IDEAL_QR', 'COLLECTED'],
      ['IDEAL', 'PENDING'],
    ],
    calls: [call('VERIFICATION', 'EXPIRED', 'all'), call('VERIFICATION', 'REQUESTED', 1)],
  },
  {
    isExternal: false,
    status: 'DROPPED',
    interval: 'YEARLY',
    payments: [
      ['IDEAL_QR', 'FAILED'],
      ['CARD', 'FAILED'],
    ],
    calls: [call('VERIFICATION', 'COMPLETED', 2), externalCall('WINBACK', 'EXPIRED', 2)],
  },
  {
    isExternal: true,
    status: 'FULFILLED',
    interval: 'ONCE',
    payments: [
      ['CARD', 'FAILED'],
      ['CARD', 'COLLECTED'],
    ],
    calls: [externalCall('HAPPY_CALL', 'COMPLETED', 1), call('WINBACK', 'CANCELLED', 1)],
  },
  {
    isExternal: false,
    status: 'LEAD',
    interval: 'HALF_YEARLY',
    payments: [
      ['IDEAL_QR', 'REVERSED'],
      ['IDEAL_QR', 'COLLECTED'],
    ],
    calls: [call('VERIFICATION', 'COMPLETED', 1), call('HAPPY_CALL', 'COMPLETED', 1)],
  },
  {
    isExternal: false,
    status: 'CANCELLED',
    interval: 'QUARTERLY',
    payments: [
      ['IDEAL', 'COLLECTED'],
      ['IDEAL', 'FAILED'],
    ],
    calls: [call('VERIFICATION', 'EXPIRED', 1), externalCall('WINBACK', 'REQUESTED', 1)],
  },
  {
    isExternal: true,
    status: 'LEAD',
    interval: 'MONTHLY',
    payments: [
      ['IDEAL_QR', 'FAILED'],
      ['IDEAL_QR', 'COLLECTED'],
    ],
    calls: [externalCall('VERIFICATION', 'CANCELLED', 1), call('VERIFICATION', 'COMPLETED', 2)],
  },
  {
    isExternal: true,
    status: 'CANCELLED',
    interval: 'YEARLY',
    payments: [
      ['IDEAL', 'REVERSED'],
      ['DIRECT_DEBIT', 'FAILED'],
    ],
    calls: [call('VERIFICATION', 'COMPLETED', 1), call('WINBACK', 'REQUESTED', 1)],
  },
  {
    isExternal: true,
    status: 'DROPPED',
    interval: 'MONTHLY',
    payments: [
      ['IDEAL', 'FAILED'],
      ['IDEAL', 'FAILED'],
    ],
    calls: [externalCall('VERIFICATION', 'COMPLETED', 3), externalCall('WINBACK', 'CANCELLED', 1)],
  },
  {
    isExternal: false,
    status: 'LEAD',
    interval: 'ONCE',
    payments: [
      ['CARD', 'FAILED'],
      ['IDEAL_QR', 'COLLECTED'],
      ['IDEAL', 'PENDING'],
    ],
    calls: [call('VERIFICATION', 'CANCELLED', 1), call('HAPPY_CALL', 'COMPLETED', 1)],
  },
]

function call(
  type: CallType,
  status: CallStatus,
  attempts: ShowcaseCall['attempts'],
): ShowcaseCall {
  return { type, status, attempts, isExternal: false }
}

function externalCall(type: CallType, status: CallStatus, attempts: number): ShowcaseCall {
  return { type, status, attempts, isExternal: true }
}
