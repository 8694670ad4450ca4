import { z } from 'zod'
import type { Clock } from '../core/clock.ts'
import type { Issue } from '../core/error.ts'
import { amount, group, issuesOf, oneOf, pastInstant, uuid, withoutNulls } from '../core/field.ts'
import { misplaced } from '../core/issue.ts'
import { InvalidInputError } from '../core/user-error.ts'
import { TRANSACTION_STATUSES, TRANSACTION_TYPES } from './rules.ts'

const recordTransactionInput = (clock: Clock) =>
  withoutNulls(
    group({
      uuid: uuid().nullish(),
      pledgeUuid: uuid(),
      type: oneOf(TRANSACTION_TYPES),
      status: oneOf(TRANSACTION_STATUSES),
      amount: amount(),
      createdAt: pastInstant(clock).nullish(),
      executedAt: pastInstant(clock).nullish(),
    }),
  )

/** A transaction that is to be recorded, right by itself. */
export type RecordTransaction = z.output<ReturnType<typeof recordTransactionInput>>

/**
 * Reads what a new transaction is to be. Throws an InvalidInputError that tells everything that is wrong with it by
 * itself.
 */
export function readRecordTransaction(input: unknown, clock: Clock): RecordTransaction {
  const read = recordTransactionInput(clock).safeParse(input)
  const issues = [...(read.success ? [] : issuesOf(read.error)), ...orderIssues(input, clock)]
  if (!read.success || issues.length > 0) throw new InvalidInputError(issues)
  return read.data
}

/** What is wrong with the order of two instants, whatever else is wrong with their input. */
function orderIssues(input: unknown, clock: Clock): Issue[] {
  const instants = z.object({ createdAt: pastInstant(clock), executedAt: pastInstant(clock) })
  const { data } = instants.safeParse(input)
  return data && data.executedAt < data.createdAt
    ? [misplaced('executedAt', 'before', 'createdAt', data.createdAt)]
    : []
}

/** A new transaction as it is stored, but for its UUID and what it repeats of its pledge. */
export function decideRecording(command: RecordTransaction, now: Date) {
  const { pledgeUuid, type, status, amount: euros } = command
  const executedAt = command.executedAt ?? (status === 'PENDING' ? null : now)
  // What was executed before it was told of was there by then.
  const createdAt = command.createdAt ?? (executedAt && executedAt < now ? executedAt : now)
  return { pledgeUuid, type, status, amount: euros, createdAt, updatedAt: now, executedAt }
}

export const updateTransactionInput = (clock: Clock) =>
  withoutNulls(
    group({
      transactionUuid: uuid(),
      status: oneOf(TRANSACTION_STATUSES),
      executedAt: pastInstant(clock).nullish(),
    }),
  )
