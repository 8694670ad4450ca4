import type { CallType } from '../call/rules.ts'
import type { EpochMilliseconds } from '../core/instant.ts'
import {
  ANCHOR_AT,
  daytimeInstant,
  DAY_IN_MILLISECONDS,
  HOUR_IN_MILLISECONDS,
  instantBetween,
  MINUTE_IN_MILLISECONDS,
} from './calendar.ts'
import { type CallCourse, type CallRows, createCall } from './call.ts'
import type { PledgeCase } from './pledge.ts'
import type { Random } from './random.ts'
import type { Setting } from './setting.ts'
import { endedAtOf } from './story.ts'
import type { Employer } from './world.ts'

/** A reason to call a donor. */
interface Occasion {
  readonly type: CallType
  readonly requestedAt: EpochMilliseconds
  /** When there is no reason any more; the anchor where there still is. */
  readonly untilAt: EpochMilliseconds
  readonly isAboutPledge: boolean
}

const VERIFICATION_PROBABILITY = 0.93
const HAPPY_CALL_PROBABILITY = 0.55
const SECOND_HAPPY_CALL_PROBABILITY = 0.4
const WINBACK_PROBABILITY = 0.6
const GENERAL_CALL_PROBABILITY = 0.06
const EXTERNAL_PROBABILITY = 0.2

const REACHED_PROBABILITY = 0.42
const WITHDRAWN_BY_REQUESTER_PROBABILITY = 0.03
const EXPIRED_BY_HAND_PROBABILITY = 0.03
const BACKLOG_DAYS = 120
const BACKLOG_PROBABILITY = 0.2
const MOST_EXTERNAL_ATTEMPTS = 8
const MOST_DAYS_BETWEEN_WITHDRAWAL_AND_END = 10

const IN_HOUSE_PROBABILITY = 0.08
const RECRUITER_VERIFIES_PROBABILITY = 0.14

/** The calls that a pledge gave rise to. */
export function callsOf(setting: Setting, told: PledgeCase): CallRows[] {
  const { random } = setting
  const { charity } = told.shift
  return [...occasions(random, told)].map((occasion) => {
    const isExternal = random.isLucky(EXTERNAL_PROBABILITY)
    const maxAttempts = isExternal
      ? random.integer(1, MOST_EXTERNAL_ATTEMPTS)
      : charity.maxCallAttempts
    const course = { ...runCourse(random, occasion, maxAttempts), isExternal }
    const subject = {
      personUuid: told.personUuid,
      personOrganizationUuid: charity.uuid,
      pledgeUuid: occasion.isAboutPledge ? told.uuid : null,
    }
    return createCall(setting, subject, pickPerformer(setting, told, occasion.type), {
      ...course,
      isWithdrawal: isFollowedByEnd(course, told),
    })
  })
}

/** Who makes a call: mostly a call centre, now and then the charity or whoever recruited the pledge. */
export function pickPerformer(
  { random, world }: Setting,
  { shift }: PledgeCase,
  type: CallType,
): Employer {
  if (random.isLucky(IN_HOUSE_PROBABILITY)) return shift.charity
  if (type === 'VERIFICATION' && random.isLucky(RECRUITER_VERIFIES_PROBABILITY)) {
    return shift.recruiter
  }
  return random.pickWeighted(world.callCentres)
}

