import { DEFAULT_COOLING_DOWN_DAYS, DEFAULT_MAX_CALL_ATTEMPTS } from '../organization/rules.ts'
import type { focusAreas, organizations, users } from '../organization/table.ts'
import { dateOf, HISTORY_STARTS_AT, HOUR_IN_MILLISECONDS, instantBetween } from './calendar.ts'
import { type Random, weigh, type Weighted } from './random.ts'
import {
  AGENCIES,
  CALL_CENTRES,
  CHARITIES,
  type CharityProfile,
  FREELANCER_COUNT,
  type ServiceProfile,
} from './vocabulary/organization.ts'
import { FIRST_NAMES, LAST_NAMES } from './vocabulary/person.ts'

type OrganizationRow = typeof organizations.$inferSelect
type FocusAreaRow = typeof focusAreas.$inferSelect
type UserRow = typeof users.$inferSelect

/** An organization with the people who work for it. */
export interface Employer {
  readonly uuid: string
  readonly userUuids: readonly string[]
}

/** An organization that owns persons and pledges. */
export interface Charity extends Employer {
  readonly maxCallAttempts: number
  readonly coolingDownDays: number
  readonly focusAreaUuids: readonly string[]
}

/** Whoever is there before the first pledge: the organizations and their people, and their rows. */
export interface World {
  readonly organizations: readonly OrganizationRow[]
  readonly focusAreas: readonly FocusAreaRow[]
  readonly users: readonly UserRow[]
  readonly charities: Weighted<Charity>
  readonly agencies: Weighted<Employer>
  readonly callCentres: Weighted<Employer>
  readonly freelancerUuids: readonly string[]
}

const OPENING_LASTS_MILLISECONDS = 72 * HOUR_IN_MILLISECONDS

/** Makes up the organizations, their focus areas and their people. */
export function createWorld(random: Random): World {
  const organizations: OrganizationRow[] = []
  const focusAreas: FocusAreaRow[] = []
  const users: UserRow[] = []

  function open(profile: ServiceProfile & Partial<CharityProfile>): Employer {
    const uuid = random.uuid()
    const { maxCallAttempts = DEFAULT_MAX_CALL_ATTEMPTS } = profile
    const { coolingDownDays = DEFAULT_COOLING_DOWN_DAYS } = profile
    const createdAt = dateOf(
      instantBetween(random, HISTORY_STARTS_AT, HISTORY_STARTS_AT + OPENING_LASTS_MILLISECONDS),
    )
    organizations.push({ uuid, name: profile.name, maxCallAttempts, coolingDownDays, createdAt })
    return { uuid, userUuids: hire(profile.userCount, uuid) }
  }

  function hire(count: number, organizationUuid: string | null): string[] {
    return Array.from({ length: count }, () => {
      const name = `${random.pickEarly(FIRST_NAMES)} ${random.pickEarly(LAST_NAMES)}`
      const user = { uuid: random.uuid(), name, organizationUuid }
      users.push(user)
      return user.uuid
    })
  }

  function openCharity(profile: CharityProfile): Charity {
    const employer = open(profile)
    const areas = profile.focusAreas.map((name) => ({
      uuid: random.uuid(),
      organizationUuid: employer.uuid,
      name,
    }))
    focusAreas.push(...areas)
    return { ...profile, ...employer, focusAreaUuids: areas.map(({ uuid }) => uuid) }
  }

  return {
    organizations,
    focusAreas,
    users,
    charities: weigh(CHARITIES.map((profile) => [openCharity(profile), profile.weight])),
    agencies: weigh(AGENCIES.map((profile) => [open(profile), profile.weight])),
    callCentres: weigh(CALL_CENTRES.map((profile) => [open(profile), profile.weight])),
    freelancerUuids: hire(FREELANCER_COUNT, null),
  }
}
