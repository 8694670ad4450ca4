import { checkCall, checkImportedCall } from './check-call.ts'
import { checkImportedPledge, checkPledge, type Checking } from './check-pledge.ts'
import { type Ledger, type LedgerEntry } from './ledger.ts'
import { DUE, FORWARD, KEPT, ONE_ORDER, REFUSED_IS_NOTHING, WHOLE } from './promise.ts'
import type { Stored, StoredCall, StoredPledge } from './stored.ts'

/** Within a minute what is due is done, and a fault may keep everybody from it for so long beside. */
const DUE_MILLISECONDS = 60_000 + 30_000

const END_STATUSES = new Set(['DROPPED', 'CANCELLED', 'FULFILLED', 'COMPLETED', 'EXPIRED'])

/** Compares what is stored with everything that was asked and answered, and with what was stored before. */
export function checkStored(
  checking: Checking,
  ledger: Ledger,
  stored: Stored,
  before: Stored | undefined,
): void {
  for (const entry of ledger.entries) checkEntry(checking, entry, stored)
  const { verdict } = checking
  for (const { uuid } of [...stored.pledges.values(), ...stored.calls.values()]) {
    verdict.expect(REFUSED_IS_NOTHING, ledger.entry(uuid) !== undefined, () => {
      return `record ${uuid} is there, and nobody asked for it`
    })
  }
  verdict.expect(WHOLE, stored.unlistedPersons === 0, () => {
    return `${stored.unlistedPersons} persons are not found by those who recruited or call them`
  })
  checkFeed(checking, stored, before)
  checkDue(checking, stored)
  if (before) checkForward(checking, stored, before)
}

function checkEntry(checking: Checking, entry: LedgerEntry, stored: Stored): void {
  const { uuid, kind, acts, isExternal } = entry
  const changes = stored.changesOf.get(uuid) ?? []
  const pledge = stored.pledges.get(uuid)
  const call = stored.calls.get(uuid)
  const found = kind === 'pledge' ? pledge : call
  if (!found) {
    const known = acts.find(({ outcome, isConflict }) => outcome === 'acknowledged' || isConflict)
    checking.verdict.expect(KEPT, known === undefined, () => {
      return `${kind} ${uuid} is not there, and act ${known?.number ?? 0} (${known?.kind ?? ''}) was acknowledged`
    })
    return
  }
  const { verdict } = checking
  for (const { updatedAt, number } of acts) {
    verdict.expect(FORWARD, updatedAt === undefined || updatedAt <= found.updatedAt, () => {
      return `${kind} ${uuid}: act ${number} answered updatedAt ${String(updatedAt)}, and now it is ${found.updatedAt}`
    })
  }
  if (pledge) (isExternal ? checkImportedPledge : checkPledge)(checking, entry, pledge, changes)
  if (call) (isExternal ? checkImportedCall : checkCall)(checking, entry, call, changes)
}

function checkFeed({ verdict }: Checking, { changes }: Stored, before: Stored | undefined): void {
  const placed = changes.filter(({ position }) => position !== null)
  for (const [index, { position, uuid, kind, organizations, noted }] of placed.entries()) {
    verdict.expect(ONE_ORDER, position === index + 1, () => {
      return `change ${uuid} is the ${index + 1}th of the feed, and has the position ${String(position)}`
    })
    verdict.expect(WHOLE, noted === organizations.length, () => {
      return `change ${uuid} (${kind}) is found by ${noted} of the ${organizations.length} organizations that see it`
    })
  }
  const earlier = before?.changes.filter(({ position }) => position !== null) ?? []
  for (const [index, { uuid }] of earlier.entries()) {
    verdict.expect(ONE_ORDER, placed[index]?.uuid === uuid, () => {
      return `at position ${index + 1} there was ${uuid}, and now there is ${placed[index]?.uuid ?? 'nothing'}`
    })
  }
}

function checkDue({ verdict, cast }: Checking, { pledges, calls, readAt }: Stored): void {
  const isOverdue = (at: number | null) => at !== null && at < readAt - DUE_MILLISECONDS
  const quick = new Set(
    cast.charities.filter(({ coolingDownDays }) => coolingDownDays === 0).map(({ uuid }) => uuid),
  )
  for (const pledge of pledges.values()) {
    if (pledge.externalSource !== null) continue
    const { status, owner, releasedAt, createdAt, endsAt, uuid } = pledge
    const isCooledDown = status === 'LEAD' && releasedAt === null && quick.has(owner)
    verdict.expect(DUE, !(isCooledDown && isOverdue(createdAt)), () => `${uuid} is not released`)
    verdict.expect(DUE, !(status === 'ACTIVE' && isOverdue(endsAt)), () => `${uuid} has not ended`)
  }
  for (const { status, externalApplication, expiresAt, uuid } of calls.values()) {
    const isDue = status === 'REQUESTED' && externalApplication === null && isOverdue(expiresAt)
    verdict.expect(DUE, !isDue, () => `call ${uuid} has not expired`)
  }
}

function checkForward({ verdict }: Checking, now: Stored, before: Stored): void {
  const pairs: [StoredPledge | StoredCall, StoredPledge | StoredCall | undefined][] = [
    ...[...before.pledges.values()].map((old) => [old, now.pledges.get(old.uuid)] as const),
    ...[...before.calls.values()].map((old) => [old, now.calls.get(old.uuid)] as const),
  ].map(([old, found]) => [old, found])
  for (const [old, found] of pairs) {
    verdict.expect(KEPT, found !== undefined, () => `record ${old.uuid} was there, and is gone`)
    if (!found) continue
    const isManaged =
      'label' in old ? old.externalSource === null : old.externalApplication === null
    verdict.expect(FORWARD, found.updatedAt >= old.updatedAt, () => {
      return `updatedAt of ${old.uuid} went from ${old.updatedAt} back to ${found.updatedAt}`
    })
    const isOver = isManaged && END_STATUSES.has(old.status)
    verdict.expect(FORWARD, !isOver || found.status === old.status, () => {
      return `${old.uuid} was ${old.status} and is ${found.status}`
    })
  }
}