function* occasions(random: Random, { story }: PledgeCase): Generator<Occasion> {
  const endedAt = endedAtOf(story)
  const until = { untilAt: endedAt ?? ANCHOR_AT, isAboutPledge: true }
  function after(at: EpochMilliseconds, leastDays: number, mostDays: number): EpochMilliseconds {
    return instantBetween(
      random,
      at + leastDays * DAY_IN_MILLISECONDS,
      at + mostDays * DAY_IN_MILLISECONDS,
    )
  }
  function* occasion(
    type: CallType,
    requestedAt: EpochMilliseconds,
    { untilAt, isAboutPledge } = until,
  ) {
    if (requestedAt <= untilAt) yield { type, requestedAt, untilAt, isAboutPledge }
  }

  if (random.isLucky(VERIFICATION_PROBABILITY)) {
    yield* occasion('VERIFICATION', story.createdAt + random.integer(0, 20 * HOUR_IN_MILLISECONDS))
  }
  if (story.activatedAt !== null && random.isLucky(HAPPY_CALL_PROBABILITY)) {
    yield* occasion('HAPPY_CALL', after(story.activatedAt, 14, 120))
    if (random.isLucky(SECOND_HAPPY_CALL_PROBABILITY)) {
      yield* occasion('HAPPY_CALL', after(story.activatedAt, 365, 500))
    }
  }
  if (story.cancelledAt !== null && random.isLucky(WINBACK_PROBABILITY)) {
    yield* occasion('WINBACK', after(story.cancelledAt, 7, 90), { ...until, untilAt: ANCHOR_AT })
  }
  if (random.isLucky(GENERAL_CALL_PROBABILITY)) {
    yield* occasion(
      random.pick(['HAPPY_CALL', 'WINBACK'] as const),
      after(endedAt ?? story.createdAt, 30, 400),
      { untilAt: ANCHOR_AT, isAboutPledge: false },
    )
  }
}

/**
 * How a call went. An attempt is recorded for every try, but where it is the last one that the owner allows:
 * that one is recorded only when it fails, because the call expires with it.
 */
function runCourse(
  random: Random,
  { type, requestedAt, untilAt }: Occasion,
  maxAttempts: number,
): Omit<CallCourse, 'isWithdrawal' | 'isExternal'> {
  const attemptedAt: EpochMilliseconds[] = []
  const course = { type, requestedAt, attemptedAt, hasExpiryDate: false } as const
  const isEnded = untilAt < ANCHOR_AT
  const cutShort = isEnded
    ? ({ ...course, status: 'CANCELLED', endedAt: untilAt } as const)
    : ({ ...course, status: 'REQUESTED', endedAt: null } as const)
  const isInBacklog =
    ANCHOR_AT - requestedAt < BACKLOG_DAYS * DAY_IN_MILLISECONDS &&
    random.isLucky(BACKLOG_PROBABILITY)
  if (isInBacklog) return cutShort

  for (let triedAt = firstTry(random, requestedAt); ;) {
    if (triedAt > untilAt) return cutShort
    if (random.isLucky(REACHED_PROBABILITY)) {
      const endedAt = triedAt + random.integer(2, 9) * MINUTE_IN_MILLISECONDS
      if (endedAt > untilAt) return cutShort
      if (attemptedAt.length + 1 < maxAttempts) attemptedAt.push(triedAt)
      return { ...course, status: 'COMPLETED', endedAt }
    }
    attemptedAt.push(triedAt)
    if (attemptedAt.length >= maxAttempts) {
      return { ...course, status: 'EXPIRED', endedAt: triedAt }
    }
    const nextAt = daytimeInstant(random, triedAt, random.integer(1, 4))
    if (nextAt <= untilAt) {
      if (random.isLucky(WITHDRAWN_BY_REQUESTER_PROBABILITY)) {
        return { ...course, status: 'CANCELLED', endedAt: nextAt }
      }
      if (random.isLucky(EXPIRED_BY_HAND_PROBABILITY)) {
        const hasExpiryDate = random.isLucky(0.5)
        return { ...course, status: 'EXPIRED', endedAt: nextAt, hasExpiryDate }
      }
    }
    triedAt = nextAt
  }
}

function firstTry(random: Random, requestedAt: EpochMilliseconds): EpochMilliseconds {
  return random.isLucky(0.4)
    ? requestedAt + random.integer(5 * MINUTE_IN_MILLISECONDS, 2 * HOUR_IN_MILLISECONDS)
    : daytimeInstant(random, requestedAt, random.integer(1, 2))
}

function isFollowedByEnd(
  { status, endedAt }: Pick<CallCourse, 'status' | 'endedAt'>,
  { story }: PledgeCase,
): boolean {
  const stoppedAt = story.droppedAt ?? story.cancelledAt
  if (status !== 'COMPLETED' || endedAt === null || stoppedAt === null) return false
  const passed = stoppedAt - endedAt
  return passed >= 0 && passed < MOST_DAYS_BETWEEN_WITHDRAWAL_AND_END * DAY_IN_MILLISECONDS
}
