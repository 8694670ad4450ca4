import { sql } from 'drizzle-orm'
import { builder } from '../graphql/builder.ts'
import { describedEnum } from '../graphql/enum.ts'
import { PledgeType, TransactionType } from '../graphql/node-type.ts'
import { pledges, pledgeSource } from '../pledge/table.ts'
import { column, lookup, one, rowsOf } from '../read/binding/planned-field.ts'
import { identifiers, uuidArgument } from '../read/binding/record-field.ts'
import type { TransactionStatus, TransactionType as TransactionTypeName } from './rules.ts'
import { transactions, transactionSource } from './table.ts'

const TransactionTypeEnum = describedEnum<TransactionTypeName>(
  'TransactionType',
  'By which way of paying a transaction collects.',
  {
    DIRECT_DEBIT: 'A SEPA direct debit.',
    IDEAL: 'An iDEAL payment on the web.',
    IDEAL_QR: 'An iDEAL payment by a QR code that the recruiter showed.',
    CARD: 'A debit or credit card.',
  },
)

const TransactionStatusEnum = describedEnum<TransactionStatus>(
  'TransactionStatus',
  'How far a transaction has come.',
  {
    PENDING: 'Under way: neither collected nor failed yet.',
    COLLECTED: 'The amount was collected.',
    FAILED: 'The attempt failed: nothing was collected.',
    REVERSED: 'The amount was collected, and went back to the donor afterwards.',
  },
)

TransactionType.implement({
  description:
    'One collection, or attempt at one, for a pledge. Visible to whoever sees the pledge, with the permission TRANSACTIONS_READ.',
  interfaces: [builder.nodeInterfaceRef()],
  ...rowsOf(transactionSource),
  fields: (t) => ({
    ...identifiers(t, 'Transaction', transactions.uuid),
    type: t.field({
      type: TransactionTypeEnum,
      ...column(transactions.type),
      description: 'By which way of paying it collects. Never null.',
    }),
    status: t.field({
      type: TransactionStatusEnum,
      ...column(transactions.status),
      description: 'How far it has come. Never null.',
    }),
    amount: t.field({
      type: 'Decimal',
      ...column(transactions.amount),
      description: 'The amount in euros; more than 0. Never null.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      ...column(transactions.createdAt),
      description: 'When it was created. Never null.',
    }),
    executedAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(transactions.executedAt),
      description: 'When it was executed at the bank. Null before that.',
    }),
    pledge: t.field({
      type: PledgeType,
      nullable: true,
      ...one({
        target: pledgeSource,
        on: (transaction, pledge) =>
          sql`${pledge(pledges.uuid)} = ${transaction(transactions.pledgeUuid)}`,
        isSeenWithParent: true,
      }),
      description:
        'The pledge that it collects for. Needs PLEDGES_READ: without it null, with a FORBIDDEN error.',
    }),
  }),
})

builder.queryFields((t) => ({
  transaction: t.field({
    type: TransactionType,
    nullable: true,
    args: uuidArgument(t),
    ...lookup(transactionSource, ({ uuid }) => uuid as string),
    description:
      'One transaction. Null where the account sees none with this UUID. Needs TRANSACTIONS_READ: without it null, with a FORBIDDEN error.',
  }),
}))
