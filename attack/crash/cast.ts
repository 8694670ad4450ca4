import { uuidFor } from '../support/random.ts'

/** A word in everything that a donor or an agent would not want to see in a log. */
export const CANARY = 'zqdonor'

const PERSONS_OF_EACH = 24
const FOCUS_AREAS_OF_EACH = 3

/** A charity with what belongs to it. */
export interface Charity {
  readonly uuid: string
  readonly coolingDownDays: number
  readonly maxCallAttempts: number
  readonly persons: readonly string[]
  readonly focusAreas: readonly string[]
}

/** Who and what the acts of a run are about. The same for the same seed. */
export interface Cast {
  readonly charities: readonly [Charity, Charity]
  readonly agency: string
  readonly callCentre: string
  readonly users: readonly string[]
  /** What imports begin with. */
  readonly lines: readonly string[]
}

/** Makes up who takes part in a run. */
export function makeCast(seed: number): Cast {
  const charity = (name: string, coolingDownDays: number, maxCallAttempts: number): Charity => ({
    uuid: uuidFor(seed, name),
    coolingDownDays,
    maxCallAttempts,
    persons: Array.from({ length: PERSONS_OF_EACH }, (_, index) => uuidFor(seed, name, 'p', index)),
    focusAreas: Array.from({ length: FOCUS_AREAS_OF_EACH }, (_, index) =>
      uuidFor(seed, name, 'f', index),
    ),
  })
  // Pledges of the first one are released by the sweeps, those of the second one by hand.
  const charities = [charity('quick', 0, 3), charity('slow', 14, 5)] as const
  const agency = uuidFor(seed, 'agency')
  const callCentre = uuidFor(seed, 'call centre')
  const users = Array.from({ length: 4 }, (_, index) => uuidFor(seed, 'user', index))
  const records = [
    ...charities.map(({ uuid, coolingDownDays, maxCallAttempts }) => ({
      entity: 'organization',
      ...{ uuid, name: 'Stichting', coolingDownDays, maxCallAttempts },
    })),
    { entity: 'organization', uuid: agency, name: 'Bureau' },
    { entity: 'organization', uuid: callCentre, name: 'Belcentrum' },
    ...users.map((uuid) => ({
      entity: 'user',
      ...{ uuid, name: 'Medewerker', organizationUuid: callCentre },
    })),
    ...charities.flatMap((each) => [
      ...each.focusAreas.map((uuid, index) => ({
        entity: 'focusArea',
        ...{ uuid, name: `Doel ${index}`, organizationUuid: each.uuid },
      })),
      ...each.persons.map((uuid, index) => ({
        entity: 'person',
        ...{ uuid, owningOrganizationUuid: each.uuid, lastName: `${CANARY} ${index}` },
        email: `${CANARY}${index}@example.org`,
      })),
    ]),
  ]
  const lines = records.map((record) => JSON.stringify(record))
  return { charities, agency, callCentre, users, lines }
}
