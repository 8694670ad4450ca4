import type { Permission } from '../core/actor.ts'
import type { Issue } from '../core/error.ts'
import { misplaced } from '../core/issue.ts'
import {
  ConflictError,
  ExternallyManagedError,
  InvalidInputError,
  TransitionError,
} from '../core/user-error.ts'
import { type ChangeKind, changedFields } from '../feed/rules.ts'

export const CALL_STATUSES = ['REQUESTED', 'COMPLETED', 'CANCELLED', 'EXPIRED'] as const
export type CallStatus = (typeof CALL_STATUSES)[number]

export const CALL_TYPES = ['VERIFICATION', 'HAPPY_CALL', 'WINBACK'] as const
export type CallType = (typeof CALL_TYPES)[number]

export const CALL_ACTIONS = ['ADD_ATTEMPT', 'COMPLETE', 'CANCEL', 'EXPIRE'] as const
export type CallAction = (typeof CALL_ACTIONS)[number]

export const CALL_ACTION_PERMISSION = {
  ADD_ATTEMPT: 'CALLS_ATTEMPT',
  COMPLETE: 'CALLS_COMPLETE',
  CANCEL: 'CALLS_CANCEL',
  EXPIRE: 'CALLS_EXPIRE',
} as const satisfies Record<CallAction, Permission>

/** What decides which actions a call allows, and how often it may still be tried. */
export interface CallState {
  readonly status: CallStatus
  /** The application that manages it; null where it is managed here. */
  readonly externalApplicationName: string | null
  /** When it is to expire by itself; null where no date was set. */
  readonly expiresAt: Date | null
  readonly attemptCount: number
  /** The most attempts that the organization owning the called person allows. */
  readonly maxCallAttempts: number
}

/**
 * The instant at which a call that is still stored as requested has expired by itself: from then on it counts
 * as expired, whether or not anybody has written it down. Undefined for any other call.
 */
export function unrecordedExpiry(
  call: Pick<CallState, 'status' | 'externalApplicationName' | 'expiresAt'>,
  now: Date,
): Date | undefined {
  const { status, externalApplicationName, expiresAt } = call
  if (externalApplicationName !== null || status !== 'REQUESTED') return undefined
  return expiresAt !== null && expiresAt <= now ? expiresAt : undefined
}

/** The status that a call has at this instant. */
export function callStatusAt(call: CallState, now: Date): CallStatus {
  return unrecordedExpiry(call, now) ? 'EXPIRED' : call.status
}

/** How many attempts are left: 0 once the call has ended, null where its source decides. */
export function attemptsLeft(call: CallState, now: Date): number | null {
  if (call.externalApplicationName !== null) return null
  if (callStatusAt(call, now) !== 'REQUESTED') return 0
  return Math.max(0, call.maxCallAttempts - call.attemptCount)
}

/** What somebody with these permissions can do to a call at this instant. */
export function allowedCallActions(
  call: CallState,
  permissions: ReadonlySet<Permission>,
  now: Date,
): CallAction[] {
  return CALL_ACTIONS.filter(
    (action) => permissions.has(CALL_ACTION_PERMISSION[action]) && fits(call, action, now),
  )
}

/** Whether the call's own state allows an action, whoever asks. */
function fits(call: CallState, action: CallAction, now: Date): boolean {
  if (call.externalApplicationName !== null || callStatusAt(call, now) !== 'REQUESTED') return false
  return action !== 'ADD_ATTEMPT' || attemptsLeft(call, now) !== 0
}

/** An action that does not fit the present state of a call. */
export class CallTransitionError extends TransitionError<CallStatus, CallAction> {
  constructor(
    call: CallState,
    action: CallAction,
    permissions: ReadonlySet<Permission>,
    now: Date,
  ) {
    const status = callStatusAt(call, now)
    const why =
      status === 'REQUESTED'
        ? `all attempts at it that are allowed (${call.maxCallAttempts}) have been made: complete, cancel or expire it instead`
        : 'that is an end status: to call the person again, create another call'
    super(
      { what: 'call', state: status, cannotBe: PARTICIPLE[action], why },
      status,
      allowedCallActions(call, permissions, now),
    )
  }
}

const PARTICIPLE: Readonly<Record<CallAction, string>> = {
  ADD_ATTEMPT: 'attempted',
  COMPLETE: 'completed',
  CANCEL: 'cancelled',
  EXPIRE: 'expired',
}

/** A call with this UUID, or with this reference in an external application, is there already. */
export class CallConflictError extends ConflictError {
  constructor(existingUuid: string, taken: 'uuid' | 'external name') {
    super('call', existingUuid, taken === 'uuid' ? 'uuid' : 'application name and reference')
  }
}

/** A call as an act finds it. */
export interface StoredCall extends CallState {
  readonly requestedAt: Date
  readonly notes: string | null
}

