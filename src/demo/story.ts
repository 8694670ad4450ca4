import type { EpochMilliseconds } from '../core/instant.ts'
import type { DonationInterval, PledgeStatus } from '../pledge/rules.ts'
import {
  ANCHOR_AT,
  DAY_IN_MILLISECONDS,
  daytimeInstant,
  dayOfMonth,
  instantBetween,
  MINUTE_IN_MILLISECONDS,
} from './calendar.ts'
import type { Random } from './random.ts'

/** What became of a pledge, by the rules for managed ones; what has not happened is null. */
export interface Story {
  readonly status: PledgeStatus
  readonly createdAt: EpochMilliseconds
  readonly releasedAt: EpochMilliseconds | null
  readonly activatedAt: EpochMilliseconds | null
  readonly droppedAt: EpochMilliseconds | null
  readonly cancelledAt: EpochMilliseconds | null
  readonly fulfilledAt: EpochMilliseconds | null
  readonly donationChangedAt: EpochMilliseconds | null
  /** Planned dates, which may lie after the anchor. */
  readonly startsAt: EpochMilliseconds | null
  readonly endsAt: EpochMilliseconds | null
}

export interface Beginning {
  readonly createdAt: EpochMilliseconds
  readonly coolingDownDays: number
  readonly interval: DonationInterval
  /** Whether something was collected when the donor signed up, which rules dropping out. */
  readonly isCollected: boolean
}

const MOST_RELEASE_DELAY_MILLISECONDS = MINUTE_IN_MILLISECONDS - 1
const MOST_FULFILL_DELAY_MILLISECONDS = MINUTE_IN_MILLISECONDS - 1
const MOST_DAYS_TO_ACTIVATION = 9

const REGRET_PROBABILITY = 0.12
const PLANNED_START_PROBABILITY = 0.4
const LEFT_UNCOLLECTED_PROBABILITY = 0.03
const CANCELLED_UNCOLLECTED_PROBABILITY = 0.03
const PLANNED_END_PROBABILITY = 0.07
const CHANGED_DONATION_PROBABILITY = 0.08
const MEAN_DAYS_TO_CANCELLATION = 1_100

/** The story of a pledge of which only the beginning is told: a lead that is not yet released. */
export function leadOf(createdAt: EpochMilliseconds): Story {
  return {
    status: 'LEAD',
    createdAt,
    releasedAt: null,
    activatedAt: null,
    droppedAt: null,
    cancelledAt: null,
    fulfilledAt: null,
    donationChangedAt: null,
    startsAt: null,
    endsAt: null,
  }
}

/** What becomes of a pledge until the anchor. */
export function tellStory(random: Random, beginning: Beginning): Story {
  const { createdAt, coolingDownDays, isCollected } = beginning
  const isPlanned = random.isLucky(PLANNED_START_PROBABILITY)
  const coolingDownEndsAt = createdAt + coolingDownDays * DAY_IN_MILLISECONDS
  const lead = {
    ...leadOf(createdAt),
    startsAt: isPlanned ? dayOfMonth(coolingDownEndsAt, 1, 1) : null,
  }
  if (random.isLucky(REGRET_PROBABILITY)) {
    const regretAt = daytimeInstant(random, createdAt, random.integer(1, coolingDownDays - 1))
    if (regretAt > ANCHOR_AT) return lead
    return isCollected
      ? { ...lead, status: 'CANCELLED', cancelledAt: regretAt }
      : { ...lead, status: 'DROPPED', droppedAt: regretAt }
  }
  const released = releasedWhenDue(random, lead, coolingDownDays)
  return released.releasedAt === null ? lead : tellAfterRelease(random, released, beginning)
}

/** The story of a lead, with its release where its cooling-down period has run out by the anchor. */
export function releasedWhenDue(random: Random, lead: Story, coolingDownDays: number): Story {
  const dueAt = lead.createdAt + coolingDownDays * DAY_IN_MILLISECONDS
  const releasedAt = dueAt + random.integer(0, MOST_RELEASE_DELAY_MILLISECONDS)
  return releasedAt > ANCHOR_AT ? lead : { ...lead, releasedAt }
}

/** When a pledge came to its end; null while it has not. */
export function endedAtOf(story: Story): EpochMilliseconds | null {
  return story.droppedAt ?? story.cancelledAt ?? story.fulfilledAt
}

/** When the last of what happened to a pledge happened. */
export function updatedAtOf(story: Story): EpochMilliseconds {
  return Math.max(
    story.createdAt,
    story.releasedAt ?? 0,
    story.activatedAt ?? 0,
    story.donationChangedAt ?? 0,
    endedAtOf(story) ?? 0,
  )
}

function tellAfterRelease(random: Random, released: Story, { interval }: Beginning): Story {
  const releasedAt = released.releasedAt ?? released.createdAt
  const nextAt = daytimeInstant(random, releasedAt, random.integer(1, MOST_DAYS_TO_ACTIVATION))
  if (nextAt > ANCHOR_AT || random.isLucky(LEFT_UNCOLLECTED_PROBABILITY)) return released
  if (random.isLucky(CANCELLED_UNCOLLECTED_PROBABILITY)) {
    return { ...released, status: 'CANCELLED', cancelledAt: nextAt }
  }
  const startsAt = released.startsAt ?? nextAt
  const endsAt = plannedEnd(random, startsAt, interval)
  return tellEnd(
    random,
    { ...released, status: 'ACTIVE', activatedAt: nextAt, startsAt, endsAt },
    interval,
  )
}

function plannedEnd(
  random: Random,
  startsAt: EpochMilliseconds,
  interval: DonationInterval,
): EpochMilliseconds | null {
  if (interval === 'ONCE') return startsAt + 30 * DAY_IN_MILLISECONDS
  if (!random.isLucky(PLANNED_END_PROBABILITY)) return null
  return startsAt + random.pick([182, 365, 365, 730]) * DAY_IN_MILLISECONDS
}

function tellEnd(random: Random, active: Story, interval: DonationInterval): Story {
  const activatedAt = active.activatedAt ?? active.createdAt
  const daysToCancellation = 1 - Math.log(1 - random.fraction()) * MEAN_DAYS_TO_CANCELLATION
  const cancelledAt = daytimeInstant(random, activatedAt, Math.floor(daysToCancellation))
  const fulfilledAt =
    active.endsAt === null
      ? Infinity
      : active.endsAt + random.integer(0, MOST_FULFILL_DELAY_MILLISECONDS)
  const endedAt = Math.min(cancelledAt, fulfilledAt)
  const isChanged = interval !== 'ONCE' && random.isLucky(CHANGED_DONATION_PROBABILITY)
  const story = isChanged
    ? {
        ...active,
        donationChangedAt: instantBetween(random, activatedAt, Math.min(endedAt, ANCHOR_AT)),
      }
    : active
  if (endedAt > ANCHOR_AT) return story
  return cancelledAt < fulfilledAt
    ? { ...story, status: 'CANCELLED', cancelledAt }
    : { ...story, status: 'FULFILLED', fulfilledAt }
}
