import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgEnum, pgTable, uuid } from 'drizzle-orm/pg-core'
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
    pledgeUuid: uuid('pledge_uuid').notNull(),
    // The pledge's organizations again: they decide who sees the transaction, and their indexes serve their lists.
    owningOrganizationUuid: uuid('owning_organization_uuid').notNull(),
    recruitingOrganizationUuid: uuid('recruiting_organization_uuid').notNull(),
    type: transactionType('type').notNull(),
    status: transactionStatus('status').notNull(),
    amount: euros('amount').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    executedAt: instant('executed_at'),
  },
  (t) => [
    foreignKey({
      name: 'transactions_pledge_has_organizations',
      columns: [t.pledgeUuid, t.owningOrganizationUuid, t.recruitingOrganizationUuid],
      foreignColumns: [
        pledges.uuid,
        pledges.owningOrganizationUuid,
        pledges.recruitingOrganizationUuid,
      ],
    }).onUpdate('cascade'),
    index('transactions_newest_of_pledge').on(t.pledgeUuid, t.createdAt, t.uuid),
    index('transactions_newest').on(t.createdAt, t.uuid),
    index('transactions_updated').on(t.updatedAt, t.uuid),
    index('transactions_newest_of_owner').on(t.owningOrganizationUuid, t.createdAt, t.uuid),
    index('transactions_newest_of_recruiter').on(t.recruitingOrganizationUuid, t.createdAt, t.uuid),
    index('transactions_updated_of_owner').on(t.owningOrganizationUuid, t.updatedAt, t.uuid),
    index('transactions_updated_of_recruiter').on(
      t.recruitingOrganizationUuid,
      t.updatedAt,
      t.uuid,
    ),
    index('transactions_newest_of_status').on(t.status, t.createdAt, t.uuid),
    index('transactions_updated_of_status').on(t.status, t.updatedAt, t.uuid),
    index('transactions_newest_of_type').on(t.type, t.createdAt, t.uuid),
    index('transactions_executed').on(t.executedAt),
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
  isVisible: (at, scope) =>
    sql`(${at(transactions.owningOrganizationUuid)} = any(${scope}) or ${at(transactions.recruitingOrganizationUuid)} = any(${scope}))`,
} satisfies Source
