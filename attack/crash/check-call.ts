import type { Charity } from './cast.ts'
import { checkImported, type Checking } from './check-pledge.ts'
import { importedBy } from './import-load.ts'
import { type LedgerEntry, tally } from './ledger.ts'
import { KEPT, REFUSED_IS_NOTHING, RULES, WHOLE } from './promise.ts'
import { marksOf, possibleMarks } from './register.ts'
import type { StoredCall, StoredChange } from './stored.ts'
import type { Verdict } from './verdict.ts'

const ENDS = ['COMPLETED', 'CANCELLED', 'EXPIRED'] as const

/** Compares a managed call with the acts on it. */
export function checkCall(
  { cast, verdict, actor }: Checking,
  entry: LedgerEntry,
  stored: StoredCall,
  changes: readonly StoredChange[],
): void {
  const { uuid, acts } = entry
  const expect = expecting(verdict, `call ${uuid}`, stored)
  const count = (kind: string, by?: string | null) =>
    changes.filter((change) => change.kind === kind && (by === undefined || change.actor === by))
      .length

  const created = acts.find(({ kind, outcome }) => kind === 'createCall' && outcome !== 'refused')
  expect(REFUSED_IS_NOTHING, created !== undefined, 'nobody created it')
  expect(WHOLE, count('CALL_CREATED', actor) === 1, 'it was not recorded once that it was created')
  expect(KEPT, created === undefined || stored.notes === created.mark, 'its notes')
  expect(KEPT, stored.performer === cast.callCentre, 'who performs it')

  checkAttempts(expect, entry, stored, count)
  checkLimit(expect, cast.charities, stored, count)

  const completions = acts.filter(({ kind }) => kind === 'completeCall')
  const completed = tally(entry, 'completeCall')
  const cancelled = tally(entry, 'cancelCall')
  const expired = tally(entry, 'expireCall')
  const later = acts.filter(({ kind }) => kind === 'expireCallLater')
  expect(RULES, completed.least + cancelled.least + expired.least <= 1, 'it ended twice')
  expect(KEPT, completed.least <= count('CALL_COMPLETED', actor), 'its completion')
  expect(KEPT, cancelled.least <= count('CALL_CANCELLED', actor), 'its cancellation')
  expect(KEPT, expired.least <= count('CALL_EXPIRED'), 'its expiry')
  expect(REFUSED_IS_NOTHING, count('CALL_COMPLETED') <= completed.most, 'it was not completed')
  expect(REFUSED_IS_NOTHING, count('CALL_CANCELLED') <= cancelled.most, 'it was not cancelled')
  expect(
    KEPT,
    marksOf(later, 'acknowledged').size <= count('CALL_EXPIRY_SET') + count('CALL_EXPIRED'),
    'a date at which it expires is not recorded',
  )
  expect(
    REFUSED_IS_NOTHING,
    count('CALL_EXPIRY_SET') <= tally(entry, 'expireCallLater').most,
    'nobody set a date at which it expires',
  )
  expect(
    KEPT,
    stored.expiresAt === null || marksOf(later, 'acknowledged', 'unknown').has(stored.expiresAt),
    'nobody gave the date at which it expires',
  )
  if (stored.status === 'COMPLETED') {
    const sure = marksOf(completions, 'acknowledged')
    const results = sure.size > 0 ? sure : marksOf(completions, 'unknown')
    expect(KEPT, results.has(stored.result), 'its result is not that of its completion')
  }
  checkEnds(expect, stored, count)
  const last = Math.max(...changes.map(({ occurredAt }) => occurredAt))
  expect(WHOLE, stored.updatedAt === last, `its last change was at ${last}`)
}

type Expect = (promise: string, holds: boolean, what: string) => void
type Count = (kind: string) => number

function checkAttempts(
  expect: Expect,
  { acts }: LedgerEntry,
  { attempts, attemptNumbers }: StoredCall,
  count: Count,
): void {
  const asked = acts.filter(({ kind }) => kind === 'attemptCall')
  for (const mark of new Set([...asked.map((act) => act.mark), ...attempts])) {
    const own = asked.filter((act) => act.mark === mark)
    const least = own.filter(({ outcome }) => outcome === 'acknowledged').length
    const most = own.filter(({ outcome }) => outcome !== 'refused').length
    const found = attempts.filter((at) => at === mark).length
    expect(KEPT, least <= found, `the attempt at ${String(mark)} is lost`)
    expect(REFUSED_IS_NOTHING, found <= most, `the attempt at ${String(mark)} was not made`)
  }
  expect(
    WHOLE,
    attemptNumbers.every((number, index) => number === index + 1),
    'numbers of attempts',
  )
  expect(WHOLE, count('CALL_ATTEMPTED') === attempts.length, 'attempts and changes differ')
}

function checkLimit(
  expect: Expect,
  charities: readonly Charity[],
  { attempts, owner, status }: StoredCall,
  count: Count,
): void {
  const { maxCallAttempts = 0 } = charities.find(({ uuid }) => uuid === owner) ?? {}
  expect(RULES, attempts.length <= maxCallAttempts, `more than ${maxCallAttempts} attempts`)
  expect(
    RULES,
    attempts.length < maxCallAttempts || (status === 'EXPIRED' && count('CALL_EXPIRED') === 1),
    'all attempts were made, and it has not expired',
  )
}

function checkEnds(expect: Expect, stored: StoredCall, count: Count): void {
  const { status, requestedAt, completedAt, cancelledAt, expiredAt, result } = stored
  for (const end of ENDS) {
    const isEnded = count(`CALL_${end}`) === 1
    expect(WHOLE, isEnded === (status === end) && count(`CALL_${end}`) <= 1, `its end as ${end}`)
  }
  expect(RULES, (status === 'COMPLETED') === (completedAt !== null && result !== null), 'completed')
  expect(RULES, (status === 'CANCELLED') === (cancelledAt !== null), 'cancelled')
  expect(RULES, (status === 'EXPIRED') === (expiredAt !== null), 'expired')
  const end = completedAt ?? cancelledAt ?? expiredAt
  expect(RULES, end === null || end >= requestedAt, 'it ended before it was requested')
}

/** Compares an imported call with the imports of it. */
export function checkImportedCall(
  { verdict }: Checking,
  { uuid, acts }: LedgerEntry,
  stored: StoredCall,
  changes: readonly StoredChange[],
): void {
  const expect = expecting(verdict, `imported call ${uuid}`, stored)
  expect(KEPT, possibleMarks(acts).has(stored.notes), 'its notes are not the last ones')
  const { attempts } = importedBy(stored.notes ?? '', [])
  expect(WHOLE, stored.attempts.length === attempts, `its attempts are not ${attempts}`)
  checkImported(expect, acts, changes, 'CALL')
}

function expecting(verdict: Verdict, what: string, stored: StoredCall): Expect {
  return (promise, holds, problem) => {
    verdict.expect(promise, holds, () => `${what}: ${problem}: ${JSON.stringify(stored)}`)
  }
}
