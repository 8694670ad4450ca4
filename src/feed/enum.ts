import { describedEnum } from '../graphql/enum.ts'
import type { ChangeKind } from './rules.ts'

export const ChangeKindEnum = describedEnum<ChangeKind>(
  'ChangeKind',
  'What happened. Kinds of pledges need PLEDGES_READ, kinds of calls CALLS_READ, kinds of persons PERSONS_READ, kinds of transactions TRANSACTIONS_READ.',
  {
    PLEDGE_CREATED: 'The pledge was created, here or by an import.',
    PLEDGE_UPDATED:
      'Details of the pledge were corrected, or an import changed it, its status included.',
    PLEDGE_RELEASED: 'The cooling-down period of the pledge was ended.',
    PLEDGE_ACTIVATED: 'The pledge was activated: it is being collected from then on.',
    PLEDGE_DROPPED: 'The pledge was dropped, before it was released or collected.',
    PLEDGE_CANCELLED: 'The pledge was cancelled, after it was released or collected.',
    PLEDGE_FULFILLED: 'The pledge was fulfilled, after its end date.',
    CALL_CREATED: 'The call was requested, here or by an import.',
    CALL_UPDATED: 'An import changed the call, its status included.',
    CALL_ATTEMPTED:
      'An attempt at the call was recorded. Where it was the last one, CALL_EXPIRED follows.',
    CALL_COMPLETED: 'The call was completed.',
    CALL_CANCELLED: 'The call was cancelled.',
    CALL_EXPIRY_SET: 'A future date was set at which the call expires by itself.',
    CALL_EXPIRED:
      'The call expired: it was expired, its date came, or the last attempt was used up.',
    PERSON_CREATED: 'The person was created by an import.',
    PERSON_UPDATED:
      'An import changed the person, or the operator erased it: `changedFields` names `erasedAt` then.',
    TRANSACTION_RECORDED: 'The transaction was recorded, here or by an import.',
    TRANSACTION_UPDATED:
      'The transaction was collected, failed or was reversed, its `executedAt` was corrected, or an import changed it.',
  },
)
