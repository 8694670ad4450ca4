import type { Cast } from './cast.ts'
import { importedBy } from './import-load.ts'
import { type ActKind, type LedgerEntry, tally } from './ledger.ts'
import { KEPT, REFUSED_IS_NOTHING, RULES, WHOLE } from './promise.ts'
import { marksOf, possibleMarks } from './register.ts'
import type { StoredChange, StoredPledge } from './stored.ts'
import type { Verdict } from './verdict.ts'

/** What a check of one record has to go by. */
export interface Checking {
  readonly cast: Cast
  readonly verdict: Verdict
  /** The email of the account that acts. */
  readonly actor: string
  /** The names of the stored files. */
  readonly files: ReadonlySet<string>
}

/** What can happen to a pledge once only, the act that does it, and whether the sweeps do it too. */
const ONCE: readonly (readonly [act: ActKind, change: string, bySweep: boolean])[] = [
  ['releasePledge', 'PLEDGE_RELEASED', true],
  ['activatePledge', 'PLEDGE_ACTIVATED', false],
  ['dropPledge', 'PLEDGE_DROPPED', false],
  ['cancelPledge', 'PLEDGE_CANCELLED', false],
  ['fulfillPledge', 'PLEDGE_FULFILLED', true],
]

const ENDS = ['DROPPED', 'CANCELLED', 'FULFILLED'] as const

/** Compares a managed pledge with the acts on it. */
export function checkPledge(
  { cast, verdict, actor, files }: Checking,
  entry: LedgerEntry,
  stored: StoredPledge,
  changes: readonly StoredChange[],
): void {
  const { uuid, acts } = entry
  const expect = (promise: string, holds: boolean, what: string) => {
    verdict.expect(promise, holds, () => `pledge ${uuid}: ${what}: ${JSON.stringify(stored)}`)
  }
  const count = (kind: string, by?: string | null) =>
    changes.filter((change) => change.kind === kind && (by === undefined || change.actor === by))
      .length

  const created = acts.find(({ kind, outcome }) => kind === 'createPledge' && outcome !== 'refused')
  expect(REFUSED_IS_NOTHING, created !== undefined, 'nobody created it')
  expect(
    WHOLE,
    count('PLEDGE_CREATED', actor) === 1,
    'it was not recorded once that it was created',
  )
  if (created) {
    const { input } = created
    const isAsAsked =
      Number(stored.amount) === Number(input['initialDonationAmount']) &&
      stored.person === input['personUuid'] &&
      stored.owner === input['owningOrganizationUuid'] &&
      stored.recruiter === input['recruitingOrganizationUuid'] &&
      stored.origin?.['act'] === created.number
    expect(KEPT, isAsAsked, 'it is not as it was created')
    const areas = [...(input['focusAreaUuids'] as string[])].sort()
    expect(WHOLE, areas.join() === [...stored.focusAreas].sort().join(), 'its focus areas')
    const { signatureKey } = stored
    const isSigned = signatureKey !== null
    expect(WHOLE, isSigned === (input['signature'] !== undefined), 'its signature')
    expect(WHOLE, !isSigned || files.has(signatureKey), 'the file of its signature')
  }

  const labels = acts.filter(({ kind }) => kind === 'createPledge' || kind === 'labelPledge')
  expect(KEPT, possibleMarks(labels).has(stored.label), 'its label is not the last one')
  const ends = acts.filter(({ kind }) => kind === 'endPledge')
  expect(KEPT, possibleMarks(ends).has(stored.endsAt), 'its end is not the last one')
  const updates = acts.filter(({ kind }) => kind === 'labelPledge' || kind === 'endPledge')
  expect(
    KEPT,
    marksOf(updates, 'acknowledged').size <= count('PLEDGE_UPDATED', actor),
    'an update is not recorded',
  )
  expect(
    REFUSED_IS_NOTHING,
    count('PLEDGE_UPDATED') <= tally(entry, 'labelPledge', 'endPledge').most,
    'more updates are recorded than were made',
  )

  for (const [act, change, bySweep] of ONCE) {
    const { least, most } = tally(entry, act)
    expect(RULES, least <= 1 && count(change) <= 1, `${change} happened more than once`)
    expect(KEPT, least <= count(change, actor), `${change} is not recorded`)
    expect(REFUSED_IS_NOTHING, count(change, actor) <= most, `${change} was not asked for`)
    const others = count(change) - count(change, actor) - (bySweep ? count(change, null) : 0)
    expect(REFUSED_IS_NOTHING, others === 0, `somebody else did ${change}`)
  }
  if (stored.status === 'CANCELLED') {
    const reasons = acts.filter(({ kind }) => kind === 'cancelPledge')
    const sure = marksOf(reasons, 'acknowledged')
    const isGiven = sure.size > 0 ? sure : marksOf(reasons, 'unknown')
    expect(KEPT, isGiven.has(stored.reason), 'its reason is not that of its cancellation')
  }
  checkStatus(expect, count, stored, changes)
  const areas = cast.charities.find(({ uuid }) => uuid === stored.owner)?.focusAreas ?? []
  expect(
    RULES,
    stored.focusAreas.every((area) => areas.includes(area)),
    'a foreign focus area',
  )
}

