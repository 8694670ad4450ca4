import type { Permission } from '../core/actor.ts'

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
  readonly isExternal: boolean
  readonly attemptCount: number
  /** The most attempts that the organization owning the called person allows. */
  readonly maxCallAttempts: number
}

/** How many attempts are left: 0 once the call has ended, null where its source decides. */
export function attemptsLeft(call: CallState): number | null {
  if (call.isExternal) return null
  if (call.status !== 'REQUESTED') return 0
  return Math.max(0, call.maxCallAttempts - call.attemptCount)
}

/** The actions that the call's own state allows, whoever asks. */
export function allowedCallActions(call: CallState): CallAction[] {
  if (call.isExternal || call.status !== 'REQUESTED') return []
  return CALL_ACTIONS.filter((action) => action !== 'ADD_ATTEMPT' || attemptsLeft(call) !== 0)
}
