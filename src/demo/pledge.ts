import type { Euros } from '../core/money.ts'
import { type DonationInterval, FIRST_PAYMENT_DAY, LAST_PAYMENT_DAY } from '../pledge/rules.ts'
import type { pledgeFocusAreas, pledges } from '../pledge/table.ts'
import { dateOf } from './calendar.ts'
import { pickAmount } from './donation.ts'
import type { Random } from './random.ts'
import type { Setting } from './setting.ts'
import type { Shift } from './shift.ts'
import { signatureKeyOf } from './signature.ts'
import { type Story, updatedAtOf } from './story.ts'
import { CANCELLATION_REASONS, SEGMENTS } from './vocabulary/phrase.ts'

type PledgeRow = typeof pledges.$inferSelect
type PledgeFocusAreaRow = typeof pledgeFocusAreas.$inferSelect

/** A pledge as it is told, before it is written down as a row. */
export interface PledgeCase {
  readonly uuid: string
  readonly personUuid: string
  readonly shift: Shift
  readonly interval: DonationInterval
  readonly initialAmount: Euros
  readonly story: Story
}

const USUAL_PAYMENT_DAYS = [1, 25, 26, 27, 28]
const MOST_FOCUS_AREAS = 3

/** The row of a pledge. A complete one has every detail that a managed lead can have. */
export function createPledge(setting: Setting, told: PledgeCase, isComplete = false): PledgeRow {
  const { random } = setting
  const { shift, story } = told
  const row: PledgeRow = {
    uuid: told.uuid,
    status: story.status,
    type: shift.type,
    personUuid: told.personUuid,
    owningOrganizationUuid: shift.charity.uuid,
    recruitingOrganizationUuid: shift.recruiter.uuid,
    recruiterUuid: isComplete || random.isLucky(0.93) ? pickRecruiter(setting, shift) : null,
    recruitingLocationLabel: isComplete || random.isLucky(0.94) ? shift.location : null,
    initialDonationAmount: told.initialAmount,
    initialDonationInterval: told.interval,
    donationAmount:
      story.donationChangedAt === null ? told.initialAmount : pickAmount(random, told.interval),
    donationInterval: told.interval,
    preferredPaymentDay: isComplete || random.isLucky(0.6) ? pickPaymentDay(random) : null,
    startsAt: dateOf(story.startsAt),
    endsAt: dateOf(story.endsAt),
    createdAt: dateOf(story.createdAt),
    updatedAt: dateOf(updatedAtOf(story)),
    releasedAt: dateOf(story.releasedAt),
    droppedAt: dateOf(story.droppedAt),
    cancelledAt: dateOf(story.cancelledAt),
    cancellationReason:
      story.status === 'CANCELLED' ? random.pickEarly(CANCELLATION_REASONS) : null,
    signatureKey: signatureKeyOf(told.uuid, shift.type, isComplete),
    originMetadata: isComplete || random.isLucky(0.5) ? originOf(random, shift) : null,
    externalSourceName: null,
    externalSourceId: null,
    externalProperties:
      isComplete || random.isLucky(0.08) ? { segment: random.pick(SEGMENTS) } : null,
  }
  return shift.source ? asSourceHasIt(setting, shift.source, row) : row
}

/** The focus areas of a pledge: at least so many, and at most three. */
export function createPledgeFocusAreas(
  random: Random,
  { uuid: pledgeUuid, shift }: PledgeCase,
  least = 0,
): PledgeFocusAreaRow[] {
  return random
    .pickSome(shift.charity.focusAreaUuids, random.integer(least, MOST_FOCUS_AREAS))
    .map((focusAreaUuid) => ({ pledgeUuid, focusAreaUuid }))
}

function pickRecruiter({ random, world }: Setting, { recruiter }: Shift): string {
  return random.pickEarly(random.isLucky(0.04) ? world.freelancerUuids : recruiter.userUuids)
}

function pickPaymentDay(random: Random): number {
  return random.isLucky(0.75)
    ? random.pick(USUAL_PAYMENT_DAYS)
    : random.integer(FIRST_PAYMENT_DAY, LAST_PAYMENT_DAY)
}

function originOf(random: Random, { campaign, type }: Shift): Record<string, unknown> {
  return {
    campaign,
    channel: type === 'D2D' ? 'door' : 'street',
    tablet: `TB-${String(random.integer(1, 240)).padStart(3, '0')}`,
    ...(random.isLucky(0.3) ? { ageGroup: random.pick(['18-29', '30-44', '45-64', '65+']) } : {}),
  }
}

/** What a source tells of a pledge, which is not always everything, and need not keep our rules. */
function asSourceHasIt(
  { random, externalIds }: Setting,
  source: NonNullable<Shift['source']>,
  row: PledgeRow,
): PledgeRow {
  const isAmountKnown = random.isLucky(0.88)
  const isDateKnown = random.isLucky(0.9)
  return {
    ...row,
    externalSourceName: source.name,
    externalSourceId: externalIds.next(source.idPrefix),
    signatureKey: null,
    externalProperties: random.isLucky(0.7)
      ? {
          dossier: `D${String(random.integer(1_000, 99_999))}`,
          segment: random.pick(SEGMENTS),
          exported: random.isLucky(0.5),
        }
      : null,
    initialDonationAmount: isAmountKnown && random.isLucky(0.93) ? row.initialDonationAmount : null,
    donationAmount: isAmountKnown ? row.donationAmount : null,
    initialDonationInterval: random.isLucky(0.95) ? row.initialDonationInterval : null,
    releasedAt: random.isLucky(0.6) ? row.releasedAt : null,
    droppedAt: isDateKnown ? row.droppedAt : null,
    cancelledAt: isDateKnown ? row.cancelledAt : null,
    cancellationReason: random.isLucky(0.85) ? row.cancellationReason : null,
  }
}
