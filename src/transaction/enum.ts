import { builder } from '../graphql/builder.ts'
import { describedEnum, OrderDirectionEnum } from '../graphql/enum.ts'
import type { TransactionStatus, TransactionType } from './rules.ts'

export const TransactionTypeEnum = describedEnum<TransactionType>(
  'TransactionType',
  'By which way of paying a transaction collects.',
  {
    DIRECT_DEBIT: 'A SEPA direct debit.',
    IDEAL: 'An iDEAL payment on the web.',
    IDEAL_QR: 'An iDEAL payment by a QR code that the recruiter showed.',
    CARD: 'A debit or credit card.',
  },
)

export const TransactionStatusEnum = describedEnum<TransactionStatus>(
  'TransactionStatus',
  'How far a transaction has come: from PENDING to COLLECTED or FAILED, and from COLLECTED to REVERSED.',
  {
    PENDING: 'Under way: neither collected nor failed yet.',
    COLLECTED: 'The amount was collected.',
    FAILED: 'The attempt failed: nothing was collected. An end status.',
    REVERSED: 'The amount was collected, and went back to the donor afterwards. An end status.',
  },
)

export const TransactionOrderInput = builder.inputType('TransactionOrder', {
  description: 'In which order transactions are listed. Equal instants are ordered by UUID.',
  fields: (t) => ({
    field: t.field({
      type: describedEnum<'CREATED_AT' | 'UPDATED_AT'>(
        'TransactionOrderField',
        'What transactions are ordered by.',
        { CREATED_AT: 'When it was created.', UPDATED_AT: 'When it last changed.' },
      ),
      required: true,
      description: 'What to order by.',
    }),
    direction: t.field({
      type: OrderDirectionEnum,
      required: true,
      description: 'Which end comes first.',
    }),
  }),
})
