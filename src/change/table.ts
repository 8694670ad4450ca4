import { sql } from 'drizzle-orm'
import { bigint, check, index, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { instant, transactionId } from '../core/column.ts'
import { calls } from '../call/table.ts'
import { pledges } from '../pledge/table.ts'
import { CHANGE_KINDS } from './rules.ts'

export const changeKind = pgEnum('change_kind', CHANGE_KINDS)

/** Everything that happened to pledges and calls. Rows are only ever added: a trigger refuses the rest. */
export const changes = pgTable(
  'changes',
  {
    number: bigint('number', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    // Numbers become visible out of order; the writing transaction tells which ones are settled.
    transactionId: transactionId('transaction_id')
      .notNull()
      .default(sql`pg_current_xact_id()`),
    kind: changeKind('kind').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    actor: text('actor'),
    changedFields: text('changed_fields').array().notNull(),
    pledgeUuid: uuid('pledge_uuid').references(() => pledges.uuid),
    callUuid: uuid('call_uuid').references(() => calls.uuid),
  },
  (t) => [
    index('changes_in_order').on(t.transactionId, t.number),
    index('changes_of_pledge').on(t.pledgeUuid, t.transactionId, t.number),
    index('changes_of_call').on(t.callUuid, t.transactionId, t.number),
    check('changes_are_of_one_record', sql`num_nonnulls(${t.pledgeUuid}, ${t.callUuid}) = 1`),
  ],
)
