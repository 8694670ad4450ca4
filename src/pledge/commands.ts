import { randomUUID } from 'node:crypto'
import { and, eq, inArray, or } from 'drizzle-orm'
import type { z } from 'zod'
import { act, type Acting, authorize, recordChanges } from '../change/commands.ts'
import {
  findReferred,
  FOCUS_AREA,
  ORGANIZATION,
  PERSON,
  type Reference,
  USER,
} from '../change/reference.ts'
import { changedFields, type ChangeKind } from '../change/rules.ts'
import type { Actor } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import { readInput } from '../core/field.ts'
import { InvalidInputError, NotFoundError, UserError } from '../core/user-error.ts'
import type { Drizzle } from '../db/database.ts'
import { visibleTo } from '../read/visibility.ts'
import { newSignatureKey, type Signature } from '../signature/rules.ts'
import type { Storage } from '../storage/storage.ts'
import { EVER_COLLECTED } from '../transaction/rules.ts'
import { transactions } from '../transaction/table.ts'
import {
  cancelPledgeInput,
  type CreatePledge,
  decideCorrection,
  decideCreation,
  dropPledgeInput,
  pledgeInput,
  readCreatePledge,
  updatePledgeInput,
} from './field-rules.ts'
import {
  decideStatusAction,
  PLEDGE_ACTION_PERMISSION,
  PledgeConflictError,
  type StatusAction,
  type StatusCommand,
} from './rules.ts'
import { pledgeFocusAreas, pledges, pledgeSource } from './table.ts'

type Columns = Partial<typeof pledges.$inferInsert>

/** Creates a pledge. Answers its UUID. */
export async function createPledge(
  acting: Acting & { readonly storage: Pick<Storage, 'put' | 'delete'> },
  input: unknown,
): Promise<string> {
  const { actor, database, clock, storage } = acting
  authorize(actor, 'PLEDGES_CREATE')
  const command = await readCreatePledge(input, clock)
  // So that whoever tries again does not have the file stored again.
  await refuseTaken(database.drizzle, command)
  const uuid = command.uuid ?? randomUUID()
  const signatureKey = await storeSignature(storage, uuid, command.signature)
  try {
    return await act(database, (transaction) =>
      insertPledge(transaction, acting, { ...command, uuid }, signatureKey),
    )
  } catch (error) {
    // Of anything else it is not known that the pledge is not there.
    if (signatureKey !== null && error instanceof UserError) {
      await storage.delete(signatureKey).catch(() => undefined)
    }
    throw error
  }
}

/** Corrects a pledge. Answers its UUID. */
export async function updatePledge(acting: Acting, input: unknown): Promise<string> {
  const { actor, database, clock } = acting
  authorize(actor, 'PLEDGES_UPDATE')
  const { pledgeUuid, ...correction } = readInput(updatePledgeInput(), input)
  await act(database, async (transaction) => {
    const pledge = await lockPledge(transaction, actor, pledgeUuid)
    const { columns, issues } = decideCorrection(pledge, correction)
    const referred = await findReferred(transaction, actor, [
      { path: ['recruiterUuid'], to: USER, uuid: columns.recruiterUuid },
    ])
    refuse([...issues, ...referred.issues])
    await save(transaction, acting, pledgeUuid, 'PLEDGE_UPDATED', columns, clock())
  })
  return pledgeUuid
}

/** Ends a pledge's cooling-down period. Answers its UUID. */
export const releasePledge = statusAct('RELEASE', pledgeInput, () => ({ action: 'RELEASE' }))

/** Starts a pledge's collection. Answers its UUID. */
export const activatePledge = statusAct('ACTIVATE', pledgeInput, () => ({ action: 'ACTIVATE' }))

/** Ends a pledge that was never begun. Answers its UUID. */
export const dropPledge = statusAct('DROP', dropPledgeInput, ({ droppedAt }) => ({
  action: 'DROP',
  droppedAt,
}))

/** Ends a pledge that was begun, for a reason. Answers its UUID. */
export const cancelPledge = statusAct('CANCEL', cancelPledgeInput, ({ reason, cancelledAt }) => ({
  action: 'CANCEL',
  reason,
  cancelledAt,
}))

/** Completes a pledge whose end has come. Answers its UUID. */
export const fulfillPledge = statusAct('FULFILL', pledgeInput, () => ({ action: 'FULFILL' }))

function statusAct<Input extends { readonly pledgeUuid: string }>(
  action: StatusAction,
  schema: (clock: Clock) => z.ZodType<Input>,
  commandOf: (input: Input) => StatusCommand,
) {
  return async (acting: Acting, input: unknown): Promise<string> => {
    const { actor, database, clock } = acting
    authorize(actor, PLEDGE_ACTION_PERMISSION[action])
    const read = readInput(schema(clock), input)
    const { pledgeUuid } = read
    await act(database, async (transaction) => {
      const pledge = await lockPledge(transaction, actor, pledgeUuid)
      const wasCollected = await isEverCollected(transaction, pledgeUuid)
      const now = clock()
      const { kind, columns } = decideStatusAction(
        { ...pledge, wasCollected },
        commandOf(read),
        actor.permissions,
        now,
      )
      await save(transaction, acting, pledgeUuid, kind, columns, now)
    })
    return pledgeUuid
  }
}

