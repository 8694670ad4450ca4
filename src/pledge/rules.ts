import type { Permission } from '../core/actor.ts'

export const PLEDGE_STATUSES = ['LEAD', 'ACTIVE', 'DROPPED', 'CANCELLED', 'FULFILLED'] as const
export type PledgeStatus = (typeof PLEDGE_STATUSES)[number]

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
  readonly isExternal: boolean
  readonly isReleased: boolean
  /** Whether a transaction of it was ever collected: COLLECTED, or REVERSED afterwards. */
  readonly wasCollected: boolean
  readonly endsAt: Date | null
}

/** The actions that the pledge's own state allows at this instant, whoever asks. */
export function allowedPledgeActions(pledge: PledgeState, now: Date): PledgeAction[] {
  return PLEDGE_ACTIONS.filter((action) => isPledgeActionAllowed(pledge, action, now))
}

function isPledgeActionAllowed(pledge: PledgeState, action: PledgeAction, now: Date): boolean {
  if (action === 'UPDATE') return true
  if (pledge.isExternal) return false
  const isLead = pledge.status === 'LEAD'
  const isActive = pledge.status === 'ACTIVE'
  switch (action) {
    case 'RELEASE':
      return isLead && !pledge.isReleased
    case 'ACTIVATE':
      return isLead && pledge.isReleased
    case 'DROP':
      return isLead && !pledge.isReleased && !pledge.wasCollected
    case 'CANCEL':
      return isActive || (isLead && (pledge.isReleased || pledge.wasCollected))
    case 'FULFILL':
      return isActive && pledge.endsAt !== null && pledge.endsAt <= now
  }
}
