export const TRANSACTION_TYPES = ['DIRECT_DEBIT', 'IDEAL', 'IDEAL_QR', 'CARD'] as const
export type TransactionType = (typeof TRANSACTION_TYPES)[number]

export const TRANSACTION_STATUSES = ['PENDING', 'COLLECTED', 'FAILED', 'REVERSED'] as const
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number]

/** The statuses of a transaction that was collected at some time, even if it was reversed since. */
export const EVER_COLLECTED: readonly TransactionStatus[] = ['COLLECTED', 'REVERSED']
