import { sql } from 'drizzle-orm'
import { check, index, pgEnum, pgTable, uuid } from 'drizzle-orm/pg-core'
import { euros, instant } from '../core/column.ts'
import { LARGEST_AMOUNT_IN_EUROS } from '../core/money.ts'
import type { Source } from '../core/source.ts'
import { pledges } from '../pledge/table.ts'
import { TRANSACTION_STATUSES, TRANSACTION_TYPES } from './rules.ts'

export const transactionType = pgEnum('transaction_type', TRANSACTION_TYPES)
export const transactionStatus = pgEnum('transaction_status', TRANSACTION_STATUSES)

export const transactions = pgTable(
  'transactions',
  {
    uuid: uuid('uuid').primaryKey(),
    pledgeUuid: uuid('pledge_uuid')
      .notNull()
      .references(() => pledges.uuid),
    type: transactionType('type').notNull(),
    status: transactionStatus('status').notNull(),
    amount: euros('amount').notNull(),
    createdAt: instant('created_at').notNull(),
    executedAt: instant('executed_at'),
  },
  (t) => [
    index('transactions_newest_of_pledge').on(t.pledgeUuid, t.createdAt, t.uuid),
    index('transactions_ideal_qr')
      .on(t.pledgeUuid)
      .where(sql`${t.type} = 'IDEAL_QR'`),
    check(
      'transactions_amount_is_in_range',
      sql`${t.amount} > 0 and ${t.amount} <= ${sql.raw(String(LARGEST_AMOUNT_IN_EUROS))}`,
    ),
  ],
)

export const transactionSource = {
  table: transactions,
  permission: 'TRANSACTIONS_READ',
  isVisible: (at, scope) => sql`exists (
  select from pledges where pledges.uuid = ${at(transactions.pledgeUuid)}
  and (pledges.owning_organization_uuid = any(${scope}) or pledges.recruiting_organization_uuid = any(${scope}))
)`,
} satisfies Source
