import { asc, eq, sql } from 'drizzle-orm'
import { clearInputs } from '../act/once.ts'
import { act } from '../act/run.ts'
import { decideExpiry, unrecordedExpiry } from '../call/rules.ts'
import { calls } from '../call/table.ts'
import type { Clock } from '../core/clock.ts'
import { OperatorError } from '../core/error.ts'
import type { Database, Drizzle } from '../db/database.ts'
import { type NewChange, recordChanges } from '../feed/recording.ts'
import { changedFields, newValues } from '../feed/rules.ts'
import { pledges } from '../pledge/table.ts'
import { arrayText } from '../read/filter.ts'
import { deleteDiscarded } from '../signature/commands.ts'
import { discardedSignatures } from '../signature/table.ts'
import type { Storage } from '../storage/storage.ts'
import {
  ERASED,
  PERSONAL_CALL_COLUMNS,
  PERSONAL_PLEDGE_COLUMNS,
  type PersonalColumn,
} from './rules.ts'
import { persons } from './table.ts'

/** What a person is erased with. */
export interface Erasing {
  readonly database: Database
  readonly storage: Pick<Storage, 'delete'>
  /** Asked under the locks under which the person is erased. */
  readonly clock: Clock
}

/** How many records of each sort had something to clear, and how many files were deleted. */
export interface Erasure {
  readonly persons: number
  readonly pledges: number
  readonly calls: number
  readonly signatures: number
}

/** Who acts where the operator's command line does. */
const OPERATOR_ACTOR = 'operator'

// A statement binds at most 65,535 values.
const MOST_IN_A_STATEMENT = 1_000

/**
 * Erases a person: clears what is known of them, and what their pledges and calls say of them, and deletes their
 * signatures. Erasing a person again clears nothing, and finishes what was interrupted. Throws an OperatorError
 * where there is no such person, and where a signature could not be deleted.
 */
export async function erasePerson(
  { database, storage, clock }: Erasing,
  uuid: string,
): Promise<Erasure> {
  const cleared = await act(database, (transaction) => clearPerson(transaction, uuid, clock))
  return { ...cleared, signatures: await deleteDiscarded(database, storage) }
}

async function clearPerson(
  transaction: Drizzle,
  uuid: string,
  clock: Clock,
): Promise<Omit<Erasure, 'signatures'>> {
  // The strongest lock: whoever creates a pledge or a call of the person is done before, or sees that they are erased.
  const [person] = await transaction
    .select()
    .from(persons)
    .where(eq(persons.uuid, uuid))
    .for('update')
  if (!person) throw new OperatorError(`there is no person ${uuid}`)
  // Statements of their own: one that has waited for a lock does not see what came meanwhile.
  const lockedPledges = await lockPledges(transaction, uuid)
  const lockedCalls = await lockCalls(transaction, uuid)
  const ofPledges = withPersonal(lockedPledges, PERSONAL_PLEDGE_COLUMNS)
  const ofCalls = withPersonal(lockedCalls, PERSONAL_CALL_COLUMNS)
  // Whatever their inputs said of the person: a record that says nothing now may have been made with some.
  await clearInputs(transaction, [person, ...lockedPledges, ...lockedCalls].map(uuidOf))
  const now = clock()
  const by = { occurredAt: now, actor: OPERATOR_ACTOR }

  const columns = newValues(person, { ...ERASED, erasedAt: person.erasedAt ?? now })
  const personFields = changedFields(columns)
  const changes: NewChange[] = []
  if (personFields.length > 0) {
    await transaction
      .update(persons)
      .set({ ...columns, updatedAt: now })
      .where(eq(persons.uuid, uuid))
    changes.push({ ...by, kind: 'PERSON_UPDATED', changedFields: personFields, personUuid: uuid })
  }

  await discard(transaction, ofPledges, now)
  await clear(transaction, pledges, PERSONAL_PLEDGE_COLUMNS, ofPledges, now)
  for (const { record, fields } of ofPledges) {
    changes.push({ ...by, kind: 'PLEDGE_UPDATED', changedFields: fields, pledgeUuid: record.uuid })
  }

  for (const { record } of ofCalls)
    changes.push(...(await expireWhereDue(transaction, record, now)))
  await clear(transaction, calls, PERSONAL_CALL_COLUMNS, ofCalls, now)
  for (const { record, fields } of ofCalls) {
    changes.push({ ...by, kind: 'CALL_UPDATED', changedFields: fields, callUuid: record.uuid })
  }

  for (let first = 0; first < changes.length; first += MOST_IN_A_STATEMENT) {
    await recordChanges(transaction, ...changes.slice(first, first + MOST_IN_A_STATEMENT))
  }
  return {
    persons: personFields.length > 0 ? 1 : 0,
    pledges: ofPledges.length,
    calls: ofCalls.length,
  }
}

