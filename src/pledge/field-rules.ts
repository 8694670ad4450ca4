import { z } from 'zod'
import type { Clock } from '../core/clock.ts'
import { LONGEST_REASON } from '../core/column.ts'
import type { Issue } from '../core/error.ts'
import {
  absent,
  amount,
  group,
  instant,
  issuesOf,
  jsonObject,
  oneOf,
  pastInstant,
  readInputAsync,
  saidText,
  text,
  uuid,
  uuidSet,
  wholeNumber,
  withoutNulls,
} from '../core/field.ts'
import { misplaced } from '../core/issue.ts'
import { isObject } from '../core/json.ts'
import { InvalidInputError } from '../core/user-error.ts'
import { newValues } from '../feed/rules.ts'
import { signatureField } from '../signature/rules.ts'
import {
  DONATION_INTERVALS,
  type DonationInterval,
  END_STATUSES,
  FIRST_PAYMENT_DAY,
  LAST_PAYMENT_DAY,
  PLEDGE_STATUSES,
  type PledgeStatus,
  RECRUITMENT_TYPES,
} from './rules.ts'

const anyPledge = (clock: Clock) => ({
  uuid: uuid().nullish(),
  personUuid: uuid(),
  owningOrganizationUuid: uuid(),
  recruitingOrganizationUuid: uuid(),
  type: oneOf(RECRUITMENT_TYPES),
  createdAt: pastInstant(clock).nullish(),
  recruitingLocationLabel: text().nullish(),
  recruiterUuid: uuid().nullish(),
  preferredPaymentDay: wholeNumber(FIRST_PAYMENT_DAY, LAST_PAYMENT_DAY).nullish(),
  startsAt: instant().nullish(),
  focusAreaUuids: uuidSet().nullish(),
  signature: signatureField().nullish(),
  originMetadata: jsonObject().nullish(),
  externalProperties: jsonObject().nullish(),
})

const ONLY_EXTERNAL = 'is accepted only with externalSource: a pledge that is managed here'

const managedPledge = (clock: Clock) =>
  withoutNulls(
    group({
      ...anyPledge(clock),
      externalSource: absent('makes a pledge external'),
      status: absent(`${ONLY_EXTERNAL} starts as LEAD`),
      initialDonationAmount: amount(),
      initialDonationInterval: oneOf(DONATION_INTERVALS),
      donationAmount: absent(`${ONLY_EXTERNAL} starts with initialDonationAmount`),
      donationInterval: absent(`${ONLY_EXTERNAL} starts with initialDonationInterval`),
      endsAt: absent(`${ONLY_EXTERNAL} is given its end by updatePledge`),
      releasedAt: absent(
        `${ONLY_EXTERNAL} is released by releasePledge, or after its cooling-down period`,
      ),
      droppedAt: absent(`${ONLY_EXTERNAL} is dropped by dropPledge`),
      cancelledAt: absent(`${ONLY_EXTERNAL} is cancelled by cancelPledge`),
      cancellationReason: absent(`${ONLY_EXTERNAL} is cancelled by cancelPledge`),
    }),
  )

const externalPledge = (clock: Clock) =>
  withoutNulls(
    group({
      ...anyPledge(clock),
      externalSource: group({ name: saidText(), id: saidText() }),
      status: oneOf(PLEDGE_STATUSES).nullish(),
      initialDonationAmount: amount().nullish(),
      initialDonationInterval: oneOf(DONATION_INTERVALS).nullish(),
      donationAmount: amount().nullish(),
      donationInterval: oneOf(DONATION_INTERVALS).nullish(),
      endsAt: instant().nullish(),
      releasedAt: instant().nullish(),
      droppedAt: instant().nullish(),
      cancelledAt: instant().nullish(),
      cancellationReason: saidText(LONGEST_REASON).nullish(),
    }),
  )

/** A pledge that is to be created, right by itself. */
export type CreatePledge =
  z.output<ReturnType<typeof managedPledge>> | z.output<ReturnType<typeof externalPledge>>

/**
 * Reads what a new pledge is to be: with an external source an external one, and without a managed one.
 * Throws an InvalidInputError that tells everything that is wrong with it by itself.
 */
export async function readCreatePledge(input: unknown, clock: Clock): Promise<CreatePledge> {
  const isExternal = isObject(input) && (input['externalSource'] ?? null) !== null
  return isExternal
    ? await readInputAsync(externalPledge(clock), input)
    : await readInputAsync(managedPledge(clock), input)
}

/** A new pledge as it is stored, but for its UUID and its signature. */
export function decideCreation(command: CreatePledge, now: Date) {
  const { externalSource } = command
  const isManaged = !externalSource
  const initialDonationAmount = command.initialDonationAmount ?? null
  const initialDonationInterval = command.initialDonationInterval ?? null
  return {
    status: command.status ?? 'LEAD',
    type: command.type,
    personUuid: command.personUuid,
    owningOrganizationUuid: command.owningOrganizationUuid,
    recruitingOrganizationUuid: command.recruitingOrganizationUuid,
    recruiterUuid: command.recruiterUuid ?? null,
    recruitingLocationLabel: command.recruitingLocationLabel ?? null,
    initialDonationAmount,
    initialDonationInterval,
    donationAmount: isManaged ? initialDonationAmount : (command.donationAmount ?? null),
    donationInterval: isManaged ? initialDonationInterval : (command.donationInterval ?? null),
    preferredPaymentDay: command.preferredPaymentDay ?? null,
    startsAt: command.startsAt ?? null,
    endsAt: command.endsAt ?? null,
    createdAt: command.createdAt ?? now,
    updatedAt: now,
    releasedAt: command.releasedAt ?? null,
    droppedAt: command.droppedAt ?? null,
    cancelledAt: command.cancelledAt ?? null,
    cancellationReason: command.cancellationReason ?? null,
    originMetadata: command.originMetadata ?? null,
    externalSourceName: externalSource?.name ?? null,
    externalSourceId: externalSource?.id ?? null,
    externalProperties: command.externalProperties ?? null,
  } as const
}

