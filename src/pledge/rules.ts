import type { Permission } from '../core/actor.ts'
import { misplaced } from '../core/issue.ts'
import {
  ConflictError,
  ExternallyManagedError,
  InvalidInputError,
  TransitionError,
} from '../core/user-error.ts'
import type { ChangeKind } from '../feed/rules.ts'

export const PLEDGE_STATUSES = ['LEAD', 'ACTIVE', 'DROPPED', 'CANCELLED', 'FULFILLED'] as const
export type PledgeStatus = (typeof PLEDGE_STATUSES)[number]

/** The statuses that a pledge does not leave. */
export const END_STATUSES: readonly PledgeStatus[] = ['DROPPED', 'CANCELLED', 'FULFILLED']

export const RECRUITMENT_TYPES = ['D2D', 'STREET'] as const
export type RecruitmentType = (typeof RECRUITMENT_TYPES)[number]

export const DONATION_INTERVALS = [
  'ONCE',
  'WEEKLY',
  'MONTHLY',
  'QUARTERLY',
  'HALF_YEARLY',
  'YEARLY',
] as const
export type DonationInterval = (typeof DONATION_INTERVALS)[number]

export const PLEDGE_ACTIONS = [
  'UPDATE',
  'RELEASE',
  'ACTIVATE',
  'DROP',
  'CANCEL',
  'FULFILL',
] as const
export type PledgeAction = (typeof PLEDGE_ACTIONS)[number]

export const PLEDGE_ACTION_PERMISSION = {
  UPDATE: 'PLEDGES_UPDATE',
  RELEASE: 'PLEDGES_RELEASE',
  ACTIVATE: 'PLEDGES_ACTIVATE',
  DROP: 'PLEDGES_DROP',
  CANCEL: 'PLEDGES_CANCEL',
  FULFILL: 'PLEDGES_FULFILL',
} as const satisfies Record<PledgeAction, Permission>

export const FIRST_PAYMENT_DAY = 1
export const LAST_PAYMENT_DAY = 28

/** What decides which actions a pledge allows. */
export interface PledgeState {
  readonly status: PledgeStatus
  /** Who manages it; null where it is managed here. */
  readonly externalSourceName: string | null
  readonly releasedAt: Date | null
  /** Whether a transaction of it was ever collected: COLLECTED, or REVERSED afterwards. */
  readonly wasCollected: boolean
  readonly endsAt: Date | null
}

/** A pledge as a status action finds it. */
export interface StoredPledge extends PledgeState {
  readonly createdAt: Date
  readonly startsAt: Date | null
}

/** An action that changes a pledge's status or releases it. */
export type StatusAction = Exclude<PledgeAction, 'UPDATE'>

/** A status action with what it is given. */
export type StatusCommand =
  | { readonly action: Exclude<StatusAction, 'DROP' | 'CANCEL'> }
  | { readonly action: 'DROP'; readonly droppedAt?: Date | null | undefined }
  | {
      readonly action: 'CANCEL'
      readonly reason: string
      readonly cancelledAt?: Date | null | undefined
    }

/** What an action makes of a pledge: the columns with a new value, and how that is recorded. */
export interface StatusDecision {
  readonly kind: ChangeKind
  readonly columns: {
    readonly status?: PledgeStatus
    readonly startsAt?: Date
    readonly releasedAt?: Date
    readonly droppedAt?: Date
    readonly cancelledAt?: Date
    readonly cancellationReason?: string
  }
}

/** What somebody with these permissions can do to a pledge at this instant. */
export function allowedPledgeActions(
  pledge: PledgeState,
  permissions: ReadonlySet<Permission>,
  now: Date,
): PledgeAction[] {
  return PLEDGE_ACTIONS.filter(
    (action) =>
      permissions.has(PLEDGE_ACTION_PERMISSION[action]) &&
      (action === 'UPDATE' ||
        (pledge.externalSourceName === null && whyNot(pledge, action, now) === undefined)),
  )
}

const DAY_IN_MILLISECONDS = 86_400_000

/** When the cooling-down period of a pledge is over, of so many times 24 hours: the system then releases it. */
export function cooledDownAt(
  { createdAt }: Pick<StoredPledge, 'createdAt'>,
  coolingDownDays: number,
): Date {
  return new Date(createdAt.getTime() + coolingDownDays * DAY_IN_MILLISECONDS)
}

