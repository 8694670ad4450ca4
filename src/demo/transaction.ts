import type { EpochMilliseconds } from '../core/instant.ts'
import type { Euros } from '../core/money.ts'
import type { DonationInterval } from '../pledge/rules.ts'
import type { pledges } from '../pledge/table.ts'
import {
  EVER_COLLECTED,
  type TransactionStatus,
  type TransactionType,
} from '../transaction/rules.ts'
import type { transactions } from '../transaction/table.ts'
import {
  ANCHOR_AT,
  DAY_IN_MILLISECONDS,
  dateOf,
  dayOfMonth,
  HOUR_IN_MILLISECONDS,
  MINUTE_IN_MILLISECONDS,
  startOfDay,
} from './calendar.ts'
import type { PledgeCase } from './pledge.ts'
import { type Random, weigh, type Weighted } from './random.ts'
import { endedAtOf } from './story.ts'

type TransactionRow = typeof transactions.$inferSelect
type PledgeRow = typeof pledges.$inferSelect

export type Payment = Pick<TransactionRow, 'pledgeUuid' | 'type' | 'status' | 'amount'> & {
  readonly createdAt: EpochMilliseconds
  /** When it is or would be executed. */
  readonly dueAt: EpochMilliseconds
}

const SIGN_UP_PAYMENT_PROBABILITY = { once: 0.8, regular: 0.3 }
const FAILED_FIRST_PROBABILITY = 0.15
const SIGN_UP_TYPES: Weighted<TransactionType> = weigh([
  ['IDEAL_QR', 6],
  ['IDEAL', 2],
  ['CARD', 2],
])
const SIGN_UP_STATUSES: Weighted<TransactionStatus> = weigh([
  ['COLLECTED', 94],
  ['FAILED', 4],
  ['REVERSED', 2],
])
const COLLECTION_STATUSES: Weighted<TransactionStatus> = weigh([
  ['COLLECTED', 91],
  ['FAILED', 5],
  ['REVERSED', 4],
])

// Only the latest collections are kept: that is how much history the systems before this one handed over.
const COLLECTIONS_KEPT: Weighted<number> = weigh([
  [2, 14],
  [3, 24],
  [4, 21],
  [5, 14],
  [6, 11],
  [8, 7],
  [10, 9],
])

const MONTHS_BETWEEN = { MONTHLY: 1, QUARTERLY: 3, HALF_YEARLY: 6, YEARLY: 12 } as const
const DAYS_PER_WEEK = 7
// A donor may have a direct debit reversed for eight weeks.
const MOST_DAYS_TO_REVERSAL = 56
const PAYMENT_DAY_WITHOUT_PREFERENCE = 28
const BATCH_DAYS_BEFORE_DUE = 3
const BATCH_TIME_IN_MILLISECONDS = 4 * HOUR_IN_MILLISECONDS
const COLLECTION_TIME_IN_MILLISECONDS = 7 * HOUR_IN_MILLISECONDS

/** The row of a payment for a pledge, which was executed unless it is pending. */
export function createTransaction(
  random: Random,
  payment: Payment,
  {
    owningOrganizationUuid,
    recruitingOrganizationUuid,
  }: Pick<PledgeRow, 'owningOrganizationUuid' | 'recruitingOrganizationUuid'>,
): TransactionRow {
  const { createdAt, dueAt, ...row } = payment
  const executedAt = payment.status === 'PENDING' ? null : dueAt
  return {
    uuid: random.uuid(),
    ...row,
    owningOrganizationUuid,
    recruitingOrganizationUuid,
    createdAt: dateOf(createdAt),
    updatedAt: dateOf(updatedAtOf(payment)),
    executedAt: dateOf(executedAt),
  }
}

/** When somebody last told what became of a payment: what was collected is reversed days or weeks later. */
function updatedAtOf({ status, createdAt, dueAt }: Payment): EpochMilliseconds {
  if (status === 'PENDING') return createdAt
  if (status !== 'REVERSED') return dueAt
  const days = 1 + (Math.floor(dueAt / MINUTE_IN_MILLISECONDS) % MOST_DAYS_TO_REVERSAL)
  return Math.min(dueAt + days * DAY_IN_MILLISECONDS, ANCHOR_AT)
}

