import { type Random, weigh } from '../../src/demo/random.ts'
import { CANARY, type Cast } from './cast.ts'
import type { Act, ActKind, Ledger, LedgerEntry } from './ledger.ts'

/** An act that is about to be sent. */
export type Draft = Pick<Act, 'number' | 'kind' | 'uuid' | 'mark' | 'input'>

/** Everything that a draft is made of. */
export interface Drafting {
  readonly cast: Cast
  readonly ledger: Ledger
  /** Before everything that happens in the run. */
  readonly startedAt: number
}

type ManagedKind = Exclude<ActKind, 'importPledge' | 'importCall'>

interface MutationName {
  readonly mutation: string
  readonly record: 'pledge' | 'call'
}

const MUTATIONS: Readonly<Record<ManagedKind, MutationName>> = {
  createPledge: { mutation: 'createPledge', record: 'pledge' },
  labelPledge: { mutation: 'updatePledge', record: 'pledge' },
  endPledge: { mutation: 'updatePledge', record: 'pledge' },
  releasePledge: { mutation: 'releasePledge', record: 'pledge' },
  activatePledge: { mutation: 'activatePledge', record: 'pledge' },
  dropPledge: { mutation: 'dropPledge', record: 'pledge' },
  cancelPledge: { mutation: 'cancelPledge', record: 'pledge' },
  fulfillPledge: { mutation: 'fulfillPledge', record: 'pledge' },
  createCall: { mutation: 'createCall', record: 'call' },
  attemptCall: { mutation: 'addCallAttempt', record: 'call' },
  completeCall: { mutation: 'completeCall', record: 'call' },
  cancelCall: { mutation: 'cancelCall', record: 'call' },
  expireCall: { mutation: 'expireCall', record: 'call' },
  expireCallLater: { mutation: 'expireCall', record: 'call' },
}

const KINDS = weigh<ManagedKind>([
  ['createPledge', 22],
  ['labelPledge', 12],
  ['endPledge', 5],
  ['releasePledge', 8],
  ['activatePledge', 10],
  ['dropPledge', 4],
  ['cancelPledge', 5],
  ['fulfillPledge', 3],
  ['createCall', 14],
  ['attemptCall', 16],
  ['completeCall', 3],
  ['cancelCall', 2],
  ['expireCall', 2],
  ['expireCallLater', 4],
])

/** So few that several clients act on the same ones. */
const RECORDS_ACTED_ON = 40
const HOUR_MILLISECONDS = 3_600_000
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The document of an act. Every one answers its record under the same names. */
export function documentOf(kind: ActKind): string {
  const { mutation, record } = MUTATIONS[kind as ManagedKind]
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`
  return `mutation ($input: ${type}Input!) { act: ${mutation}(input: $input) { __typename ... on ${type}Payload { record: ${record} { uuid updatedAt } } ... on UserError { code message } } }`
}

/** Chooses an act. What is chosen depends on the sequence of choices and on the newest records alone. */
export function draft(random: Random, drafting: Drafting): Draft {
  const kind = random.pickWeighted(KINDS)
  const { record } = MUTATIONS[kind]
  const number = drafting.ledger.nextNumber()
  const mark = `${CANARY} ${number}`
  if (kind === 'createPledge') return draftPledge(random, drafting, number)
  if (kind === 'createCall') return draftCall(random, drafting, number)
  const known = drafting.ledger.newest(record, RECORDS_ACTED_ON)
  if (known.length === 0) return draftPledge(random, drafting, number)
  const { uuid } = random.pickEarly(known)
  const about = { number, kind, uuid }
  const input = { [`${record}Uuid`]: uuid }
  const user = random.pick(drafting.cast.users)
  switch (kind) {
    case 'labelPledge':
      return { ...about, mark, input: { ...input, recruitingLocationLabel: mark } }
    case 'endPledge': {
      const at = instantFor(number, random.integer(1_000, 6_000))
      return { ...about, mark: at, input: { ...input, endsAt: new Date(at).toISOString() } }
    }
    case 'cancelPledge':
      return { ...about, mark, input: { ...input, reason: mark } }
    case 'attemptCall': {
      const at = drafting.startedAt - HOUR_MILLISECONDS + number
      const attemptedAt = new Date(at).toISOString()
      return { ...about, mark: at, input: { ...input, attemptedByUuid: user, attemptedAt } }
    }
    case 'completeCall':
      return { ...about, mark, input: { ...input, completedByUuid: user, result: mark } }
    case 'expireCallLater': {
      const at = instantFor(number, random.integer(1_000, 5_000))
      return { ...about, mark: at, input: { ...input, expiresAt: new Date(at).toISOString() } }
    }
    case 'releasePledge':
    case 'activatePledge':
    case 'dropPledge':
    case 'fulfillPledge':
    case 'cancelCall':
    case 'expireCall':
      return { ...about, mark: null, input }
  }
}

/** A new pledge, also for whoever only wants to know whether acts are possible. */
export function draftPledge(random: Random, { cast }: Drafting, number: number): Draft {
  const charity = random.pick(cast.charities)
  const uuid = random.uuid()
  const mark = `${CANARY} ${number}`
  const input = {
    uuid,
    personUuid: random.pick(charity.persons),
    owningOrganizationUuid: charity.uuid,
    recruitingOrganizationUuid: cast.agency,
    recruiterUuid: random.pick(cast.users),
    type: random.pick(['D2D', 'STREET'] as const),
    initialDonationAmount: `${random.integer(1, 90)}.50`,
    initialDonationInterval: 'MONTHLY',
    recruitingLocationLabel: mark,
    originMetadata: { act: number, note: mark },
    focusAreaUuids: random.pickSome(charity.focusAreas, random.integer(0, 3)),
    ...(random.isLucky(0.1) && { signature: { contentType: 'image/png', base64: PNG } }),
  }
  return { number, kind: 'createPledge', uuid, mark, input }
}

function draftCall(random: Random, { cast, ledger, startedAt }: Drafting, number: number): Draft {
  const charity = random.pick(cast.charities)
  const uuid = random.uuid()
  const mark = `${CANARY} ${number}`
  const pledge = random.isLucky(0.5) ? anyPledge(random, ledger) : undefined
  const input = {
    uuid,
    personUuid: pledge?.personUuid ?? random.pick(charity.persons),
    organizationUuid: cast.callCentre,
    type: random.pick(['VERIFICATION', 'HAPPY_CALL', 'WINBACK'] as const),
    // Long before everything, so that an attempt of any number lies after it.
    requestedAt: new Date(startedAt - 2 * HOUR_MILLISECONDS).toISOString(),
    notes: mark,
    ...(pledge && { pledgeUuid: pledge.uuid }),
  }
  return { number, kind: 'createCall', uuid, mark, input }
}

function anyPledge(random: Random, ledger: Ledger) {
  const isThere = ({ acts }: LedgerEntry) =>
    acts.some(({ kind, outcome }) => kind === 'createPledge' && outcome === 'acknowledged')
  const known = ledger.newest('pledge', RECORDS_ACTED_ON).filter(isThere)
  if (known.length === 0) return undefined
  const { uuid, acts } = random.pickEarly(known)
  const personUuid = acts.find(({ kind }) => kind === 'createPledge')?.input['personUuid']
  return { uuid, personUuid: String(personUuid) }
}

/** An instant some time from now, which no other act gives: its milliseconds tell the act. */
function instantFor(number: number, milliseconds: number): number {
  const second = Math.floor((Date.now() + milliseconds) / 1_000)
  return second * 1_000 + (number % 1_000)
}