/** An action that does not fit the present state of a pledge. */
export class PledgeTransitionError extends TransitionError<PledgeStatus, PledgeAction> {
  constructor(
    pledge: PledgeState,
    action: StatusAction,
    why: string,
    allowedActions: readonly PledgeAction[],
  ) {
    super(
      { what: 'pledge', state: inWords(pledge), cannotBe: PARTICIPLE[action], why },
      pledge.status,
      allowedActions,
    )
  }
}

/** A pledge with this UUID, or with this name and id in an external source, is there already. */
export class PledgeConflictError extends ConflictError {
  constructor(existingUuid: string, taken: 'uuid' | 'external name') {
    super('pledge', existingUuid, taken === 'uuid' ? 'uuid' : 'name and id of an external source')
  }
}

/**
 * Decides a status action, asked for by somebody with these permissions. Throws an ExternallyManagedError, a
 * PledgeTransitionError, or an InvalidInputError about the instants of the pledge, in this order.
 */
export function decideStatusAction(
  pledge: StoredPledge,
  command: StatusCommand,
  permissions: ReadonlySet<Permission>,
  now: Date,
): StatusDecision {
  const { action } = command
  if (pledge.externalSourceName !== null) {
    throw new ExternallyManagedError('pledge', pledge.externalSourceName)
  }
  const why = whyNot(pledge, action, now)
  if (why !== undefined) {
    const allowed = allowedPledgeActions(pledge, permissions, now)
    throw new PledgeTransitionError(pledge, action, why, allowed)
  }
  switch (action) {
    case 'RELEASE':
      return { kind: 'PLEDGE_RELEASED', columns: { releasedAt: now } }
    case 'ACTIVATE':
      return {
        kind: 'PLEDGE_ACTIVATED',
        columns: {
          status: 'ACTIVE',
          ...(pledge.startsAt === null && { startsAt: now }),
        },
      }
    case 'DROP':
      return {
        kind: 'PLEDGE_DROPPED',
        columns: {
          status: 'DROPPED',
          droppedAt: endedAt(pledge, 'droppedAt', command.droppedAt, now),
        },
      }
    case 'CANCEL':
      return {
        kind: 'PLEDGE_CANCELLED',
        columns: {
          status: 'CANCELLED',
          cancelledAt: endedAt(pledge, 'cancelledAt', command.cancelledAt, now),
          cancellationReason: command.reason,
        },
      }
    case 'FULFILL':
      return { kind: 'PLEDGE_FULFILLED', columns: { status: 'FULFILLED' } }
  }
}

const PARTICIPLE: Readonly<Record<StatusAction, string>> = {
  RELEASE: 'released',
  ACTIVATE: 'activated',
  DROP: 'dropped',
  CANCEL: 'cancelled',
  FULFILL: 'fulfilled',
}

/** Why an action does not fit the state of a managed pledge, with what to do instead; undefined where it fits. */
function whyNot(pledge: PledgeState, action: StatusAction, now: Date): string | undefined {
  const { status, releasedAt, wasCollected, endsAt } = pledge
  if (END_STATUSES.includes(status)) return 'that is an end status'
  const isLead = status === 'LEAD'
  const isReleased = releasedAt !== null
  const isBegun = !isLead || isReleased || wasCollected
  switch (action) {
    case 'RELEASE':
      return isLead && !isReleased ? undefined : 'it was released before'
    case 'ACTIVATE':
      if (!isLead) return 'it was activated before'
      return isReleased ? undefined : 'release it first'
    case 'DROP':
      return isBegun ? 'cancel it instead' : undefined
    case 'CANCEL':
      return isBegun ? undefined : 'drop it instead'
    case 'FULFILL':
      if (isLead) return `${isReleased ? '' : 'release and '}activate it first`
      if (endsAt === null) return 'it has no end: set its endsAt first'
      return endsAt <= now ? undefined : `it ends at ${endsAt.toISOString()}, and not before`
  }
}

function inWords({ status, releasedAt, wasCollected }: PledgeState): string {
  if (status !== 'LEAD') return status
  const release = releasedAt === null ? 'not released' : 'released'
  return `${status} (${release}${wasCollected ? ', collected' : ''})`
}

/** When a pledge was dropped or cancelled. */
function endedAt(
  { createdAt }: StoredPledge,
  field: 'droppedAt' | 'cancelledAt',
  given: Date | null | undefined,
  now: Date,
): Date {
  // Another gateway's clock, by which the pledge was created, may be ahead of this one's.
  if (!given) return now < createdAt ? createdAt : now
  if (given < createdAt) {
    throw new InvalidInputError([misplaced(field, 'before', 'createdAt', createdAt)])
  }
  return given
}