const updatePledgeInput = () =>
  group({
    pledgeUuid: uuid(),
    recruitingLocationLabel: text().nullish(),
    recruiterUuid: uuid().nullish(),
    startsAt: instant().nullish(),
    endsAt: instant().nullish(),
    donationAmount: amount().nullish(),
    donationInterval: oneOf(DONATION_INTERVALS).nullish(),
    externalProperties: jsonObject().nullish(),
  })

/**
 * Reads a correction. Throws an InvalidInputError that tells everything that is wrong with it by itself. Where
 * that is only that it clears what no pledge lets be cleared, it is answered: what to do instead depends on the
 * pledge.
 */
export function readUpdatePledge(input: unknown) {
  const read = updatePledgeInput().safeParse(input)
  if (read.success) return read.data
  throw new InvalidInputError([
    ...issuesOf(read.error),
    ...(isObject(input) ? clearingIssues(input) : []),
  ])
}

export const pledgeInput = () => group({ pledgeUuid: uuid() })

export const dropPledgeInput = (clock: Clock) =>
  withoutNulls(group({ pledgeUuid: uuid(), droppedAt: pastInstant(clock).nullish() }))

export const cancelPledgeInput = (clock: Clock) =>
  withoutNulls(
    group({
      pledgeUuid: uuid(),
      reason: saidText(LONGEST_REASON),
      cancelledAt: pastInstant(clock).nullish(),
    }),
  )

/** The columns of a pledge that can be corrected. */
export interface Correctable {
  readonly recruitingLocationLabel: string | null
  readonly recruiterUuid: string | null
  readonly startsAt: Date | null
  readonly endsAt: Date | null
  readonly donationAmount: string | null
  readonly donationInterval: DonationInterval | null
  readonly externalProperties: Record<string, unknown> | null
}

/** A pledge as a correction finds it. */
export interface CorrectedPledge extends Correctable {
  readonly status: PledgeStatus
  readonly externalSourceName: string | null
}

/** A correction, right by itself: what is not given stays as it is. */
export type Correction = {
  readonly [Column in keyof Correctable]?: Correctable[Column] | undefined
}

export interface CorrectionDecision {
  /** The columns that get another value; none where everything is so already. */
  readonly columns: Partial<Correctable>
  /** What is wrong with it in the light of the pledge. */
  readonly issues: readonly Issue[]
}

const DONATION = ['donationAmount', 'donationInterval'] as const
const DONATION_AND_END = [...DONATION, 'endsAt'] as const
const KEPT_AFTER_THE_END = ['startsAt', ...DONATION_AND_END] as const

/** Decides a correction. */
export function decideCorrection(
  pledge: CorrectedPledge,
  correction: Correction,
): CorrectionDecision {
  const columns = newValues<Correctable>(pledge, correction)
  return { columns, issues: correctionIssues(pledge, correction, columns) }
}

/**
 * What is wrong with a correction because it clears what is never cleared. What to do instead, in words, is by
 * default what is right for any pledge.
 */
export function clearingIssues(
  correction: { readonly [Column in (typeof DONATION)[number]]?: unknown },
  instead = 'leave it out',
): Issue[] {
  return DONATION.filter((field) => correction[field] === null).map((field) => ({
    path: [field],
    message: `cannot be cleared: ${instead}`,
  }))
}

function correctionIssues(
  pledge: CorrectedPledge,
  correction: Correction,
  columns: Partial<Correctable>,
): Issue[] {
  const { status, externalSourceName } = pledge
  if (externalSourceName !== null) {
    return DONATION_AND_END.filter((field) => correction[field] !== undefined).map((field) => ({
      path: [field],
      message: `is not accepted on an external pledge: it is managed by ${externalSourceName}`,
    }))
  }
  if (END_STATUSES.includes(status)) {
    return KEPT_AFTER_THE_END.filter((field) => field in columns).map((field) => ({
      path: [field],
      message: `is not accepted on a pledge that is ${status}: it stays as it is, so leave it out`,
    }))
  }
  return [
    ...clearingIssues(correction, 'leave it out, or give a value'),
    ...orderIssues({ ...pledge, ...columns }, columns),
  ]
}

function orderIssues(
  { startsAt, endsAt }: Pick<Correctable, 'startsAt' | 'endsAt'>,
  columns: Partial<Correctable>,
): Issue[] {
  if (startsAt === null || endsAt === null || startsAt <= endsAt) return []
  if ('endsAt' in columns) return [misplaced('endsAt', 'before', 'startsAt', startsAt)]
  return 'startsAt' in columns ? [misplaced('startsAt', 'after', 'endsAt', endsAt)] : []
}
