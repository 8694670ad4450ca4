import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { type Acting, authorize } from '../act/authorize.ts'
import { type Identity, insertOnce, refuseTaken } from '../act/identity.ts'
import { findReferred, PLEDGE } from '../act/reference.ts'
import { actOn } from '../act/run.ts'
import { visibleTo } from '../act/visible.ts'
import type { Actor } from '../core/actor.ts'
import { readInput } from '../core/field.ts'
import { InvalidInputError, NotFoundError } from '../core/user-error.ts'
import type { Drizzle } from '../db/database.ts'
import { recordChanges } from '../feed/recording.ts'
import { changedFields } from '../feed/rules.ts'
import { pledges } from '../pledge/table.ts'
import { decideRecording, readRecordTransaction, updateTransactionInput } from './field-rules.ts'
import { decideUpdate, TransactionConflictError } from './rules.ts'
import { transactions, transactionSource } from './table.ts'

/**
 * Records a transaction of a pledge, and answers its UUID. It is recorded once, however many clients post its UUID
 * at once: the others meet a TransactionConflictError.
 */
export async function recordTransaction(
  { actor, database, clock }: Acting,
  input: unknown,
): Promise<string> {
  authorize(actor, 'TRANSACTIONS_RECORD')
  const command = readRecordTransaction(input, clock)
  const uuid = command.uuid ?? randomUUID()
  const identity: Identity = {
    table: transactions,
    uuid,
    hasExternalName: undefined,
    Conflict: TransactionConflictError,
  }
  await actOn(database, uuid, async (transaction) => {
    if (command.uuid) await refuseTaken(transaction, identity)
    const { pledgeUuid } = command
    const { issues } = await findReferred(transaction, actor, [
      { path: ['pledgeUuid'], to: PLEDGE, uuid: pledgeUuid },
    ])
    if (issues.length > 0) throw new InvalidInputError(issues)
    const organizations = await organizationsOf(transaction, pledgeUuid)
    const now = clock()
    const row = { uuid, ...decideRecording(command, now), ...organizations }
    await insertOnce(transaction, identity, () =>
      transaction
        .insert(transactions)
        .values(row)
        .onConflictDoNothing()
        .returning({ uuid: transactions.uuid }),
    )
    await recordChanges(transaction, {
      kind: 'TRANSACTION_RECORDED',
      occurredAt: now,
      actor: actor.email,
      changedFields: [],
      transactionUuid: uuid,
    })
  })
  return uuid
}

/** Writes down what became of a transaction, and answers its UUID. */
export async function updateTransaction(
  { actor, database, clock }: Acting,
  input: unknown,
): Promise<string> {
  authorize(actor, 'TRANSACTIONS_RECORD')
  const { transactionUuid, ...update } = readInput(updateTransactionInput(clock), input)
  await actOn(database, transactionUuid, async (transaction) => {
    const stored = await lockTransaction(transaction, actor, transactionUuid)
    const now = clock()
    const columns = decideUpdate(stored, update, now)
    const fields = changedFields(columns)
    if (fields.length === 0) return
    await transaction
      .update(transactions)
      .set({ ...columns, updatedAt: now })
      .where(eq(transactions.uuid, transactionUuid))
    await recordChanges(transaction, {
      kind: 'TRANSACTION_UPDATED',
      occurredAt: now,
      actor: actor.email,
      changedFields: fields,
      transactionUuid,
    })
  })
  return transactionUuid
}

/** Locks a transaction that the actor sees, and answers it as it then is. Throws a NotFoundError where there is none. */
async function lockTransaction(transaction: Drizzle, actor: Actor, uuid: string) {
  const [stored] = await transaction
    .select()
    .from(transactions)
    .where(and(eq(transactions.uuid, uuid), visibleTo(actor, transactionSource)))
    .for('no key update')
  if (!stored) throw new NotFoundError('transaction', uuid)
  // Whether a transaction was collected decides what its pledge allows: whoever acts on that one is done before,
  // or waits.
  await organizationsOf(transaction, stored.pledgeUuid)
  return stored
}

/** The organizations of a pledge, which stays theirs until the transaction ends. */
async function organizationsOf(transaction: Drizzle, pledgeUuid: string) {
  const [organizations] = await transaction
    .select({
      owningOrganizationUuid: pledges.owningOrganizationUuid,
      recruitingOrganizationUuid: pledges.recruitingOrganizationUuid,
    })
    .from(pledges)
    .where(eq(pledges.uuid, pledgeUuid))
    .for('key share')
  if (!organizations) throw new Error(`the pledge ${pledgeUuid} is gone`)
  return organizations
}