/** Whether a payment was ever collected, even if it was reversed since. */
export function wasCollected({ status }: Payment): boolean {
  return EVER_COLLECTED.includes(status)
}

/** What is paid while the donor signs up: mostly nothing, sometimes only at the second try. */
export function signUpPayments(
  random: Random,
  {
    pledgeUuid,
    amount,
    interval,
    at,
  }: { pledgeUuid: string; amount: Euros; interval: DonationInterval; at: EpochMilliseconds },
): Payment[] {
  const probability = SIGN_UP_PAYMENT_PROBABILITY[interval === 'ONCE' ? 'once' : 'regular']
  if (!random.isLucky(probability)) return []
  const type = random.pickWeighted(SIGN_UP_TYPES)
  const paidAt = at + random.integer(60_000, 240_000)
  const paid: Payment = {
    pledgeUuid,
    type,
    status: random.pickWeighted(SIGN_UP_STATUSES),
    amount,
    createdAt: paidAt,
    dueAt: paidAt + random.integer(4_000, 40_000),
  }
  if (!random.isLucky(FAILED_FIRST_PROBABILITY)) return [paid]
  const failedAt = at + random.integer(10_000, 50_000)
  return [{ ...paid, status: 'FAILED', createdAt: failedAt, dueAt: failedAt }, paid]
}

/** The latest collections of a pledge, as long as it was active. */
export function collections(
  random: Random,
  told: PledgeCase,
  pledge: { donationAmount: Euros | null; preferredPaymentDay: number | null },
): Payment[] {
  const { story } = told
  if (story.activatedAt === null) return []
  const endedAt = endedAtOf(story)
  const untilAt = Math.min(endedAt ?? ANCHOR_AT, story.endsAt ?? ANCHOR_AT)
  const payments: Payment[] = []
  const firstDueAt =
    Math.max(story.activatedAt, story.startsAt ?? 0) +
    (BATCH_DAYS_BEFORE_DUE + 1) * DAY_IN_MILLISECONDS
  const day = pledge.preferredPaymentDay ?? PAYMENT_DAY_WITHOUT_PREFERENCE
  for (const dueDayAt of dueDays(told.interval, firstDueAt, day)) {
    const createdAt =
      dueDayAt - BATCH_DAYS_BEFORE_DUE * DAY_IN_MILLISECONDS + BATCH_TIME_IN_MILLISECONDS
    const dueAt = dueDayAt + COLLECTION_TIME_IN_MILLISECONDS
    const isDue = dueAt <= untilAt
    const isPending = !isDue && endedAt === null && createdAt <= untilAt
    if (!isDue && !isPending) break
    const isChanged = story.donationChangedAt !== null && story.donationChangedAt <= createdAt
    payments.push({
      pledgeUuid: told.uuid,
      type: 'DIRECT_DEBIT',
      status: isPending ? 'PENDING' : random.pickWeighted(COLLECTION_STATUSES),
      amount: isChanged ? (pledge.donationAmount ?? told.initialAmount) : told.initialAmount,
      createdAt,
      dueAt,
    })
  }
  return payments.slice(-random.pickWeighted(COLLECTIONS_KEPT))
}

/** Midnights of the days on which a donation is due, from an instant on, without an end unless it is once. */
function* dueDays(
  interval: DonationInterval,
  fromAt: EpochMilliseconds,
  day: number,
): Generator<EpochMilliseconds> {
  if (interval === 'WEEKLY') {
    for (let week = 1; ; week += 1) {
      yield startOfDay(fromAt) + week * DAYS_PER_WEEK * DAY_IN_MILLISECONDS
    }
  }
  const firstMonth = dayOfMonth(fromAt, 0, day) >= fromAt ? 0 : 1
  if (interval === 'ONCE') {
    yield dayOfMonth(fromAt, firstMonth, day)
    return
  }
  for (let month = firstMonth; ; month += MONTHS_BETWEEN[interval]) {
    yield dayOfMonth(fromAt, month, day)
  }
}