type Expect = (promise: string, holds: boolean, what: string) => void

function checkStatus(
  expect: Expect,
  count: (kind: string) => number,
  stored: StoredPledge,
  changes: readonly StoredChange[],
): void {
  const { status, createdAt, releasedAt, droppedAt, cancelledAt, startsAt, endsAt } = stored
  const isReleased = releasedAt !== null
  const wasActivated = count('PLEDGE_ACTIVATED') === 1
  expect(WHOLE, (count('PLEDGE_RELEASED') === 1) === isReleased, 'its release')
  for (const end of ENDS) {
    expect(WHOLE, (count(`PLEDGE_${end}`) === 1) === (status === end), `its end as ${end}`)
  }
  expect(WHOLE, status !== 'LEAD' || !wasActivated, 'it is a lead and was activated')
  expect(WHOLE, (status !== 'ACTIVE' && status !== 'FULFILLED') || wasActivated, 'its activation')
  expect(RULES, !wasActivated || (isReleased && startsAt !== null), 'activated, and not released')
  expect(RULES, status !== 'DROPPED' || (!isReleased && (droppedAt ?? 0) >= createdAt), 'dropped')
  expect(
    RULES,
    status !== 'CANCELLED' || (isReleased && (cancelledAt ?? 0) >= createdAt),
    'cancelled',
  )
  const fulfilled = changes.find(({ kind }) => kind === 'PLEDGE_FULFILLED')
  expect(
    RULES,
    !fulfilled || (endsAt !== null && endsAt <= fulfilled.occurredAt),
    'fulfilled before its end',
  )
  const last = Math.max(...changes.map(({ occurredAt }) => occurredAt))
  expect(WHOLE, stored.updatedAt === last, `its last change was at ${last}`)
}

/** Compares an imported pledge with the imports of it. */
export function checkImportedPledge(
  { cast, verdict }: Checking,
  { uuid, acts }: LedgerEntry,
  stored: StoredPledge,
  changes: readonly StoredChange[],
): void {
  const expect = (promise: string, holds: boolean, what: string) => {
    verdict.expect(
      promise,
      holds,
      () => `imported pledge ${uuid}: ${what}: ${JSON.stringify(stored)}`,
    )
  }
  expect(KEPT, possibleMarks(acts).has(stored.label), 'its label is not the last one')
  const { focusAreas = [] } = cast.charities.find((charity) => charity.uuid === stored.owner) ?? {}
  const wanted = importedBy(stored.label ?? '', focusAreas).focusAreas
  expect(WHOLE, [...wanted].sort().join() === [...stored.focusAreas].sort().join(), 'focus areas')
  checkImported(expect, acts, changes, 'PLEDGE')
}

/** What holds of every imported record: it was created once, and changed as often as it says something else. */
export function checkImported(
  expect: Expect,
  acts: LedgerEntry['acts'],
  changes: readonly StoredChange[],
  subject: 'PLEDGE' | 'CALL',
): void {
  const created = changes.filter(({ kind }) => kind === `${subject}_CREATED`).length
  const least = marksOf(acts, 'acknowledged').size
  const most = marksOf(acts, 'acknowledged', 'unknown').size
  expect(WHOLE, created === 1, 'it was not recorded once that it was created')
  expect(KEPT, changes.length >= least, `of ${least} imports only ${changes.length} are recorded`)
  expect(REFUSED_IS_NOTHING, changes.length <= most, `${most} imports, ${changes.length} changes`)
  expect(
    WHOLE,
    changes.every(({ actor }) => actor === 'import'),
    'somebody else changed it',
  )
}
