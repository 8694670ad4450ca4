import { sql } from 'drizzle-orm'
import { calls, callSource } from '../call/table.ts'
import { builder } from '../graphql/builder.ts'
import {
  CallType,
  ChangeConnection,
  ChangeEdge,
  ChangeType,
  PersonType,
  PledgeType,
  TransactionType,
} from '../graphql/node-type.ts'
import { persons, personSource } from '../person/table.ts'
import { pledges, pledgeSource } from '../pledge/table.ts'
import { pageArguments } from '../read/binding/connection-type.ts'
import {
  column,
  connection,
  globalId,
  one,
  rootConnection,
  rowsOf,
} from '../read/binding/planned-field.ts'
import { transactions, transactionSource } from '../transaction/table.ts'
import { ChangeKindEnum } from './enum.ts'
import { changeFeed, ChangeFilterInput, changeList } from './filter.ts'
import { followed } from './following.ts'
import { changes, changeSource } from './table.ts'

ChangeType.implement({
  description:
    'One thing that happened to a pledge, a call, a person or a transaction. It is kept for good, and visible to whoever sees that record now. Changes of pledges need PLEDGES_READ, changes of calls CALLS_READ, changes of persons PERSONS_READ, changes of transactions TRANSACTIONS_READ.',
  interfaces: [builder.nodeInterfaceRef()],
  ...rowsOf(changeSource),
  fields: (t) => ({
    id: t.id({
      ...globalId('Change', changes.uuid),
      description: 'The id for `node`. Never null.',
    }),
    kind: t.field({
      type: ChangeKindEnum,
      ...column(changes.kind),
      description: 'What happened. Never null.',
    }),
    occurredAt: t.field({
      type: 'DateTime',
      ...column(changes.occurredAt),
      description:
        'When it happened. Never null. The feed is not in this order: what took longer to be written comes later.',
    }),
    actor: t.string({
      nullable: true,
      ...column(changes.actor),
      description:
        'Who did it: the email of a service account, `import` for the import command, or `operator` for the command that erases a person. Null when the system did it by itself.',
    }),
    changedFields: t.stringList({
      ...column(changes.changedFields),
      description:
        "The record's own fields that have a new value since, by their names in this schema, without `updatedAt`. Empty when the record was created. Never null.",
    }),
    pledge: t.field({
      type: PledgeType,
      nullable: true,
      ...one({
        target: pledgeSource,
        on: (change, pledge) => sql`${pledge(pledges.uuid)} = ${change(changes.pledgeUuid)}`,
        isSeenWithParent: true,
        isReadWithParent: true,
      }),
      description:
        'The pledge to which it happened, as it is now. Null on a change of another record: of a transaction it is `transaction { pledge }`.',
    }),
    call: t.field({
      type: CallType,
      nullable: true,
      ...one({
        target: callSource,
        on: (change, call) => sql`${call(calls.uuid)} = ${change(changes.callUuid)}`,
        isSeenWithParent: true,
        isReadWithParent: true,
      }),
      description:
        'The call to which it happened, as it is now. Null on a change of another record.',
    }),
    person: t.field({
      type: PersonType,
      nullable: true,
      ...one({
        target: personSource,
        on: (change, person) => sql`${person(persons.uuid)} = ${change(changes.personUuid)}`,
        isSeenWithParent: true,
        isReadWithParent: true,
      }),
      description:
        'The person to whom it happened, as they are now. Null on a change of another record.',
    }),
    transaction: t.field({
      type: TransactionType,
      nullable: true,
      ...one({
        target: transactionSource,
        on: (change, transaction) =>
          sql`${transaction(transactions.uuid)} = ${change(changes.transactionUuid)}`,
        isSeenWithParent: true,
        isReadWithParent: true,
      }),
      description:
        'The transaction to which it happened, as it is now. Null on a change of another record.',
    }),
  }),
})

builder.objectField(PledgeType, 'changes', (t) =>
  t.field({
    type: ChangeConnection,
    args: pageArguments(t),
    ...connection({
      ...changeList,
      relation: {
        on: (pledge, change) => sql`${change(changes.pledgeUuid)} = ${pledge(pledges.uuid)}`,
        isSeenWithParent: true,
      },
    }),
    description:
      'What happened to the pledge itself, the oldest first: `last` gives the newest. Never null.',
  }),
)

builder.objectField(CallType, 'changes', (t) =>
  t.field({
    type: ChangeConnection,
    args: pageArguments(t),
    ...connection({
      ...changeList,
      relation: {
        on: (call, change) => sql`${change(changes.callUuid)} = ${call(calls.uuid)}`,
        isSeenWithParent: true,
      },
    }),
    description:
      'What happened to the call itself, the oldest first: `last` gives the newest. Never null.',
  }),
)

builder.objectField(PersonType, 'changes', (t) =>
  t.field({
    type: ChangeConnection,
    args: pageArguments(t),
    ...connection({
      ...changeList,
      relation: {
        on: (person, change) => sql`${change(changes.personUuid)} = ${person(persons.uuid)}`,
        isSeenWithParent: true,
      },
    }),
    description:
      'What happened to the person itself, the oldest first: `last` gives the newest. What happened to their pledges and calls is in the `changes` of those. Never null.',
  }),
)

builder.objectField(TransactionType, 'changes', (t) =>
  t.field({
    type: ChangeConnection,
    args: pageArguments(t),
    ...connection({
      ...changeList,
      relation: {
        on: (transaction, change) =>
          sql`${change(changes.transactionUuid)} = ${transaction(transactions.uuid)}`,
        isSeenWithParent: true,
      },
    }),
    description:
      'What happened to the transaction, the oldest first: `last` gives the newest. Never null.',
  }),
)

builder.queryFields((t) => ({
  changes: t.field({
    type: ChangeConnection,
    nullable: true,
    args: {
      ...pageArguments(t),
      filter: t.arg({ type: ChangeFilterInput, description: 'Which changes; all when absent.' }),
    },
    ...rootConnection(changeFeed),
    description:
      'Everything that happened to the pledges, calls, persons and transactions that the account sees, the oldest first, in an order that never changes: whatever comes, comes after everything that was answered before, so that whoever goes on after a saved cursor misses nothing. Changes whose kind the account may not read are left out. Needs PLEDGES_READ, CALLS_READ, PERSONS_READ or TRANSACTIONS_READ: without any of them null, with a FORBIDDEN error. The cursors are those of the subscription `changes`.',
  }),
}))

builder.subscriptionType({
  description: 'What can be followed, as server-sent events.',
  fields: (t) => ({
    changes: t.field({
      type: ChangeEdge,
      args: {
        after: t.arg.string({
          description:
            'A cursor of this field, or of `Query.changes`: everything that came after it is answered first. When absent, nothing that was there before.',
        }),
        filter: t.arg({ type: ChangeFilterInput, description: 'Which changes; all when absent.' }),
      },
      ...followed(changeFeed),
      description:
        'The feed of `Query.changes`, each change once and in the same order for everybody: those after the cursor, and then, without a gap, each as it happens. Whoever goes on with the last cursor that they have dealt with misses nothing. It ends with an error of the code UNAUTHENTICATED when the token expires or the account is shut out, with one of the code HISTORY_LOST when the database has lost its newest changes, as after a failover to a standby that was behind: subscribe again after the last cursor that was kept; and without one when the gateway is stopped. Needs PLEDGES_READ, CALLS_READ, PERSONS_READ or TRANSACTIONS_READ: without any of them, and with a cursor that is not accepted, an error and no events.',
    }),
  }),
})
