import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { Acting } from '../act/authorize.ts'
import type { Done } from '../act/claim.ts'
import { command } from '../act/command.ts'
import { type Identity, insertOnce, refuseTaken, toldTo } from '../act/identity.ts'
import {
  findReferred,
  ORGANIZATION,
  PERSON,
  PLEDGE,
  type Reference,
  USER,
} from '../act/reference.ts'
import { actOn } from '../act/run.ts'
import { visibleTo } from '../act/visible.ts'
import type { Actor } from '../core/actor.ts'
import { readInput } from '../core/field.ts'
import { InvalidInputError, NotFoundError } from '../core/user-error.ts'
import type { Drizzle } from '../db/database.ts'
import { recordChanges } from '../feed/recording.ts'
import { organizations } from '../organization/table.ts'
import { erasureIssues } from '../person/reference.ts'
import { PERSONAL_CALL_COLUMNS, personalIssues } from '../person/rules.ts'
import {
  addCallAttemptInput,
  cancelCallInput,
  completeCallInput,
  type CreateCall,
  decideCreation,
  expireCallInput,
  readCreateCall,
} from './field-rules.ts'
import {
  CALL_ACTION_PERMISSION,
  type CallCommand,
  CallConflictError,
  type CallDecision,
  CallTransitionError,
  decideCallAction,
  decideExpiry,
  type StoredCall,
  unrecordedExpiry,
} from './rules.ts'
import { callAttempts, calls, callSource } from './table.ts'

// A statement binds at most 65,535 values.
const MOST_ATTEMPTS_IN_A_STATEMENT = 1_000

/**
 * Creates a call. It is created once, however many clients post its UUID, or its external reference, at once: the
 * others meet a CallConflictError.
 */
export const createCall = command({
  permission: 'CALLS_CREATE',
  read: readCreateCall,
  async perform(acting: Acting, call) {
    const uuid = call.uuid ?? randomUUID()
    return await actOn(acting, uuid, (transaction) => insertCall(transaction, acting, call, uuid))
  },
})

/** Records a try at a call. */
export const addCallAttempt = command({
  permission: CALL_ACTION_PERMISSION.ADD_ATTEMPT,
  read: (input, clock) => readInput(addCallAttemptInput(clock), input),
  async perform(acting: Acting, attempt) {
    const user = { path: ['attemptedByUuid'], to: USER, uuid: attempt.attemptedByUuid }
    return await actOnCall(acting, { action: 'ADD_ATTEMPT', ...attempt }, [user])
  },
})

/** Completes a call. */
export const completeCall = command({
  permission: CALL_ACTION_PERMISSION.COMPLETE,
  read: (input, clock) => readInput(completeCallInput(clock), input),
  async perform(acting: Acting, completion) {
    const user = { path: ['completedByUuid'], to: USER, uuid: completion.completedByUuid }
    return await actOnCall(acting, { action: 'COMPLETE', ...completion }, [user])
  },
})

/** Cancels a call. */
export const cancelCall = command({
  permission: CALL_ACTION_PERMISSION.CANCEL,
  read: (input, clock) => readInput(cancelCallInput(clock), input),
  perform: (acting: Acting, cancelling) => actOnCall(acting, { action: 'CANCEL', ...cancelling }),
})

/** Expires a call, now or at a later date. */
export const expireCall = command({
  permission: CALL_ACTION_PERMISSION.EXPIRE,
  read: (input) => readInput(expireCallInput(), input),
  perform: (acting: Acting, expiring) => actOnCall(acting, { action: 'EXPIRE', ...expiring }),
})

async function insertCall(
  transaction: Drizzle,
  { actor, clock }: Acting,
  call: CreateCall,
  uuid: string,
): Promise<Done> {
  const identity = identityOf(call, uuid)
  await refuseTaken(transaction, toldTo(actor, call.organizationUuid, identity))
  const { personUuid } = call
  const referred = await findReferred(transaction, actor, referencesOf(call))
  const isErased = referred.isErased(PERSON, personUuid)
  const personal = isErased ? personalIssues(PERSONAL_CALL_COLUMNS, call) : []
  const issues = [...referred.issues, ...personal]
  const personOrganizationUuid = referred.ownerOf(PERSON, personUuid)
  if (issues.length > 0 || personOrganizationUuid === undefined) {
    throw new InvalidInputError(issues)
  }
  const now = clock()
  const { columns, attempts } = decideCreation(call, now)
  const row = { ...columns, uuid, personOrganizationUuid }
  await insertOnce(transaction, identity, () =>
    transaction.insert(calls).values(row).onConflictDoNothing().returning({ uuid: calls.uuid }),
  )
  for (let first = 0; first < attempts.length; first += MOST_ATTEMPTS_IN_A_STATEMENT) {
    const some = attempts.slice(first, first + MOST_ATTEMPTS_IN_A_STATEMENT)
    await transaction.insert(callAttempts).values(some.map((each) => ({ ...each, callUuid: uuid })))
  }
  await recordChanges(transaction, {
    kind: 'CALL_CREATED',
    occurredAt: now,
    actor: actor.email,
    changedFields: [],
    callUuid: uuid,
  })
  return { uuid }
}

