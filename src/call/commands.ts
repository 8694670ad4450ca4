import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { type Acting, authorize } from '../act/authorize.ts'
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
 * Creates a call, and answers its UUID. A call is created once, however many clients post its UUID, or its
 * external reference, at once: the others meet a CallConflictError.
 */
export async function createCall(
  { actor, database, clock }: Acting,
  input: unknown,
): Promise<string> {
  authorize(actor, 'CALLS_CREATE')
  const command = readCreateCall(input, clock)
  const uuid = command.uuid ?? randomUUID()
  await actOn(database, uuid, async (transaction) => {
    const identity = identityOf(command, uuid)
    await refuseTaken(transaction, toldTo(actor, command.organizationUuid, identity))
    const { personUuid } = command
    const referred = await findReferred(transaction, actor, referencesOf(command))
    const isErased = referred.isErased(PERSON, personUuid)
    const personal = isErased ? personalIssues(PERSONAL_CALL_COLUMNS, command) : []
    const issues = [...referred.issues, ...personal]
    const personOrganizationUuid = referred.ownerOf(PERSON, personUuid)
    if (issues.length > 0 || personOrganizationUuid === undefined) {
      throw new InvalidInputError(issues)
    }
    const now = clock()
    const { columns, attempts } = decideCreation(command, now)
    const row = { ...columns, uuid, personOrganizationUuid }
    await insertOnce(transaction, identity, () =>
      transaction.insert(calls).values(row).onConflictDoNothing().returning({ uuid: calls.uuid }),
    )
    for (let first = 0; first < attempts.length; first += MOST_ATTEMPTS_IN_A_STATEMENT) {
      const some = attempts.slice(first, first + MOST_ATTEMPTS_IN_A_STATEMENT)
      await transaction
        .insert(callAttempts)
        .values(some.map((each) => ({ ...each, callUuid: uuid })))
    }
    await recordChanges(transaction, {
      kind: 'CALL_CREATED',
      occurredAt: now,
      actor: actor.email,
      changedFields: [],
      callUuid: uuid,
    })
  })
  return uuid
}

/** Records a try at a call, and answers the call's UUID. */
export async function addCallAttempt(acting: Acting, input: unknown): Promise<string> {
  authorize(acting.actor, CALL_ACTION_PERMISSION.ADD_ATTEMPT)
  const command = readInput(addCallAttemptInput(acting.clock), input)
  const user = { path: ['attemptedByUuid'], to: USER, uuid: command.attemptedByUuid }
  return await actOnCall(acting, { action: 'ADD_ATTEMPT', ...command }, [user])
}

/** Completes a call, and answers its UUID. */
export async function completeCall(acting: Acting, input: unknown): Promise<string> {
  authorize(acting.actor, CALL_ACTION_PERMISSION.COMPLETE)
  const command = readInput(completeCallInput(acting.clock), input)
  const user = { path: ['completedByUuid'], to: USER, uuid: command.completedByUuid }
  return await actOnCall(acting, { action: 'COMPLETE', ...command }, [user])
}

/** Cancels a call, and answers its UUID. */
export async function cancelCall(acting: Acting, input: unknown): Promise<string> {
  authorize(acting.actor, CALL_ACTION_PERMISSION.CANCEL)
  const command = readInput(cancelCallInput(acting.clock), input)
  return await actOnCall(acting, { action: 'CANCEL', ...command })
}

/** Expires a call, now or at a later date, and answers its UUID. */
export async function expireCall(acting: Acting, input: unknown): Promise<string> {
  authorize(acting.actor, CALL_ACTION_PERMISSION.EXPIRE)
  const command = readInput(expireCallInput(), input)
  return await actOnCall(acting, { action: 'EXPIRE', ...command })
}

async function actOnCall(
  { actor, database, clock }: Acting,
  command: CallCommand & { readonly callUuid: string },
  references: readonly Reference[] = [],
): Promise<string> {
  const { action, callUuid } = command
  const { permissions, email } = actor
  const refusal = await actOn(database, callUuid, async (transaction) => {
    const { issues } = await findReferred(transaction, actor, references)
    const call = await lockCall(transaction, actor, callUuid)
    const now = clock()
    const expiredAt = unrecordedExpiry(call, now)
    if (expiredAt) {
      // Time was there first: what it did is kept, though the act is refused.
      await writeDecision(transaction, callUuid, null, decideExpiry(expiredAt, expiredAt))
      return new CallTransitionError(call, action, permissions, now)
    }
    const personal = await erasureIssues(transaction, PERSONAL_CALL_COLUMNS, call, command)
    const decision = decideCallAction(call, command, permissions, now, [...issues, ...personal])
    await writeDecision(transaction, callUuid, email, decision)
    return undefined
  })
  if (refusal) throw refusal
  return callUuid
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
