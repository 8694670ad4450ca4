import { misplaced } from '../core/issue.ts'
import { ConflictError, InvalidInputError, UserError } from '../core/user-error.ts'
import { newValues } from '../feed/rules.ts'

export const TRANSACTION_TYPES = ['DIRECT_DEBIT', 'IDEAL', 'IDEAL_QR', 'CARD'] as const
export type TransactionType = (typeof TRANSACTION_TYPES)[number]

export const TRANSACTION_STATUSES = ['PENDING', 'COLLECTED', 'FAILED', 'REVERSED'] as const
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number]

/** The statuses of a transaction that was collected at some time, even if it was reversed since. */
export const EVER_COLLECTED: readonly TransactionStatus[] = ['COLLECTED', 'REVERSED']

const NEXT_STATUSES: Readonly<Record<TransactionStatus, readonly TransactionStatus[]>> = {
  PENDING: ['COLLECTED', 'FAILED'],
  COLLECTED: ['REVERSED'],
  FAILED: [],
  REVERSED: [],
}

/** The statuses to which a transaction can move on from this one; none where it is an end. */
export function allowedTransactionStatuses(status: TransactionStatus): TransactionStatus[] {
  return [...NEXT_STATUSES[status]]
}

/** A transaction with this UUID is there already. */
export class TransactionConflictError extends ConflictError {
  constructor(existingUuid: string) {
    super('transaction', existingUuid, 'uuid')
  }
}

/** A status to which a transaction cannot move on from its present one. */
export class TransactionTransitionError extends UserError {
  readonly code = 'INVALID_TRANSITION'
  readonly status: TransactionStatus
  /** The statuses to which it can move on instead. */
  readonly allowedStatuses: readonly TransactionStatus[]

  constructor(status: TransactionStatus, refused: TransactionStatus) {
    const allowedStatuses = allowedTransactionStatuses(status)
    const allowed = allowedStatuses.length === 0 ? 'nothing' : allowedStatuses.join(', ')
    super(
      `The transaction is ${status} and cannot become ${refused}. What it can become from there: ${allowed}.`,
    )
    this.status = status
    this.allowedStatuses = allowedStatuses
  }
}

/** The columns of a transaction that an update can change. */
export interface TransactionState {
  readonly status: TransactionStatus
  readonly executedAt: Date | null
}

/** What is told of a transaction that is there. */
export interface TransactionUpdate {
  readonly status: TransactionStatus
  readonly executedAt?: Date | null | undefined
}

/**
 * Decides what an update makes of a transaction: the columns with a new value, none where it says what is known.
 * Throws a TransactionTransitionError, or an InvalidInputError about the instant, in this order.
 */
export function decideUpdate(
  stored: TransactionState & { readonly createdAt: Date },
  { status, executedAt: given }: TransactionUpdate,
  now: Date,
): Partial<TransactionState> {
  const isMove = status !== stored.status
  if (isMove && !allowedTransactionStatuses(stored.status).includes(status)) {
    throw new TransactionTransitionError(stored.status, status)
  }
  const { createdAt } = stored
  if (given && given < createdAt) {
    throw new InvalidInputError([misplaced('executedAt', 'before', 'createdAt', createdAt)])
  }
  // Another gateway's clock, by which it was recorded, may be ahead of this one's.
  const executedNow = now < createdAt ? createdAt : now
  // A reversal says nothing new of when the amount was collected.
  const isExecutedBy = isMove && status !== 'REVERSED'
  const executedAt = given ?? (isExecutedBy ? executedNow : stored.executedAt)
  return newValues<TransactionState>(
    { status: stored.status, executedAt: stored.executedAt },
    { status, executedAt },
  )
}
