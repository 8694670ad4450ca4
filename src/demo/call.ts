import type { CallStatus, CallType } from '../call/rules.ts'
import type { callAttempts, calls } from '../call/table.ts'
import type { EpochMilliseconds } from '../core/instant.ts'
import { dateOf } from './calendar.ts'
import type { Random } from './random.ts'
import type { Setting } from './setting.ts'
import {
  CALL_APPLICATIONS,
  CALL_NOTES,
  CALL_RESULTS,
  EXTERNAL_CALL_STATES,
  WITHDRAWALS,
} from './vocabulary/phrase.ts'
import type { Employer } from './world.ts'

type CallRow = typeof calls.$inferSelect
type CallAttemptRow = typeof callAttempts.$inferSelect

/** A call with its attempts, as rows. */
export interface CallRows {
  readonly call: CallRow
  readonly attempts: readonly CallAttemptRow[]
}

/** Whom a call is made to, and about what. */
export interface CallSubject {
  readonly personUuid: string
  readonly personOrganizationUuid: string
  /** Null when the call is about none of the person's pledges. */
  readonly pledgeUuid: string | null
}

/** How a call went. */
export interface CallCourse {
  readonly type: CallType
  readonly status: CallStatus
  readonly requestedAt: EpochMilliseconds
  readonly attemptedAt: readonly EpochMilliseconds[]
  /** When it was completed, was cancelled or expired; null while it is requested. */
  readonly endedAt: EpochMilliseconds | null
  /** Whether it expired at a date that had been set beforehand. */
  readonly hasExpiryDate: boolean
  /** Whether the donor said on the phone that they stop. */
  readonly isWithdrawal: boolean
  readonly isExternal: boolean
}

/** The rows of a call that an organization performs. */
export function createCall(
  setting: Setting,
  subject: CallSubject,
  performer: Employer,
  course: CallCourse,
): CallRows {
  const { random } = setting
  const { status, endedAt, requestedAt, attemptedAt } = course
  const uuid = random.uuid()
  const agentUuid = random.pickEarly(performer.userUuids)
  const row: CallRow = {
    uuid,
    status,
    type: course.type,
    ...subject,
    organizationUuid: performer.uuid,
    requestedAt: dateOf(requestedAt),
    requestedByUuid: random.isLucky(0.6) ? random.pickEarly(performer.userUuids) : null,
    createdAt: dateOf(requestedAt),
    updatedAt: dateOf(Math.max(requestedAt, endedAt ?? 0, ...attemptedAt)),
    completedAt: status === 'COMPLETED' ? dateOf(endedAt) : null,
    completedByUuid: status === 'COMPLETED' ? agentUuid : null,
    cancelledAt: status === 'CANCELLED' ? dateOf(endedAt) : null,
    expiresAt: status === 'EXPIRED' && course.hasExpiryDate ? dateOf(endedAt) : null,
    expiredAt: status === 'EXPIRED' ? dateOf(endedAt) : null,
    result: status === 'COMPLETED' ? pickResult(random, course) : null,
    notes: random.isLucky(0.25) ? random.pick(CALL_NOTES) : null,
    externalApplicationName: null,
    externalReferenceId: null,
    externalAgentReferenceId: null,
    externalStatusCode: null,
    externalStatusDescription: null,
  }
  const call = course.isExternal ? asApplicationHasIt(setting, row) : row
  return { call, attempts: createAttempts(random, call, performer, attemptedAt, agentUuid) }
}

function pickResult(random: Random, { type, isWithdrawal }: CallCourse): string {
  return isWithdrawal ? random.pick(WITHDRAWALS) : random.pickEarly(CALL_RESULTS[type])
}

function createAttempts(
  random: Random,
  call: CallRow,
  performer: Employer,
  attemptedAt: readonly EpochMilliseconds[],
  lastAgentUuid: string,
): CallAttemptRow[] {
  const isExternal = call.externalApplicationName !== null
  return attemptedAt.map((at, index) => {
    const isLast = index === attemptedAt.length - 1
    const agentUuid = isLast ? lastAgentUuid : random.pickEarly(performer.userUuids)
    return {
      callUuid: call.uuid,
      number: index + 1,
      attemptedAt: dateOf(at),
      attemptedByUuid: isExternal && random.isLucky(0.5) ? null : agentUuid,
    }
  })
}

/** What another application tells of a call, which is not always everything. */
function asApplicationHasIt({ random, externalIds }: Setting, row: CallRow): CallRow {
  const application = random.pick(CALL_APPLICATIONS)
  const [statusCode, statusDescription] = random.pick(EXTERNAL_CALL_STATES[row.status])
  return {
    ...row,
    externalApplicationName: application.name,
    externalReferenceId: externalIds.next(application.idPrefix),
    externalAgentReferenceId: random.isLucky(0.6) ? `agent-${String(random.integer(1, 80))}` : null,
    externalStatusCode: random.isLucky(0.85) ? statusCode : null,
    externalStatusDescription: random.isLucky(0.7) ? statusDescription : null,
    requestedByUuid: random.isLucky(0.3) ? row.requestedByUuid : null,
    completedByUuid: random.isLucky(0.4) ? row.completedByUuid : null,
    result: random.isLucky(0.85) ? row.result : null,
  }
}
