import type { EpochMilliseconds } from '../core/instant.ts'
import {
  DAY_IN_MILLISECONDS,
  dayOfMonth,
  HOUR_IN_MILLISECONDS,
  isEvening,
  MINUTE_IN_MILLISECONDS,
  startOfDay,
} from './calendar.ts'
import { type CallCourse, createCall } from './call.ts'
import { pickPerformer } from './calling.ts'
import { pickAmount } from './donation.ts'
import { createPledge, createPledgeFocusAreas } from './pledge.ts'
import type { Random } from './random.ts'
import type { PledgeRecords } from './record.ts'
import type { Setting } from './setting.ts'
import type { Shift } from './shift.ts'
import { leadOf, releasedWhenDue, type Story } from './story.ts'
import { createTransaction } from './transaction.ts'
import type { Showcase, ShowcaseCall } from './vocabulary/showcase.ts'

const MINUTES_BETWEEN_PAYMENTS = 2

/** The rows of a pledge that shows much of what there is. The shift's source is to fit what is shown. */
export function createShowcase(setting: Setting, shift: Shift, shown: Showcase): PledgeRecords {
  const { random } = setting
  const { charity, arrivesAt } = shift
  const donor = setting.donors.introduce(charity, arrivesAt)
  const uuid = random.uuid()
  const amount = pickAmount(random, shown.interval)
  const payments = shown.payments.map(([type, status], index) => {
    const paidAt = arrivesAt + minutes(random, 1, MINUTES_BETWEEN_PAYMENTS, index)
    return { pledgeUuid: uuid, type, status, amount, createdAt: paidAt, dueAt: paidAt }
  })

  const [first, second] = shown.calls
  const isStopped = shown.status === 'DROPPED' || shown.status === 'CANCELLED'
  const firstCourse = {
    ...runShownCourse(random, first, arrivesAt + minutes(random, 5, 15), charity.maxCallAttempts),
    isWithdrawal: isStopped,
  }
  const firstEndedAt = firstCourse.endedAt ?? arrivesAt
  const story = tellShownStory(random, shown, shift, firstEndedAt + minutes(random, 1, 10))
  const secondCourse = runShownCourse(
    random,
    second,
    firstEndedAt + minutes(random, 20, 40),
    charity.maxCallAttempts,
  )

  const told = {
    uuid,
    personUuid: donor.uuid,
    shift,
    interval: shown.interval,
    initialAmount: amount,
    story,
  }
  const subject = {
    personUuid: donor.uuid,
    personOrganizationUuid: charity.uuid,
    pledgeUuid: uuid,
  }
  const pledge = createPledge(setting, told, true)
  return {
    person: donor.newRow,
    pledge,
    focusAreas: createPledgeFocusAreas(random, told, 1),
    transactions: payments.map((payment) => createTransaction(random, payment, pledge)),
    calls: [firstCourse, secondCourse].map((course) =>
      createCall(setting, subject, pickPerformer(setting, told, course.type), course),
    ),
  }
}

function tellShownStory(
  random: Random,
  { status }: Showcase,
  { arrivesAt, charity }: Shift,
  endedAt: EpochMilliseconds,
): Story {
  const lead = { ...leadOf(arrivesAt), status }
  const activatedAt = arrivesAt + HOUR_IN_MILLISECONDS
  switch (status) {
    case 'LEAD': {
      const { coolingDownDays } = charity
      const coolingDownEndsAt = arrivesAt + coolingDownDays * DAY_IN_MILLISECONDS
      const startsAt = dayOfMonth(coolingDownEndsAt, 1, 1)
      return releasedWhenDue(random, { ...lead, startsAt }, coolingDownDays)
    }
    case 'DROPPED':
      return { ...lead, droppedAt: endedAt }
    case 'CANCELLED':
      return { ...lead, cancelledAt: endedAt }
    case 'ACTIVE':
      return { ...lead, activatedAt, startsAt: activatedAt }
    case 'FULFILLED':
      return { ...lead, startsAt: arrivesAt, endsAt: endedAt, fulfilledAt: endedAt }
  }
}

function runShownCourse(
  random: Random,
  { type, status, attempts, isExternal }: ShowcaseCall,
  requestedAt: EpochMilliseconds,
  maxAttempts: number,
): CallCourse {
  const isExhausted = attempts === 'all'
  const count = isExhausted
    ? maxAttempts
    : isExternal
      ? attempts
      : Math.min(attempts, maxAttempts - 1)
  const attemptedAt: EpochMilliseconds[] = []
  let lastAt = requestedAt
  for (let number = 1; number <= count; number += 1) {
    lastAt += number === 1 ? minutes(random, 10, 30) : minutes(random, 75, 110)
    if (number > 1 && isEvening(lastAt)) lastAt = nextMorning(random, lastAt)
    attemptedAt.push(lastAt)
  }
  const endedAt = isExhausted ? lastAt : lastAt + minutes(random, 3, 9)
  return {
    type,
    status,
    requestedAt,
    attemptedAt,
    endedAt: status === 'REQUESTED' ? null : endedAt,
    hasExpiryDate: false,
    isWithdrawal: false,
    isExternal,
  }
}

function nextMorning(random: Random, at: EpochMilliseconds): EpochMilliseconds {
  return startOfDay(at) + DAY_IN_MILLISECONDS + minutes(random, 8 * 60, 9 * 60)
}

/** A duration between two numbers of minutes, so many times the longer one later. */
function minutes(random: Random, least: number, most: number, times = 0): number {
  return random.integer(
    (least + times * most) * MINUTE_IN_MILLISECONDS,
    (most + times * most) * MINUTE_IN_MILLISECONDS,
  )
}