/** Locks a pledge as far as the actor sees it: its transactions, too, come and go only before or after. */
async function lockPledge(transaction: Drizzle, actor: Actor, uuid: string) {
  const [pledge] = await transaction
    .select()
    .from(pledges)
    .where(and(eq(pledges.uuid, uuid), visibleTo(actor, pledgeSource)))
    .for('update')
  if (!pledge) throw new NotFoundError('pledge', uuid)
  return pledge
}

/** A statement after the one that locks: that one may have waited, and would not see what came meanwhile. */
async function isEverCollected(transaction: Drizzle, pledgeUuid: string): Promise<boolean> {
  const collected = await transaction
    .select({ uuid: transactions.uuid })
    .from(transactions)
    .where(
      and(
        eq(transactions.pledgeUuid, pledgeUuid),
        inArray(transactions.status, [...EVER_COLLECTED]),
      ),
    )
    .limit(1)
  return collected.length > 0
}

/** Writes what an act makes of a pledge, and records it; nothing where nothing changes. */
async function save(
  transaction: Drizzle,
  { actor }: Acting,
  pledgeUuid: string,
  kind: ChangeKind,
  columns: Columns,
  now: Date,
): Promise<void> {
  const fields = changedFields(columns)
  if (fields.length === 0) return
  await transaction
    .update(pledges)
    .set({ ...columns, updatedAt: now })
    .where(eq(pledges.uuid, pledgeUuid))
  await recordChanges(transaction, {
    kind,
    occurredAt: now,
    actor: actor.email,
    changedFields: fields,
    pledgeUuid,
  })
}

async function storeSignature(
  storage: Pick<Storage, 'put'>,
  pledgeUuid: string,
  signature: Signature | null | undefined,
): Promise<string | null> {
  if (!signature) return null
  const key = newSignatureKey(pledgeUuid, signature)
  await storage.put(key, signature.bytes, signature.contentType)
  return key
}

async function insertPledge(
  transaction: Drizzle,
  { actor, clock }: Acting,
  command: CreatePledge & { readonly uuid: string },
  signatureKey: string | null,
): Promise<string> {
  const { issues } = await findReferred(transaction, actor, referencesOf(command))
  if (issues.length > 0) {
    await refuseTaken(transaction, command)
    refuse(issues)
  }
  const now = clock()
  const { uuid } = command
  const inserted = await transaction
    .insert(pledges)
    .values({ ...decideCreation(command, now), uuid, signatureKey })
    .onConflictDoNothing()
    .returning({ uuid: pledges.uuid })
  if (inserted.length === 0) {
    // Whoever was first has committed: that is what the insertion waited for.
    await refuseTaken(transaction, command)
    throw new Error(`the pledge ${uuid} is neither created nor there`)
  }
  const focusAreaUuids = command.focusAreaUuids ?? []
  if (focusAreaUuids.length > 0) {
    await transaction
      .insert(pledgeFocusAreas)
      .values(focusAreaUuids.map((focusAreaUuid) => ({ pledgeUuid: uuid, focusAreaUuid })))
  }
  await recordChanges(transaction, {
    kind: 'PLEDGE_CREATED',
    occurredAt: now,
    actor: actor.email,
    changedFields: [],
    pledgeUuid: uuid,
  })
  return uuid
}

function referencesOf(command: CreatePledge): Reference[] {
  const { owningOrganizationUuid: owner } = command
  return [
    {
      path: ['personUuid'],
      to: PERSON,
      uuid: command.personUuid,
      belongsTo: { uuid: owner, message: 'must be a person of the owning organization' },
    },
    { path: ['owningOrganizationUuid'], to: ORGANIZATION, uuid: owner },
    {
      path: ['recruitingOrganizationUuid'],
      to: ORGANIZATION,
      uuid: command.recruitingOrganizationUuid,
    },
    { path: ['recruiterUuid'], to: USER, uuid: command.recruiterUuid },
    ...(command.focusAreaUuids ?? []).map((uuid, index) => ({
      path: ['focusAreaUuids', String(index)],
      to: FOCUS_AREA,
      uuid,
      belongsTo: { uuid: owner, message: 'must be a focus area of the owning organization' },
    })),
  ]
}

/** Throws a PledgeConflictError where the UUID, or the external source's name and id, is another pledge's. */
async function refuseTaken(
  database: Drizzle,
  { uuid, externalSource }: Pick<CreatePledge, 'uuid' | 'externalSource'>,
): Promise<void> {
  const isSource =
    externalSource &&
    and(
      eq(pledges.externalSourceName, externalSource.name),
      eq(pledges.externalSourceId, externalSource.id),
    )
  if (!uuid && !isSource) return
  const taken = await database
    .select({ uuid: pledges.uuid })
    .from(pledges)
    .where(or(uuid ? eq(pledges.uuid, uuid) : undefined, isSource ?? undefined))
  const [first] = taken
  if (uuid && taken.some((pledge) => pledge.uuid === uuid))
    throw new PledgeConflictError(uuid, 'uuid')
  if (first) throw new PledgeConflictError(first.uuid, 'externalSource')
}

function refuse(issues: ConstructorParameters<typeof InvalidInputError>[0]): void {
  if (issues.length > 0) throw new InvalidInputError(issues)
}
