import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { importBytes, importFile } from './support/import-file.ts'
import {
  callLine,
  focusAreaLine,
  organizationLine,
  personLine,
  pledgeLine,
  transactionLine,
  userLine,
} from './support/import-lines.ts'

const organization = organizationLine()
const person = personLine(organization)
const pledge = pledgeLine(person)
const LONGEST_LINE_BYTES = 2_097_152

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
  await importFile(database, [organization, person, pledge])
})

afterAll(() => database.close())

describe('a file', () => {
  test('may have blank lines, Windows line ends, a byte order mark and no last line end', async () => {
    const lines = [organizationLine(), organizationLine(), organizationLine()]
    const [first, second, third] = lines.map((line) => JSON.stringify(line))
    const text = `\uFEFF${first!}\r\n\r\n  \t\n${second!}\n{}\r\n${third!}`
    const result = await importFile(database, [text])
    expect(result).toMatchObject({ imported: 3, failed: 1 })
    expect(Object.keys(result.failures)).toEqual(['5'])
  })

  test('may arrive in pieces that end anywhere', async () => {
    const line = organizationLine({ name: 'Één 🎗 stichting' })
    const bytes = Buffer.from(`${JSON.stringify(line)}\n\n{}\n${JSON.stringify(line)}`)
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte))
    expect(await importBytes(database, pieces)).toMatchObject({
      imported: 1,
      unchanged: 1,
      failures: { 3: [expect.stringMatching(/^entity: is required/)] },
    })
  })

  test('may be empty', async () => {
    const nothing = { imported: 0, unchanged: 0, failed: 0, failures: {} }
    expect(await importBytes(database, [])).toEqual(nothing)
    expect(await importBytes(database, [Buffer.from('\n \r\n')])).toEqual(nothing)
  })

  test('with a line that is no UTF-8 or too long loses that line only', async () => {
    const good = () => Buffer.from(`${JSON.stringify(organizationLine())}\n`)
    const longest = JSON.stringify(organizationLine()).padEnd(LONGEST_LINE_BYTES)
    const result = await importBytes(database, [
      good(),
      Buffer.from([...Buffer.from('{"entity":"'), 0xff, 0xfe, ...Buffer.from('"}\n')]),
      good(),
      Buffer.from(`${longest}\n`),
      Buffer.from(`${longest} \n`),
      good(),
    ])
    expect(result).toMatchObject({ imported: 4, failed: 2 })
    expect(result.failures).toEqual({
      2: [': must be valid UTF-8'],
      5: [': must be at most 2097152 bytes long'],
    })
  })

  test('with lines that are no JSON objects loses those only', async () => {
    const lines = ['{"entity"', '[]', 'null', '"pledge"', '[{}]', organizationLine()]
    const { failures, ...count } = await importFile(database, lines)
    expect(count).toEqual({ imported: 1, unchanged: 0, failed: 5 })
    const message = ': is not accepted: a line must be one JSON object'
    expect(Object.values(failures)).toEqual(Array.from({ length: 5 }, () => [message]))
  })
})

test('a line says what it is about', async () => {
  const message =
    'it must be one of organization, focusArea, user, person, pledge, transaction, call'
  expect(await issuesOf({})).toEqual([`entity: is required: ${message}`])
  expect(await issuesOf({ entity: 'Pledge' })).toEqual([`entity: is not accepted: ${message}`])
})

test('every key that has to be there is asked for, all at once', async () => {
  const required: Record<string, string[]> = {
    organization: ['uuid', 'name'],
    focusArea: ['uuid', 'name', 'organizationUuid'],
    user: ['uuid', 'name'],
    person: ['uuid', 'owningOrganizationUuid', 'lastName'],
    pledge: [
      'uuid',
      'externalSource',
      'personUuid',
      'owningOrganizationUuid',
      'recruitingOrganizationUuid',
      'type',
    ],
    transaction: ['uuid', 'pledgeUuid', 'type', 'status', 'amount', 'createdAt'],
    call: ['uuid', 'externalMetadata', 'personUuid', 'organizationUuid'],
  }
  for (const [entity, keys] of Object.entries(required)) {
    const nulls = Object.fromEntries(keys.map((key) => [key, null]))
    for (const line of [{ entity }, { entity, ...nulls }]) {
      const issues = await issuesOf(line)
      expect(issues.map((issue) => issue.split(': ')[0])).toEqual(keys)
      expect(issues.every((issue) => issue.includes(': is required: it must be '))).toBe(true)
    }
  }
  expect(await issuesOf(pledgeLine(person, { externalSource: {} }))).toHaveLength(2)
  expect(await issuesOf(callLine(person, { attempts: [{}] }))).toEqual([
    expect.stringMatching(/^attempts\.0\.attemptedAt: is required/),
  ])
})

test('an unknown key is an issue, also inside an object and next to others', async () => {
  const line = pledgeLine(person, {
    externalSource: { name: 'backstage', id: '1', url: 'x' },
    type: 'PHONE',
    colour: 'red',
    __proto__: null,
  })
  const text = JSON.stringify(line).replace('"colour"', '"__proto__":1,"constructor":1,"colour"')
  const { failures } = await importFile(database, [text])
  expect(failures[1]).toEqual([
    'externalSource.url: is not a key here: the keys are name, id',
    'type: is not accepted: it must be one of D2D, STREET',
    expect.stringMatching(/^__proto__: is not a key here: the keys are entity, uuid, ext/),
    expect.stringMatching(/^constructor: is not a key here/),
    expect.stringMatching(/^colour: is not a key here/),
  ])
  for (const other of [
    organizationLine({ createdAt: '2026-01-01T00:00:00Z' }),
    focusAreaLine(organization, { x: 1 }),
    userLine({ email: 'x' }),
    personLine(organization, { updatedAt: '2026-01-01T00:00:00Z' }),
    transactionLine(pledge, { externalId: 1 }),
    callLine(person, { personOrganizationUuid: organization.uuid }),
    callLine(person, { expiryAt: null }),
  ]) {
    expect(await issuesOf(other)).toEqual([expect.stringMatching(/^\w+: is not a key here/)])
  }
})

test('what is wrong is told with what is accepted, and without what was given', async () => {
  const issues = await issuesOf({
    entity: 'transaction',
    uuid: 'secret',
    pledgeUuid: 7,
    type: 'secret',
    status: null,
    amount: 'secret',
    createdAt: 'secret',
    executedAt: 'secret',
  })
  expect(issues.map((issue) => issue.split(':')[0])).toEqual([
    'uuid',
    'pledgeUuid',
    'type',
    'status',
    'amount',
    'createdAt',
    'executedAt',
  ])
  expect(issues.join()).not.toContain('secret')
  expect(issues[4]).toBe(
    'amount: is not accepted: it must be more than 0 and at most 1000000, in euros as a string with at most two decimals, such as "7.50", or as a number',
  )
})

async function issuesOf(line: object): Promise<readonly string[]> {
  const { failures } = await importFile(database, [line])
  return failures[1] ?? []
}
