import type { EpochMilliseconds } from '../core/instant.ts'
import type { RecruitmentType } from '../pledge/rules.ts'
import { recruitingInstant } from './calendar.ts'
import { type Random, weigh, type Weighted } from './random.ts'
import { CAMPAIGNS, PLEDGE_SOURCES } from './vocabulary/phrase.ts'
import { CITIES, SQUARES, STREETS } from './vocabulary/place.ts'
import type { Charity, Employer, World } from './world.ts'

export type PledgeSource = (typeof PLEDGE_SOURCES)[number]

/** Pledges that one team recruits in one place for one charity, and that arrive at one instant. */
export interface Shift {
  readonly arrivesAt: EpochMilliseconds
  readonly pledgeCount: number
  readonly charity: Charity
  /** Who recruits: an agency, or the charity itself. */
  readonly recruiter: Employer
  readonly type: RecruitmentType
  readonly location: string
  readonly campaign: string
  /** Where the pledges come from; null when they are managed here. */
  readonly source: PledgeSource | null
}

const IN_HOUSE_PROBABILITY = 0.09
const EXTERNAL_PROBABILITY = 0.2
const TOGETHER_PROBABILITY = 0.08
const FEWEST_TOGETHER = 2
const MOST_TOGETHER = 5

const EVENING_STARTS_AT_HOUR = 15
const DOOR_TO_DOOR_PROBABILITY = { daytime: 0.3, evening: 0.75 }

const SOURCES: Weighted<PledgeSource> = weigh(
  PLEDGE_SOURCES.map((source, index) => [source, PLEDGE_SOURCES.length - index]),
)

/**
 * The shifts of the first pledges out of a number of them, in the order of their arrival. Most pledges arrive
 * alone; some arrive together, when a team's tablets synchronize.
 */
export function* shiftsOf(
  random: Random,
  world: World,
  { first, outOf }: { first: number; outOf: number },
): Generator<Shift> {
  for (let done = 0; done < first;) {
    const size = random.isLucky(TOGETHER_PROBABILITY)
      ? random.integer(FEWEST_TOGETHER, MOST_TOGETHER)
      : 1
    const pledgeCount = Math.min(size, first - done)
    done += pledgeCount
    const arrivesAt = arrivalOf(random, done - 1, outOf)
    const source = random.isLucky(EXTERNAL_PROBABILITY) ? random.pickWeighted(SOURCES) : null
    yield createShift(random, world, { arrivesAt, pledgeCount, source })
  }
}

/** When a pledge arrives, by its place among all of them: never before one with a lower place. */
export function arrivalOf(random: Random, place: number, outOf: number): EpochMilliseconds {
  return recruitingInstant((place + random.fraction()) / outOf)
}

/** A shift with that arrival, for any charity by any recruiting organization. */
export function createShift(
  random: Random,
  world: World,
  given: Pick<Shift, 'arrivesAt' | 'pledgeCount' | 'source'>,
): Shift {
  const charity = random.pickWeighted(world.charities)
  const isInHouse = random.isLucky(IN_HOUSE_PROBABILITY)
  const isEvening = new Date(given.arrivesAt).getUTCHours() >= EVENING_STARTS_AT_HOUR
  const isDoorToDoor = random.isLucky(DOOR_TO_DOOR_PROBABILITY[isEvening ? 'evening' : 'daytime'])
  return {
    ...given,
    charity,
    recruiter: isInHouse ? charity : random.pickWeighted(world.agencies),
    type: isDoorToDoor ? 'D2D' : 'STREET',
    location: isDoorToDoor
      ? `${random.pick(STREETS)}, ${random.pickEarly(CITIES)}`
      : random.pick(SQUARES),
    campaign: `${random.pick(CAMPAIGNS)}-${String(new Date(given.arrivesAt).getUTCFullYear())}`,
  }
}
