import { describe, expect, test } from 'vitest'
import { InvalidInputError } from '../src/core/user-error.ts'
import { decideRecording } from '../src/transaction/field-rules.ts'
import {
  allowedTransactionStatuses,
  decideUpdate,
  TRANSACTION_STATUSES,
  TransactionTransitionError,
} from '../src/transaction/rules.ts'

const CREATED_AT = new Date('2026-05-01T09:00:00.000Z')
const EXECUTED_AT = new Date('2026-05-02T09:00:00.000Z')
const GIVEN = new Date('2026-05-03T09:00:00.000Z')
const NOW = new Date('2026-06-01T12:00:00.000Z')

const ALLOWED = {
  PENDING: ['COLLECTED', 'FAILED'],
  COLLECTED: ['REVERSED'],
  FAILED: [],
  REVERSED: [],
} as const

const pairs = TRANSACTION_STATUSES.flatMap((from) =>
  TRANSACTION_STATUSES.map((to) => ({ from, to })),
)

const stored = (status: (typeof TRANSACTION_STATUSES)[number]) => ({
  status,
  createdAt: CREATED_AT,
  executedAt: status === 'PENDING' ? null : EXECUTED_AT,
})

test.each(TRANSACTION_STATUSES)('from %s, what is offered is what is allowed', (status) => {
  expect(allowedTransactionStatuses(status)).toEqual(ALLOWED[status])
})

const same = pairs.filter(({ from, to }) => from === to)
const moves = pairs.filter(({ from, to }) => (ALLOWED[from] as readonly string[]).includes(to))
const refusals = pairs.filter((pair) => !same.includes(pair) && !moves.includes(pair))

describe.each(same)('from $from to $to', ({ from, to }) => {
  test('nothing changes', () => {
    expect(decideUpdate(stored(from), { status: to }, NOW)).toEqual({})
    expect(decideUpdate(stored(from), { status: to, executedAt: null }, NOW)).toEqual({})
    const { executedAt } = stored(from)
    expect(decideUpdate(stored(from), { status: to, executedAt }, NOW)).toEqual({})
  })

  test('another instant corrects it', () => {
    const update = { status: to, executedAt: GIVEN }
    expect(decideUpdate(stored(from), update, NOW)).toEqual({ executedAt: GIVEN })
  })
})

test.each(moves)('from $from to $to it moves on', ({ from, to }) => {
  const executedAt = to === 'REVERSED' ? {} : { executedAt: NOW }
  expect(decideUpdate(stored(from), { status: to }, NOW)).toEqual({ status: to, ...executedAt })
  expect(decideUpdate(stored(from), { status: to, executedAt: GIVEN }, NOW)).toEqual({
    status: to,
    executedAt: GIVEN,
  })
})

test.each(refusals)('from $from to $to it is refused, with what is allowed', ({ from, to }) => {
  // The instant is looked at afterwards.
  const early = new Date(CREATED_AT.getTime() - 1)
  const refused = () => decideUpdate(stored(from), { status: to, executedAt: early }, NOW)
  expect(refused).toThrow(TransactionTransitionError)
  expect(refused).toThrow(`is ${from} and cannot become ${to}`)
  expect(new TransactionTransitionError(from, to)).toMatchObject({
    status: from,
    allowedStatuses: ALLOWED[from],
  })
})

test('an instant before the creation is refused, and the very instant of it is not', () => {
  const early = { status: 'COLLECTED', executedAt: new Date(CREATED_AT.getTime() - 1) } as const
  expect(() => decideUpdate(stored('PENDING'), early, NOW)).toThrow(InvalidInputError)
  expect(() => decideUpdate(stored('COLLECTED'), early, NOW)).toThrow(InvalidInputError)
  const same = { status: 'COLLECTED', executedAt: CREATED_AT } as const
  expect(decideUpdate(stored('PENDING'), same, NOW)).toEqual(same)
})

test('where the clock is behind that of the creation, it is executed with that', () => {
  const earlier = new Date(CREATED_AT.getTime() - 1_000)
  expect(decideUpdate(stored('PENDING'), { status: 'FAILED' }, earlier)).toEqual({
    status: 'FAILED',
    executedAt: CREATED_AT,
  })
})

test('a pending one that was executed already is executed when it moves on', () => {
  const pending = { ...stored('PENDING'), executedAt: EXECUTED_AT }
  expect(decideUpdate(pending, { status: 'COLLECTED' }, NOW)).toEqual({
    status: 'COLLECTED',
    executedAt: NOW,
  })
})

test('a reversal keeps that nobody knows when the amount was collected', () => {
  const collected = { ...stored('COLLECTED'), executedAt: null }
  expect(decideUpdate(collected, { status: 'REVERSED' }, NOW)).toEqual({ status: 'REVERSED' })
})

describe('a new transaction', () => {
  const command = { pledgeUuid: 'any', type: 'IDEAL', amount: '7.50' } as const
  const decided = (given: object, status = 'COLLECTED') =>
    decideRecording({ ...command, status: status as 'COLLECTED', ...given }, NOW)

  test('is created and executed now where nothing else is said', () => {
    expect(decided({})).toMatchObject({ createdAt: NOW, executedAt: NOW, updatedAt: NOW })
    expect(decided({}, 'FAILED')).toMatchObject({ executedAt: NOW })
    expect(decided({}, 'REVERSED')).toMatchObject({ executedAt: NOW })
    expect(decided({}, 'PENDING')).toMatchObject({ createdAt: NOW, executedAt: null })
  })

  test('was there when it was executed', () => {
    expect(decided({ executedAt: GIVEN })).toMatchObject({ createdAt: GIVEN, executedAt: GIVEN })
    expect(decided({ executedAt: GIVEN, createdAt: CREATED_AT })).toMatchObject({
      createdAt: CREATED_AT,
      executedAt: GIVEN,
      updatedAt: NOW,
    })
    expect(decided({ createdAt: CREATED_AT })).toMatchObject({
      createdAt: CREATED_AT,
      executedAt: NOW,
    })
  })
})
