import { sql } from 'drizzle-orm'
import { builder } from '../graphql/builder.ts'
import { pledges } from '../pledge/table.ts'
import type { Filter, FilterField } from '../read/field.ts'
import { after, anyOf, before, equals } from '../read/filter.ts'
import { TransactionStatusEnum, TransactionTypeEnum } from './enum.ts'
import { transactions } from './table.ts'

const INDEXED = ['CREATED_AT', 'UPDATED_AT']

export const ownerLead = { column: transactions.owningOrganizationUuid, orders: INDEXED }
export const recruiterLead = { column: transactions.recruitingOrganizationUuid, orders: INDEXED }

/** Whoever sees a transaction sees its pledge, and whoever sees that one its person: nothing more is asked. */
const personUuid: FilterField = {
  ...equals(pledges.personUuid),
  // As an array, for which Postgres asks the index of pledges once.
  condition: ({ at }, [wanted]) =>
    sql`${at(transactions.pledgeUuid)} = any(array(select pledges.uuid from pledges where pledges.person_uuid = ${wanted}))`,
}

/** What each field of `TransactionFilter` asks of a transaction. */
export const transactionFilter: Filter = {
  uuid: { ...anyOf(transactions.uuid), isNarrow: () => true },
  pledgeUuid: equals(transactions.pledgeUuid),
  personUuid,
  status: anyOf(transactions.status, {
    column: transactions.status,
    orders: INDEXED,
    yieldsToScope: true,
  }),
  type: anyOf(transactions.type, {
    column: transactions.type,
    orders: ['CREATED_AT'],
    yieldsToScope: true,
  }),
  createdAfter: after(transactions.createdAt),
  createdBefore: before(transactions.createdAt),
  updatedAfter: after(transactions.updatedAt),
  executedAfter: after(transactions.executedAt),
  executedBefore: before(transactions.executedAt),
}

export const TransactionFilterInput = builder.inputType('TransactionFilter', {
  description:
    'Narrows a list of transactions to those for which all that is given holds. Null is the same as absent; an empty list matches nothing.',
  fields: (t) => ({
    uuid: t.field({ type: ['UUID'], description: 'It is one of these.' }),
    status: t.field({ type: [TransactionStatusEnum], description: 'The status is one of these.' }),
    type: t.field({
      type: [TransactionTypeEnum],
      description: 'It collects by one of these ways of paying.',
    }),
    pledgeUuid: t.field({
      type: 'UUID',
      description: 'It is of this pledge. A pledge that the account does not see has none.',
    }),
    personUuid: t.field({
      type: 'UUID',
      description:
        'It is of a pledge of this person. A person whom the account does not see has none.',
    }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created later than this instant.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created earlier than this instant.' }),
    updatedAfter: t.field({
      type: 'DateTime',
      description: 'Last changed later than this instant.',
    }),
    executedAfter: t.field({
      type: 'DateTime',
      description: 'Executed later than this instant; never true of one that is not executed yet.',
    }),
    executedBefore: t.field({
      type: 'DateTime',
      description:
        'Executed earlier than this instant; never true of one that is not executed yet.',
    }),
  }),
})
