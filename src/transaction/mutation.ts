import { addAct, recordBy, type Subject } from '../act/mutation.ts'
import { NotFoundError } from '../core/user-error.ts'
import { builder } from '../graphql/builder.ts'
import { TransactionType } from '../graphql/node-type.ts'
import { UserErrorInterface } from '../graphql/user-error.ts'
import { recordTransaction, updateTransaction } from './commands.ts'
import { TransactionStatusEnum } from './enum.ts'
import { RecordTransactionInput, UpdateTransactionInput } from './input.ts'
import { TransactionConflictError, TransactionTransitionError } from './rules.ts'
import { transactionSource } from './table.ts'

builder.objectType(TransactionConflictError, {
  name: 'TransactionConflictError',
  description:
    'The transaction is there already: another one has this UUID. Posting the same transaction again is answered with this, and saves nothing.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    existingTransaction: t.field({
      type: TransactionType,
      nullable: true,
      ...recordBy(transactionSource, ({ existingUuid }: TransactionConflictError) => existingUuid),
      description: 'The transaction that is there. Null where the account does not see it.',
    }),
  }),
})

builder.objectType(TransactionTransitionError, {
  name: 'TransactionTransitionError',
  description: 'The transaction cannot become this from its present status.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    status: t.expose('status', {
      type: TransactionStatusEnum,
      description: 'How far the transaction has come. Never null.',
    }),
    allowedStatuses: t.field({
      type: [TransactionStatusEnum],
      resolve: ({ allowedStatuses }) => [...allowedStatuses],
      description:
        'The statuses to which it can move on instead. Empty where its status is an end.',
    }),
  }),
})

const TRANSACTION: Subject = {
  name: 'transaction',
  type: TransactionType,
  source: transactionSource,
}

addAct(TRANSACTION, {
  name: 'recordTransaction',
  description:
    "Records a transaction of a pledge, whoever manages that. The pledge's own `updatedAt` does not move. Needs TRANSACTIONS_RECORD. The same `uuid` is recorded once however often it is posted: afterwards the answer is a TransactionConflictError.",
  input: RecordTransactionInput,
  command: recordTransaction,
  problems: [TransactionConflictError],
})

addAct(TRANSACTION, {
  name: 'updateTransaction',
  description:
    "Writes down what became of a transaction: that it was collected, failed or was reversed. Where that is known already, nothing is written or recorded. The pledge's own `updatedAt` does not move. Needs TRANSACTIONS_RECORD.",
  input: UpdateTransactionInput,
  command: updateTransaction,
  problems: [NotFoundError, TransactionTransitionError],
})
