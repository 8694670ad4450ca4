import { sql } from 'drizzle-orm'
import { builder } from '../graphql/builder.ts'
import { PledgeType, TransactionConnection, TransactionType } from '../graphql/node-type.ts'
import { pledges, pledgeSource } from '../pledge/table.ts'
import { pageArguments } from '../read/binding/connection-type.ts'
import { column, lookup, one, rootConnection, rowsOf } from '../read/binding/planned-field.ts'
import { identifiers, uuidArgument } from '../read/binding/record-field.ts'
import { TransactionOrderInput, TransactionStatusEnum, TransactionTypeEnum } from './enum.ts'
import { ownerLead, recruiterLead, transactionFilter, TransactionFilterInput } from './filter.ts'
import { transactions, transactionSource } from './table.ts'

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
    updatedAt: t.field({
      type: 'DateTime',
      ...column(transactions.updatedAt),
      description: 'When it last changed. Never null.',
    }),
    executedAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(transactions.executedAt),
      description:
        'When it was executed at the bank, or failed there; a reversal does not move it. Null before that.',
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
  transactions: t.field({
    type: TransactionConnection,
    nullable: true,
    args: {
      ...pageArguments(t),
      filter: t.arg({
        type: TransactionFilterInput,
        description: 'Which transactions; all when absent.',
      }),
      orderBy: t.arg({
        type: TransactionOrderInput,
        description: 'The newest created first when absent.',
      }),
    },
    ...rootConnection({
      source: transactionSource,
      filter: transactionFilter,
      orders: { CREATED_AT: transactions.createdAt, UPDATED_AT: transactions.updatedAt },
      scopeLeads: [ownerLead, recruiterLead],
    }),
    description:
      'The transactions that the account sees. Needs TRANSACTIONS_READ: without it null, with a FORBIDDEN error.',
  }),
}))
