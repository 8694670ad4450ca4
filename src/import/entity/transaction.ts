import { TRANSACTION_STATUSES, TRANSACTION_TYPES } from '../../transaction/rules.ts'
import { transactions } from '../../transaction/table.ts'
import type { Entity } from '../entity.ts'
import { oneOf, uuid } from '../../core/field.ts'
import { writtenInstant, writtenPastInstant, writtenAmount } from '../field.ts'

export const transactionEntity: Entity = {
  name: 'transaction',
  table: transactions,
  keys: (clock) => ({
    pledgeUuid: uuid(),
    type: oneOf(TRANSACTION_TYPES),
    status: oneOf(TRANSACTION_STATUSES),
    amount: writtenAmount(),
    createdAt: writtenPastInstant(clock),
    executedAt: writtenInstant().nullish(),
  }),
  references: { pledgeUuid: { to: 'pledge' } },
  copies: (['owningOrganizationUuid', 'recruitingOrganizationUuid'] as const).map((column) => ({
    column,
    of: 'pledge',
    reference: 'pledgeUuid',
    theirs: column,
  })),
  defaults: (now) => ({ updatedAt: now.toISOString() }),
  history: {
    created: 'TRANSACTION_RECORDED',
    updated: 'TRANSACTION_UPDATED',
    column: 'transactionUuid',
  },
}
