import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { importFile } from './support/import-file.ts'
import {
  callLine,
  type ImportLine,
  organizationLine,
  personLine,
  pledgeLine,
  transactionLine,
  userLine,
} from './support/import-lines.ts'

const organization = organizationLine()
const person = personLine(organization)
const pledge = pledgeLine(person)

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
  await importFile(database, [organization, person, pledge])
})

afterAll(() => database.close())

describe('a value', () => {
  test.each<[string, ImportLine, boolean]>([
    [
      'a UUID of another version',
      userLine({ uuid: 'e5c4b7da-42d0-1304-9895-e759db214378' }),
      false,
    ],
    ['a UUID in capitals', userLine({ uuid: randomUUID().toUpperCase() }), true],
    ['a name of 255 characters outside the basic plane', userLine({ name: '🎗'.repeat(255) }), true],
    ['a name of 256 characters', userLine({ name: 'x'.repeat(256) }), false],
    ['a blank name', userLine({ name: ' \u00a0\u0085\t' }), false],
    ['a name with a NUL character', userLine({ name: 'a\0b' }), false],
    ['a name with half a surrogate pair', userLine({ name: 'a\ud800' }), false],
    ['a name that is a number', userLine({ name: 7 }), false],
    ['an empty first name', personLine(organization, { firstName: '' }), true],
    [
      'a first name of 256 characters',
      personLine(organization, { firstName: 'x'.repeat(256) }),
      false,
    ],
    ['an email with half a surrogate pair', personLine(organization, { email: '\udc00' }), false],
    ['no attempt at all', organizationLine({ maxCallAttempts: 0 }), false],
    ['half an attempt', organizationLine({ maxCallAttempts: 1.5 }), false],
    ['more attempts than a column holds', organizationLine({ maxCallAttempts: 2 ** 31 }), false],
    ['no cooling down', organizationLine({ coolingDownDays: 0 }), true],
    ['an age of cooling down', organizationLine({ coolingDownDays: 36_501 }), false],
    ['a payment day of 0', pledgeLine(person, { preferredPaymentDay: 0 }), false],
    ['a payment day of 29', pledgeLine(person, { preferredPaymentDay: 29 }), false],
    ['a payment day in a text', pledgeLine(person, { preferredPaymentDay: '8' }), false],
    ['the least amount', transactionLine(pledge, { amount: '0.01' }), true],
    ['the largest amount', transactionLine(pledge, { amount: 1_000_000 }), true],
    ['an amount above the largest', transactionLine(pledge, { amount: '1000000.01' }), false],
    ['an amount of nothing', transactionLine(pledge, { amount: 0 }), false],
    ['a negative amount', transactionLine(pledge, { amount: '-7.50' }), false],
    ['an amount with three decimals', transactionLine(pledge, { amount: 7.125 }), false],
    ['an amount with a comma', transactionLine(pledge, { amount: '7,50' }), false],
    ['an amount of many digits', transactionLine(pledge, { amount: 1e21 }), false],
    [
      'an instant without an offset',
      transactionLine(pledge, { executedAt: '2026-04-01T08:00:00' }),
      false,
    ],
    ['a date alone', transactionLine(pledge, { executedAt: '2026-04-01' }), false],
    [
      'a day that does not exist',
      transactionLine(pledge, { executedAt: '2026-02-30T08:00:00Z' }),
      false,
    ],
    ['an instant in seconds', transactionLine(pledge, { executedAt: 1_770_000_000 }), false],
    [
      'an instant finer than a millisecond',
      transactionLine(pledge, { executedAt: '2026-04-01T08:00:00.123999Z' }),
      true,
    ],
    [
      'an execution in the future',
      transactionLine(pledge, { executedAt: '2999-01-01T00:00:00Z' }),
      true,
    ],
    [
      'a creation in the future',
      transactionLine(pledge, { createdAt: '2026-05-01T12:00:00.001Z' }),
      false,
    ],
    [
      'a creation at this moment',
      transactionLine(pledge, { createdAt: '2026-05-01T12:00:00.000999Z' }),
      true,
    ],
    ['a pledge from the future', pledgeLine(person, { createdAt: '2999-01-01T00:00:00Z' }), false],
    ['a call from the future', callLine(person, { createdAt: '2999-01-01T00:00:00Z' }), false],
    [
      'a person from the future',
      personLine(organization, { createdAt: '2999-01-01T00:00:00Z' }),
      false,
    ],
    [
      'states that do not fit together',
      pledgeLine(person, { status: 'LEAD', cancelledAt: '2020-01-01T00:00:00Z' }),
      true,
    ],
    [
      'a reason of 1001 characters',
      pledgeLine(person, { cancellationReason: 'x'.repeat(1_001) }),
      false,
    ],
    ['a blank reason', pledgeLine(person, { cancellationReason: '\n' }), false],
    ['a result of 1000 characters', callLine(person, { result: 'x'.repeat(1_000) }), true],
    ['notes of 10000 characters', callLine(person, { notes: 'x'.repeat(10_000) }), true],
    ['notes of 10001 characters', callLine(person, { notes: 'x'.repeat(10_001) }), false],
    ['a list of metadata', pledgeLine(person, { originMetadata: [] }), false],
    ['metadata in a text', pledgeLine(person, { originMetadata: '{}' }), false],
    ['metadata of 64 KiB', pledgeLine(person, { originMetadata: { a: 'é'.repeat(32_764) } }), true],
    [
      'metadata of more than 64 KiB',
      pledgeLine(person, { originMetadata: { a: 'é'.repeat(32_765) } }),
      false,
    ],
    ['metadata of 32 levels', pledgeLine(person, { originMetadata: nested(32) }), true],
    ['metadata of 33 levels', pledgeLine(person, { originMetadata: nested(33) }), false],
    ['metadata with a NUL character', pledgeLine(person, { originMetadata: { a: ['\0'] } }), false],
    [
      'metadata with a half character in a key',
      pledgeLine(person, { originMetadata: { '\ud800': 1 } }),
      false,
    ],
    [
      'metadata with a number that is not kept',
      pledgeLine(person, { originMetadata: { a: 2 ** 53 } }),
      false,
    ],
    [
      'a focus area that is named twice',
      pledgeLine(person, { focusAreaUuids: [pledge.uuid, pledge.uuid.toUpperCase()] }),
      false,
    ],
    ['a focus area by name', pledgeLine(person, { focusAreaUuids: ['Drinkwater'] }), false],
    ['one focus area outside a list', pledgeLine(person, { focusAreaUuids: pledge.uuid }), false],
    [
      'an attempt without an object',
      callLine(person, { attempts: ['2026-04-01T08:00:00Z'] }),
      false,
    ],
    [
      'a blank external id',
      pledgeLine(person, { externalSource: { name: 'backstage', id: ' ' } }),
      false,
    ],
  ])('%s', async (_, line, isAccepted) => {
    const result = await importFile(database, [line])
    expect(result).toMatchObject({ imported: isAccepted ? 1 : 0, failed: isAccepted ? 0 : 1 })
    if (!isAccepted) expect(result.failures[1]).toHaveLength(1)
  })

  test('a number that JSON writes but no computer holds is refused', async () => {
    const line = JSON.stringify(pledgeLine(person, { originMetadata: { a: 'HUGE' } }))
    const { failures } = await importFile(database, [line.replace('"HUGE"', '1e999')])
    expect(failures[1]).toEqual([expect.stringMatching(/^originMetadata: is not accepted/)])
  })

  test('JSON nested as deep as a line allows does no harm', async () => {
    const levels = 100_000
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
    const line = JSON.stringify(pledgeLine(person, { originMetadata: { a: 'DEEP' } }))
    const { failures } = await importFile(database, [line.replace('"DEEP"', deep), deep])
    expect(failures[1]).toEqual([expect.stringMatching(/^originMetadata: is not accepted/)])
    expect(failures[2]).toHaveLength(1)
  })
})

/** An object of that many levels. */
function nested(levels: number): object {
  return levels === 1 ? {} : { a: nested(levels - 1) }
}
