import * as fc from 'fast-check'
import { CALL_STATUSES, CALL_TYPES } from '../../src/call/rules.ts'
import { CHANGE_KINDS } from '../../src/feed/rules.ts'
import { DONATION_INTERVALS, PLEDGE_STATUSES, RECRUITMENT_TYPES } from '../../src/pledge/rules.ts'
import { TRANSACTION_STATUSES, TRANSACTION_TYPES } from '../../src/transaction/rules.ts'
import { type Choice, chosen } from './choice.ts'
import type { World } from './world.ts'

type Organization = World['organizations'][number]
type Person = World['persons'][number]
type Pledge = World['pledges'][number]
type Call = World['calls'][number]

/** When it is for whoever reads a world: some of its instants are past, and some are still to come. */
export const WORLD_NOW = new Date('2026-05-01T12:00:00.002Z')

/** So few that many rows share a millisecond, and so close that the next one is often the neighbour. */
export const WORLD_INSTANTS = [
  '2025-12-31T23:59:59.999Z',
  '2026-05-01T12:00:00.000Z',
  '2026-05-01T12:00:00.001Z',
  '2026-05-01T12:00:00.002Z',
  '2026-05-01T12:00:00.003Z',
  '2026-06-01T00:00:00.000Z',
].map((text) => new Date(text))

export const EXTERNAL_NAMES = ['crm', 'Bel&Win', 'o\'source "1", {\\2}']

const AWKWARD_TEXTS = [
  "O'Brien",
  'de "Wit"',
  'C:\\temp\\n',
  'tab\tline\n',
  '\u2028',
  'null',
  '\u0007{}',
]

const CHANGES = 40

/** Up to which position a cursor may tell the position. */
export const WORLD_PLAIN_UNTIL = 25

/** What names the record of a change, before one of them does. */
const ofNone = { pledgeUuid: null, callUuid: null, personUuid: null, transactionUuid: null }

const uuids = fc.uuid({ version: 4 })
const texts = fc
  .oneof(fc.constantFrom(...AWKWARD_TEXTS), fc.string({ unit: 'grapheme', maxLength: 12 }))
  .map((text) => `${text.replaceAll('\0', '0')}.`)
const amounts = fc.integer({ min: 1, max: 100_000_000 }).map((cents) => (cents / 100).toFixed(2))
const objects = fc.dictionary(
  fc.constantFrom('a', 'b', 'c d', '"'),
  fc.oneof(
    texts,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(true, false, null),
    fc.array(fc.integer(), { maxLength: 3 }),
  ),
  { maxKeys: 3, noNullPrototype: true },
)

/** Small worlds in which much is null, much coincides, and everything refers to everything it may. */
export const randomWorlds: fc.Arbitrary<World> = chosen((choice) => {
  const { among, chance, from, maybe } = choice
  const instant = () => among(WORLD_INSTANTS)
  const organizations = many(4, () => ({
    uuid: from(uuids),
    name: from(texts),
    maxCallAttempts: 1 + choice.upTo(2),
    coolingDownDays: 14,
    createdAt: instant(),
  }))
  const users = many(4, () => ({
    uuid: from(uuids),
    name: from(texts),
    organizationUuid: maybe(() => among(organizations).uuid),
  }))
  const focusAreas = many(4, (index) => ({
    uuid: from(uuids),
    // Databases differ in how they sort names of any other kind.
    name: `cause ${index}`,
    organizationUuid: among(organizations).uuid,
  }))
  const persons = many(8, () => ({
    uuid: from(uuids),
    owningOrganizationUuid: among(organizations).uuid,
    firstName: maybe(() => from(texts)),
    lastName: from(texts),
    email: maybe(() => from(texts)),
    phoneNumber: maybe(() => from(texts)),
    createdAt: instant(),
    updatedAt: instant(),
    erasedAt: maybe(instant),
  }))
  const user = () => among(users).uuid
  const pledges = many(24, (index) => randomPledge(choice, index, persons, organizations, user))
  const calls = many(24, (index) =>
    randomCall(choice, index, pledges, persons, organizations, user),
  )
  const transactions = many(36, () => {
    const pledge = among(pledges)
    return {
      uuid: from(uuids),
      pledgeUuid: pledge.uuid,
      owningOrganizationUuid: pledge.owningOrganizationUuid,
      recruitingOrganizationUuid: pledge.recruitingOrganizationUuid,
      type: among(TRANSACTION_TYPES),
      status: among(TRANSACTION_STATUSES),
      amount: from(amounts),
      createdAt: instant(),
      updatedAt: instant(),
      executedAt: maybe(instant),
    }
  })
  return {
    organizations,
    users,
    focusAreas,
    persons,
    pledges,
    pledgeFocusAreas: pledges.flatMap((pledge) =>
      focusAreas
        .filter(() => chance(0.3))
        .map((focusArea) => ({ pledgeUuid: pledge.uuid, focusAreaUuid: focusArea.uuid })),
    ),
    transactions,
    calls,
    callAttempts: calls.flatMap((call) =>
      many(choice.upTo(3), (index) => ({
        callUuid: call.uuid,
        number: index + 1,
        attemptedAt: instant(),
        attemptedByUuid: maybe(user),
      })),
    ),
    changes: many(CHANGES, (index) => ({
      number: index + 1,
      uuid: from(uuids),
      // In another order than that in which they were recorded.
      position: chance(0.9) ? 1 + ((index * 7) % CHANGES) : null,
      kind: among(CHANGE_KINDS),
      occurredAt: instant(),
      actor: maybe(() => from(texts)),
      changedFields: many(choice.upTo(2), () => among(['status', 'startsAt', 'recruiter'])),
      ...ofNone,
      ...among([
        () => ({ pledgeUuid: among(pledges).uuid }),
        () => ({ callUuid: among(calls).uuid }),
        () => ({ personUuid: among(persons).uuid }),
        () => ({ transactionUuid: among(transactions).uuid }),
      ])(),
    })),
  }
})