async function actOnCall(
  acting: Acting,
  asked: CallCommand & { readonly callUuid: string },
  references: readonly Reference[] = [],
): Promise<Done> {
  const { actor, clock } = acting
  const { action, callUuid } = asked
  const { permissions, email } = actor
  return await actOn(acting, callUuid, async (transaction) => {
    const { issues } = await findReferred(transaction, actor, references)
    const call = await lockCall(transaction, actor, callUuid)
    const now = clock()
    const expiredAt = unrecordedExpiry(call, now)
    if (expiredAt) {
      // Time was there first: what it did is kept, though the act is refused.
      await writeDecision(transaction, callUuid, null, decideExpiry(expiredAt, expiredAt))
      return new CallTransitionError(call, action, permissions, now)
    }
    const personal = await erasureIssues(transaction, PERSONAL_CALL_COLUMNS, call, asked)
    const decision = decideCallAction(call, asked, permissions, now, [...issues, ...personal])
    await writeDecision(transaction, callUuid, email, decision)
    return { uuid: callUuid }
  })
}

/** Locks a call that the actor sees, and answers it as it then is. Throws a NotFoundError where there is none. */
async function lockCall(
  transaction: Drizzle,
  actor: Actor,
  uuid: string,
): Promise<StoredCall & { readonly personUuid: string }> {
  const [call] = await transaction
    .select({
      status: calls.status,
      externalApplicationName: calls.externalApplicationName,
      personUuid: calls.personUuid,
      personOrganizationUuid: calls.personOrganizationUuid,
      requestedAt: calls.requestedAt,
      expiresAt: calls.expiresAt,
      notes: calls.notes,
    })
    .from(calls)
    .where(and(eq(calls.uuid, uuid), visibleTo(actor, callSource)))
    .for('no key update')
  if (!call) throw new NotFoundError('call', uuid)
  // A statement of its own: one that has waited for a lock sees the row as it then is, and all else as before.
  const [limit] = await transaction
    .select({
      maxCallAttempts: organizations.maxCallAttempts,
      attemptCount: transaction.$count(callAttempts, eq(callAttempts.callUuid, uuid)),
    })
    .from(organizations)
    .where(eq(organizations.uuid, call.personOrganizationUuid))
  if (!limit) throw new Error(`the owner of the person of call ${uuid} is gone`)
  return { ...call, ...limit }
}

async function writeDecision(
  transaction: Drizzle,
  callUuid: string,
  actor: string | null,
  { columns, attempt, changes }: CallDecision,
): Promise<void> {
  if (changes.length === 0) return
  if (attempt) await transaction.insert(callAttempts).values({ callUuid, ...attempt })
  await transaction.update(calls).set(columns).where(eq(calls.uuid, callUuid))
  await recordChanges(transaction, ...changes.map((each) => ({ ...each, actor, callUuid })))
}

/** Which call another one would be if it had this UUID, or in its organization the same external reference. */
function identityOf({ externalMetadata, organizationUuid }: CreateCall, uuid: string): Identity {
  const hasExternalName =
    externalMetadata &&
    and(
      eq(calls.externalApplicationName, externalMetadata.applicationName),
      eq(calls.externalReferenceId, externalMetadata.referenceId),
      eq(calls.organizationUuid, organizationUuid),
    )
  return {
    table: calls,
    uuid,
    hasExternalName: hasExternalName ?? undefined,
    Conflict: CallConflictError,
  }
}

function referencesOf(command: CreateCall): Reference[] {
  const { organizationUuid, personUuid, pledgeUuid, requestedByUuid, attempts } = command
  const belongsTo = { uuid: personUuid, message: "must be the UUID of one of the person's pledges" }
  return [
    { path: ['personUuid'], to: PERSON, uuid: personUuid },
    { path: ['organizationUuid'], to: ORGANIZATION, uuid: organizationUuid },
    { path: ['pledgeUuid'], to: PLEDGE, uuid: pledgeUuid, belongsTo },
    { path: ['requestedByUuid'], to: USER, uuid: requestedByUuid },
    ...(attempts ?? []).map(({ attemptedByUuid }, index) => ({
      path: ['attempts', String(index), 'attemptedByUuid'],
      to: USER,
      uuid: attemptedByUuid,
    })),
  ]
}