function uuidOf({ uuid }: { readonly uuid: string }): string {
  return uuid
}

/** Locks the pledges of a person in the order in which an import does. */
async function lockPledges(transaction: Drizzle, personUuid: string) {
  return await transaction
    .select({
      uuid: pledges.uuid,
      signatureKey: pledges.signatureKey,
      originMetadata: pledges.originMetadata,
      externalProperties: pledges.externalProperties,
    })
    .from(pledges)
    .where(eq(pledges.personUuid, personUuid))
    .orderBy(asc(pledges.uuid))
    .for('no key update')
}

/** Locks the calls to a person in the order in which an import does. */
async function lockCalls(transaction: Drizzle, personUuid: string) {
  return await transaction
    .select({
      uuid: calls.uuid,
      status: calls.status,
      externalApplicationName: calls.externalApplicationName,
      expiresAt: calls.expiresAt,
      notes: calls.notes,
      externalStatusDescription: calls.externalStatusDescription,
    })
    .from(calls)
    .where(eq(calls.personUuid, personUuid))
    .orderBy(asc(calls.uuid))
    .for('no key update')
}

type StoredPledge = Awaited<ReturnType<typeof lockPledges>>[number]
type StoredCall = Awaited<ReturnType<typeof lockCalls>>[number]

/** A record that says something of its person, and the fields that do. */
interface Personal<Stored> {
  readonly record: Stored
  readonly fields: string[]
}

/** The records that say something of their person. */
function withPersonal<Stored extends object>(
  records: readonly Stored[],
  columns: readonly (PersonalColumn & { readonly column: keyof Stored })[],
): Personal<Stored>[] {
  return records
    .map((record) => ({
      record,
      fields: columns.filter(({ column }) => record[column] !== null).map(({ field }) => field),
    }))
    .filter(({ fields }) => fields.length > 0)
}

async function clear(
  transaction: Drizzle,
  table: typeof pledges | typeof calls,
  columns: readonly PersonalColumn[],
  records: readonly Personal<{ readonly uuid: string }>[],
  now: Date,
): Promise<void> {
  if (records.length === 0) return
  const uuids = records.map(({ record }) => record.uuid)
  await transaction
    .update(table)
    .set({ ...Object.fromEntries(columns.map(({ column }) => [column, null])), updatedAt: now })
    .where(sql`${table.uuid} = any(${arrayText(uuids)}::text::uuid[])`)
}

/** Notes which files are to be deleted: afterwards no record names them any more. */
async function discard(
  transaction: Drizzle,
  records: readonly Personal<StoredPledge>[],
  now: Date,
): Promise<void> {
  const rows = records.flatMap(({ record: { signatureKey: key } }) =>
    key === null ? [] : [{ key, discardedAt: now }],
  )
  for (let first = 0; first < rows.length; first += MOST_IN_A_STATEMENT) {
    const some = rows.slice(first, first + MOST_IN_A_STATEMENT)
    await transaction.insert(discardedSignatures).values(some).onConflictDoNothing()
  }
}

/** Records first what time has made of a call, as every act on it does; answers the changes. */
async function expireWhereDue(
  transaction: Drizzle,
  { uuid, ...call }: StoredCall,
  now: Date,
): Promise<NewChange[]> {
  const expiredAt = unrecordedExpiry(call, now)
  if (!expiredAt) return []
  const { columns, changes } = decideExpiry(expiredAt, expiredAt)
  await transaction.update(calls).set(columns).where(eq(calls.uuid, uuid))
  return changes.map((each) => ({ ...each, actor: null, callUuid: uuid }))
}
