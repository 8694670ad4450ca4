import { randomUUID } from 'node:crypto'
import { and, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import type { Acting } from '../act/authorize.ts'
import { type Done, hasDoneNothing } from '../act/claim.ts'
import { command } from '../act/command.ts'
import { type Identity, insertOnce, refuseTaken, toldTo } from '../act/identity.ts'
import {
  findReferred,
  FOCUS_AREA,
  ORGANIZATION,
  PERSON,
  type Reference,
  USER,
} from '../act/reference.ts'
import { actOn } from '../act/run.ts'
import { visibleTo } from '../act/visible.ts'
import type { Actor } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import type { Issue } from '../core/error.ts'
import { readInput } from '../core/field.ts'
import { InvalidInputError, NotFoundError } from '../core/user-error.ts'
import type { Drizzle } from '../db/database.ts'
import { recordChanges } from '../feed/recording.ts'
import { changedFields, type ChangeKind } from '../feed/rules.ts'
import { erasureIssues } from '../person/reference.ts'
import { PERSONAL_PLEDGE_COLUMNS, personalIssues } from '../person/rules.ts'
import { newSignatureKey, type Signature } from '../signature/rules.ts'
import type { Storage } from '../storage/storage.ts'
import { EVER_COLLECTED } from '../transaction/rules.ts'
import { transactions } from '../transaction/table.ts'
import {
  cancelPledgeInput,
  clearingIssues,
  type CreatePledge,
  decideCorrection,
  decideCreation,
  dropPledgeInput,
  pledgeInput,
  readCreatePledge,
  readUpdatePledge,
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

/** Creates a pledge. */
export const createPledge = command({
  permission: 'PLEDGES_CREATE',
  read: readCreatePledge,
  async perform(
    acting: Acting & { readonly storage: Pick<Storage, 'put' | 'delete'> },
    input: CreatePledge,
  ) {
    const { actor, database, storage } = acting
    // So that whoever tries again does not have the file stored again.
    await refuseTaken(
      database.drizzle,
      toldTo(actor, input.owningOrganizationUuid, identityOf(input)),
    )
    const uuid = input.uuid ?? randomUUID()
    const signatureKey = await storeSignature(storage, uuid, input.signature)
    try {
      return await actOn(acting, uuid, (transaction) =>
        insertPledge(transaction, acting, { ...input, uuid }, signatureKey),
      )
    } catch (error) {
      // Of anything else it is not known that the pledge is not there.
      if (signatureKey !== null && hasDoneNothing(error)) {
        await storage.delete(signatureKey).catch(() => undefined)
      }
      throw error
    }
  },
})

/** Corrects a pledge. */
export const updatePledge = command({
  permission: 'PLEDGES_UPDATE',
  read: readUpdatePledge,
  async perform(acting: Acting, { pledgeUuid, ...correction }) {
    const { actor, clock } = acting
    return await actOn(acting, pledgeUuid, async (transaction) => {
      const pledge = await lockPledge(transaction, actor, pledgeUuid, clearingIssues(correction))
      const { columns, issues } = decideCorrection(pledge, correction)
      const referred = await findReferred(transaction, actor, [
        { path: ['recruiterUuid'], to: USER, uuid: columns.recruiterUuid },
      ])
      const personal = await erasureIssues(transaction, PERSONAL_PLEDGE_COLUMNS, pledge, correction)
      refuse([...issues, ...referred.issues, ...personal])
      await save(transaction, acting, pledgeUuid, 'PLEDGE_UPDATED', columns, clock())
      return { uuid: pledgeUuid }
    })
  },
})

/** Ends a pledge's cooling-down period. */
export const releasePledge = statusAct('RELEASE', pledgeInput, () => ({ action: 'RELEASE' }))

/** Starts a pledge's collection. */
export const activatePledge = statusAct('ACTIVATE', pledgeInput, () => ({ action: 'ACTIVATE' }))

/** Ends a pledge that was never begun. */
export const dropPledge = statusAct('DROP', dropPledgeInput, ({ droppedAt }) => ({
  action: 'DROP',
  droppedAt,
}))

/** Ends a pledge that was begun, for a reason. */
export const cancelPledge = statusAct('CANCEL', cancelPledgeInput, ({ reason, cancelledAt }) => ({
  action: 'CANCEL',
  reason,
  cancelledAt,
}))

/** Completes a pledge whose end has come. */
export const fulfillPledge = statusAct('FULFILL', pledgeInput, () => ({ action: 'FULFILL' }))

function statusAct<Input extends { readonly pledgeUuid: string }>(
  action: StatusAction,
  schema: (clock: Clock) => z.ZodType<Input>,
  commandOf: (input: Input) => StatusCommand,
) {
  return command({
    permission: PLEDGE_ACTION_PERMISSION[action],
    read: (input, clock) => readInput(schema(clock), input),
    async perform(acting: Acting, input: Input) {
      const { actor, clock } = acting
      const { pledgeUuid } = input
      return await actOn(acting, pledgeUuid, async (transaction) => {
        const pledge = await lockPledge(transaction, actor, pledgeUuid)
        const wasCollected = await isEverCollected(transaction, pledgeUuid)
        const now = clock()
        const { kind, columns } = decideStatusAction(
          { ...pledge, wasCollected },
          commandOf(input),
          actor.permissions,
          now,
        )
        await save(transaction, acting, pledgeUuid, kind, columns, now)
        return { uuid: pledgeUuid }
      })
    },
  })
}

/**
 * Locks a pledge as far as the actor sees it: its transactions, too, come and go only before or after. Where
 * there is none that is told, unless there are issues, which come before it.
 */
async function lockPledge(
  transaction: Drizzle,
  actor: Actor,
  uuid: string,
  issues: readonly Issue[] = [],
) {
  const [pledge] = await transaction
    .select()
    .from(pledges)
    .where(and(eq(pledges.uuid, uuid), visibleTo(actor, pledgeSource)))
    .for('update')
  if (pledge) return pledge
  refuse(issues)
  throw new NotFoundError('pledge', uuid)
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
  pledge: CreatePledge & { readonly uuid: string },
  signatureKey: string | null,
): Promise<Done> {
  const identity = identityOf(pledge)
  const referred = await findReferred(transaction, actor, referencesOf(pledge))
  const isErased = referred.isErased(PERSON, pledge.personUuid)
  const personal = isErased ? personalIssues(PERSONAL_PLEDGE_COLUMNS, pledge) : []
  const issues = [...referred.issues, ...personal]
  if (issues.length > 0) {
    // The same pledge may have come while the signature was being stored.
    await refuseTaken(transaction, toldTo(actor, pledge.owningOrganizationUuid, identity))
    refuse(issues)
  }
  const now = clock()
  const { uuid } = pledge
  const row = { ...decideCreation(pledge, now), uuid, signatureKey }
  await insertOnce(transaction, identity, () =>
    transaction.insert(pledges).values(row).onConflictDoNothing().returning({ uuid: pledges.uuid }),
  )
  const focusAreaUuids = pledge.focusAreaUuids ?? []
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
  return { uuid }
}

function referencesOf(pledge: CreatePledge): Reference[] {
  const { owningOrganizationUuid: owner } = pledge
  return [
    {
      path: ['personUuid'],
      to: PERSON,
      uuid: pledge.personUuid,
      belongsTo: { uuid: owner, message: 'must be a person of the owning organization' },
    },
    { path: ['owningOrganizationUuid'], to: ORGANIZATION, uuid: owner },
    {
      path: ['recruitingOrganizationUuid'],
      to: ORGANIZATION,
      uuid: pledge.recruitingOrganizationUuid,
    },
    { path: ['recruiterUuid'], to: USER, uuid: pledge.recruiterUuid },
    ...(pledge.focusAreaUuids ?? []).map((uuid, index) => ({
      path: ['focusAreaUuids', String(index)],
      to: FOCUS_AREA,
      uuid,
      belongsTo: { uuid: owner, message: 'must be a focus area of the owning organization' },
    })),
  ]
}

/** Which pledge another one would be if it had the same UUID, or in its owner the same name and id of a source. */
function identityOf({ uuid, owningOrganizationUuid, externalSource }: CreatePledge): Identity {
  const hasExternalName =
    externalSource &&
    and(
      eq(pledges.externalSourceName, externalSource.name),
      eq(pledges.externalSourceId, externalSource.id),
      eq(pledges.owningOrganizationUuid, owningOrganizationUuid),
    )
  return {
    table: pledges,
    uuid,
    hasExternalName: hasExternalName ?? undefined,
    Conflict: PledgeConflictError,
  }
}

function refuse(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new InvalidInputError(issues)
}