function randomPledge(
  { among, chance, from, maybe, upTo }: Choice,
  index: number,
  persons: readonly Person[],
  organizations: readonly Organization[],
  user: () => string,
): Pledge {
  const { uuid: personUuid, owningOrganizationUuid } = among(persons)
  const status = among(PLEDGE_STATUSES)
  const instant = () => among(WORLD_INSTANTS)
  const isExternal = chance(0.5)
  const isReleased = {
    LEAD: chance(0.5),
    ACTIVE: true,
    FULFILLED: true,
    DROPPED: false,
    CANCELLED: chance(0.5),
  }
  const isEnded = status === 'FULFILLED' || chance(0.5)
  const donation = () => ({ amount: from(amounts), interval: among(DONATION_INTERVALS) })
  const [initial, present] = [donation(), donation()]
  // Of an external record anything may be missing, and anything may be there, whatever its status.
  const when = <Value>(isDue: boolean, make: () => Value) =>
    isExternal ? maybe(make) : isDue ? make() : null
  return {
    uuid: from(uuids),
    status,
    type: among(RECRUITMENT_TYPES),
    personUuid,
    owningOrganizationUuid,
    recruitingOrganizationUuid: among(organizations).uuid,
    recruiterUuid: maybe(user),
    recruitingLocationLabel: maybe(() => from(texts)),
    initialDonationAmount: when(true, () => initial.amount),
    initialDonationInterval: when(true, () => initial.interval),
    donationAmount: when(true, () => present.amount),
    donationInterval: when(true, () => present.interval),
    preferredPaymentDay: maybe(() => 1 + upTo(27)),
    startsAt: maybe(() => WORLD_INSTANTS[0]!),
    endsAt: when(isEnded, instant),
    createdAt: isExternal ? instant() : among(WORLD_INSTANTS.slice(0, -1)),
    updatedAt: instant(),
    releasedAt: when(isReleased[status], instant),
    droppedAt: when(status === 'DROPPED', () => WORLD_INSTANTS.at(-1)!),
    cancelledAt: when(status === 'CANCELLED', () => WORLD_INSTANTS.at(-1)!),
    cancellationReason: when(status === 'CANCELLED', () => from(texts)),
    signatureKey: null,
    originMetadata: maybe(() => from(objects)),
    externalSourceName: isExternal ? among(EXTERNAL_NAMES) : null,
    externalSourceId: isExternal ? `id ${index}` : null,
    externalProperties: maybe(() => from(objects)),
  }
}

function randomCall(
  { among, chance, from, maybe }: Choice,
  index: number,
  pledges: readonly Pledge[],
  persons: readonly Person[],
  organizations: readonly Organization[],
  user: () => string,
): Call {
  const pledge = maybe(() => among(pledges))
  const person = pledge ? persons.find(({ uuid }) => uuid === pledge.personUuid)! : among(persons)
  const status = among(CALL_STATUSES)
  const isExternal = chance(0.5)
  const instant = () => among(WORLD_INSTANTS)
  const latest = () => WORLD_INSTANTS.at(-1)!
  const when = <Value>(isDue: boolean, make: () => Value) =>
    isExternal ? maybe(make) : isDue ? make() : null
  return {
    uuid: from(uuids),
    status,
    type: among(CALL_TYPES),
    personUuid: person.uuid,
    personOrganizationUuid: person.owningOrganizationUuid,
    pledgeUuid: pledge?.uuid ?? null,
    organizationUuid: among(organizations).uuid,
    requestedAt: instant(),
    requestedByUuid: maybe(user),
    createdAt: instant(),
    updatedAt: instant(),
    completedAt: when(status === 'COMPLETED', latest),
    completedByUuid: when(status === 'COMPLETED', user),
    cancelledAt: when(status === 'CANCELLED', latest),
    expiresAt: when(chance(0.5), latest),
    expiredAt: when(status === 'EXPIRED', latest),
    result: when(status === 'COMPLETED', () => from(texts)),
    notes: maybe(() => from(texts)),
    externalApplicationName: isExternal ? among(EXTERNAL_NAMES) : null,
    externalReferenceId: isExternal ? `reference ${index}` : null,
    externalAgentReferenceId: isExternal ? maybe(() => from(texts)) : null,
    externalStatusCode: isExternal ? maybe(() => from(texts)) : null,
    externalStatusDescription: isExternal ? maybe(() => from(texts)) : null,
  }
}

function many<Row>(count: number, make: (index: number) => Row): Row[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
