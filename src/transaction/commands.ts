import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { Acting } from '../act/authorize.ts'
import { command } from '../act/command.ts'
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
 * Records a transaction of a pledge. It is recorded once, however many clients post its UUID at once: the others meet
 * a TransactionConflictError.
 */
export const recordTransaction = command({
  permission: 'TRANSACTIONS_RECORD',
  read: readRecordTransaction,
  async perform(acting: Acting, recorded) {
    const { actor, clock } = acting
    const { pledgeUuid } = recorded
    const uuid = recorded.uuid ?? randomUUID()
    const identity: Identity = {
      table: transactions,
      uuid,
      hasExternalName: undefined,
      Conflict: TransactionConflictError,
    }
    return await actOn(acting, uuid, async (transaction) => {
      if (recorded.uuid) await refuseTaken(transaction, identity)
      const { issues } = await findReferred(transaction, actor, [
        { path: ['pledgeUuid'], to: PLEDGE, uuid: pledgeUuid },
      ])
      if (issues.length > 0) throw new InvalidInputError(issues)
      const organizations = await organizationsOf(transaction, pledgeUuid)
      const now = clock()
      const row = { uuid, ...decideRecording(recorded, now), ...organizations }
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
      return { uuid }
    })
  },
})

/** Writes down what became of a transaction. */
export const updateTransaction = command({
  permission: 'TRANSACTIONS_RECORD',
  read: (input, clock) => readInput(updateTransactionInput(clock), input),
  async perform(acting: Acting, { transactionUuid, ...update }) {
    const { actor, clock } = acting
    return await actOn(acting, transactionUuid, async (transaction) => {
      const stored = await lockTransaction(transaction, actor, transactionUuid)
      const now = clock()
      const columns = decideUpdate(stored, update, now)
      const fields = changedFields(columns)
      if (fields.length > 0) {
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
      }
      return { uuid: transactionUuid }
    })
  },
})

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
