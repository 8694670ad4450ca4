import { LARGEST_AMOUNT_IN_EUROS } from '../core/money.ts'
import { builder } from '../graphql/builder.ts'
import { TransactionStatusEnum, TransactionTypeEnum } from './enum.ts'

export const RecordTransactionInput = builder.inputType('RecordTransactionInput', {
  description: 'A new transaction, in whatever status it is by now. Null is the same as absent.',
  fields: (t) => ({
    uuid: t.field({
      type: 'UUID',
      description:
        'Identifies the transaction. Give one of your own, and posting it again cannot record it twice; one is made where it is absent.',
    }),
    pledgeUuid: t.field({
      type: 'UUID',
      required: true,
      description:
        "The pledge that it collects for: any in the account's scope, an external one too.",
    }),
    type: t.field({
      type: TransactionTypeEnum,
      required: true,
      description: 'By which way of paying it collects.',
    }),
    status: t.field({
      type: TransactionStatusEnum,
      required: true,
      description: 'How far it has come.',
    }),
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: `The amount, more than 0 and at most ${String(LARGEST_AMOUNT_IN_EUROS)} euros.`,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description:
        'When it was created: not in the future. When absent, now, or `executedAt` where that is earlier.',
    }),
    executedAt: t.field({
      type: 'DateTime',
      description:
        'When it was executed at the bank: not in the future, and not before `createdAt`. When absent, now, unless the status is PENDING: then it is not executed yet.',
    }),
  }),
})

export const UpdateTransactionInput = builder.inputType('UpdateTransactionInput', {
  description: 'What became of a transaction. Null is the same as absent.',
  fields: (t) => ({
    transactionUuid: t.field({
      type: 'UUID',
      required: true,
      description: "The transaction's UUID. One that the account does not see is a NotFoundError.",
    }),
    status: t.field({
      type: TransactionStatusEnum,
      required: true,
      description:
        'What it is now: from PENDING it becomes COLLECTED or FAILED, from COLLECTED REVERSED. The status that it has already is accepted, too.',
    }),
    executedAt: t.field({
      type: 'DateTime',
      description:
        "When it was executed at the bank: not in the future, and not before the transaction's `createdAt`. When absent, now where it becomes COLLECTED or FAILED, and otherwise what it was. With the status that it has already, another instant corrects it.",
    }),
  }),
})