/** An action with what it is given. An instant that is not given is now. */
export type CallCommand =
  | {
      readonly action: 'ADD_ATTEMPT'
      readonly attemptedByUuid: string
      readonly attemptedAt?: Date | null | undefined
    }
  | {
      readonly action: 'COMPLETE'
      readonly completedByUuid: string
      readonly result: string
      readonly completedAt?: Date | null | undefined
      /** What was noted before stays where this is not given. */
      readonly notes?: string | null | undefined
    }
  | { readonly action: 'CANCEL'; readonly cancelledAt?: Date | null | undefined }
  | { readonly action: 'EXPIRE'; readonly expiresAt?: Date | null | undefined }

/** What an act, or time, makes of a call. */
export interface CallDecision {
  /** The columns that are set; none where everything stays as it is. */
  readonly columns: {
    readonly status?: CallStatus
    readonly updatedAt?: Date
    readonly completedAt?: Date
    readonly completedByUuid?: string
    readonly result?: string
    readonly notes?: string
    readonly cancelledAt?: Date
    readonly expiresAt?: Date
    readonly expiredAt?: Date
  }
  readonly attempt?: {
    readonly number: number
    readonly attemptedAt: Date
    readonly attemptedByUuid: string
  }
  /** What is recorded of it, in this order. */
  readonly changes: readonly {
    readonly kind: ChangeKind
    readonly occurredAt: Date
    readonly changedFields: string[]
  }[]
}

/**
 * Decides an action, asked for by somebody with these permissions. Throws an ExternallyManagedError, a
 * CallTransitionError, or an InvalidInputError about its instant and with the issues that are known already,
 * in this order.
 */
export function decideCallAction(
  call: StoredCall,
  command: CallCommand,
  permissions: ReadonlySet<Permission>,
  now: Date,
  issues: readonly Issue[] = [],
): CallDecision {
  const { action } = command
  if (call.externalApplicationName !== null) {
    throw new ExternallyManagedError('call', call.externalApplicationName)
  }
  if (!fits(call, action, now)) throw new CallTransitionError(call, action, permissions, now)
  const { field, given } = instantOf(command)
  const { requestedAt } = call
  const found =
    given && given < requestedAt
      ? [...issues, misplaced(field, 'before', 'requestedAt', requestedAt)]
      : issues
  if (found.length > 0) throw new InvalidInputError(found)
  // Another gateway's clock, by which the call was requested, may be ahead of this one's.
  const present = now < requestedAt ? requestedAt : now
  const at = given ?? present
  switch (command.action) {
    case 'ADD_ATTEMPT': {
      const expiry = attemptsLeft(call, now) === 1 ? decideExpiry(present, now) : undefined
      const { attemptedByUuid } = command
      return {
        columns: { updatedAt: now, ...expiry?.columns },
        attempt: { number: call.attemptCount + 1, attemptedAt: at, attemptedByUuid },
        changes: [
          { kind: 'CALL_ATTEMPTED', occurredAt: now, changedFields: ['attempts'] },
          ...(expiry?.changes ?? []),
        ],
      }
    }
    case 'COMPLETE': {
      const { completedByUuid, result, notes } = command
      return decision('CALL_COMPLETED', now, {
        status: 'COMPLETED',
        completedAt: at,
        completedByUuid,
        result,
        ...(typeof notes === 'string' && notes !== call.notes && { notes }),
      })
    }
    case 'CANCEL':
      return decision('CALL_CANCELLED', now, { status: 'CANCELLED', cancelledAt: at })
    case 'EXPIRE':
      if (!given || given <= now) return decideExpiry(at, now)
      if (call.expiresAt?.getTime() === given.getTime()) return { columns: {}, changes: [] }
      return decision('CALL_EXPIRY_SET', now, { expiresAt: given })
  }
}

/** Expires a call at one instant, because of something that happens at another. */
export function decideExpiry(expiredAt: Date, occurredAt: Date): CallDecision {
  return decision('CALL_EXPIRED', occurredAt, { status: 'EXPIRED', expiredAt })
}

function decision(
  kind: ChangeKind,
  occurredAt: Date,
  columns: CallDecision['columns'],
): CallDecision {
  return {
    columns: { ...columns, updatedAt: occurredAt },
    changes: [{ kind, occurredAt, changedFields: changedFields(columns) }],
  }
}

function instantOf(command: CallCommand): { field: string; given: Date | null | undefined } {
  switch (command.action) {
    case 'ADD_ATTEMPT':
      return { field: 'attemptedAt', given: command.attemptedAt }
    case 'COMPLETE':
      return { field: 'completedAt', given: command.completedAt }
    case 'CANCEL':
      return { field: 'cancelledAt', given: command.cancelledAt }
    case 'EXPIRE':
      return { field: 'expiresAt', given: command.expiresAt }
  }
}
