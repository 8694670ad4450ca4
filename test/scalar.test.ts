import { type GraphQLScalarType, isScalarType, parseValue } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, type Gateway } from './support/execution.ts'
import { insertPledge } from './support/records.ts'

/** Reads a value as a variable and as a literal, which must agree. */
function read(name: string, value: unknown, literal = JSON.stringify(value)): unknown {
  const scalar = scalarOf(name)
  const asVariable = scalar.parseValue(value)
  expect(scalar.parseLiteral(parseValue(literal), {})).toEqual(asVariable)
  return asVariable
}

function expectRefused(
  name: string,
  value: unknown,
  accepted: RegExp,
  literal = JSON.stringify(value),
) {
  const scalar = scalarOf(name)
  const refusal = expect.objectContaining({
    message: expect.stringMatching(accepted) as string,
    extensions: { code: 'BAD_USER_INPUT' },
  }) as Error
  expect(() => scalar.parseValue(value)).toThrow(refusal)
  expect(() => scalar.parseLiteral(parseValue(literal), {})).toThrow(refusal)
}

function scalarOf(name: string): GraphQLScalarType {
  const type = schema.getType(name)
  if (!isScalarType(type)) throw new Error(`${name} is no scalar`)
  return type
}

describe('a DateTime', () => {
  test.each([
    ['2026-05-01T09:30:00Z', '2026-05-01T09:30:00.000Z'],
    ['2026-05-01t09:30:00z', '2026-05-01T09:30:00.000Z'],
    ['2026-05-01T09:30:00.1Z', '2026-05-01T09:30:00.100Z'],
    ['2026-05-01T09:30:00.1239999999Z', '2026-05-01T09:30:00.123Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2026-05-01T00:30:00+02:00', '2026-04-30T22:30:00.000Z'],
    ['2026-12-31T23:30:00.999999-11:30', '2027-01-01T11:00:00.999Z'],
    ['2026-05-01T09:30:00-00:00', '2026-05-01T09:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('is read: %s', (text, instant) => {
    expect(read('DateTime', text)).toEqual(new Date(instant))
  })

  test.each([
    '',
    '2026-05-01',
    '2026-05-01T09:30:00',
    '2026-05-01 09:30:00Z',
    '2026-05-01T09:30Z',
    '2026-05-01T09:30:00.Z',
    '2026-05-01T09:30:00,5Z',
    '2026-05-01T24:00:00Z',
    '2026-05-01T09:60:00Z',
    '2026-05-01T09:30:60Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-05-01T09:30:00+24:00',
    '2026-05-01T09:30:00+0200',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '+012026-05-01T09:30:00Z',
    ' 2026-05-01T09:30:00Z',
    '2026-05-01T09:30:00Z\n',
    '٢٠٢٦-05-01T09:30:00Z',
    'infinity',
    1_777_627_800_000,
    true,
    null,
    {},
    [],
  ])('is refused: %j', (value) => {
    expectRefused('DateTime', value, /DateTime must be an RFC 3339 date and time/)
  })
})

describe('a UUID', () => {
  test('is read in either case, and kept in the lower one', () => {
    const uuid = '5cf67f69-34d0-46fe-b904-20d56248a844'
    expect(read('UUID', uuid)).toBe(uuid)
    expect(read('UUID', uuid.toUpperCase())).toBe(uuid)
  })

  test.each([
    '',
    '5cf67f69-34d0-46fe-b904-20d56248a84',
    '5cf67f69-34d0-46fe-b904-20d56248a8440',
    '5cf67f6934d046feb90420d56248a844',
    '{5cf67f69-34d0-46fe-b904-20d56248a844}',
    '5cf67f69-34d0-16fe-b904-20d56248a844',
    '5cf67f69-34d0-46fe-c904-20d56248a844',
    '00000000-0000-0000-0000-000000000000',
    '5cf67f69-34d0-46fe-b904-20d56248a84g',
    '5cf67f69-34d0-46fe-b904-20d56248a844\n',
    7,
    false,
    null,
  ])('is refused: %j', (value) => {
    expectRefused('UUID', value, /UUID must be a version 4 UUID/)
  })
})

describe('a Decimal', () => {
  test.each([
    ['7.50', '7.50'],
    ['7.5', '7.50'],
    ['7', '7.00'],
    ['007', '7.00'],
    ['0', '0.00'],
    ['-0', '0.00'],
    ['-1.25', '-1.25'],
    ['0.01', '0.01'],
    ['9999999999.99', '9999999999.99'],
    ['00099999999999999', '99999999999999.00'],
  ])('is read: %s', (text, amount) => {
    expect(read('Decimal', text)).toBe(amount)
  })

  test.each([
    '',
    '.5',
    '7.',
    '7.505',
    '7,50',
    '1e3',
    '+7',
    '--7',
    ' 7',
    '0x10',
    'NaN',
    'Infinity',
    '1_000',
    7,
    7.5,
    true,
    null,
  ])('is refused: %j', (value) => {
    expectRefused('Decimal', value, /Decimal must be euros as a string/)
  })
})

describe('a JSONObject', () => {
  test.each<[object, string]>([
    [{}, '{}'],
    [
      { a: 1, b: -1.5e3, c: 'é"\\', d: true, e: null },
      '{ a: 1, b: -1.5e3, c: "é\\"\\\\", d: true, e: null }',
    ],
    [{ list: [1, [2], { deep: [] }] }, '{ list: [1, [2], { deep: [] }] }'],
    [{ word: 'ENUM' }, '{ word: ENUM }'],
  ])('is read: %j', (value, literal) => {
    expect(read('JSONObject', value, literal)).toEqual(value)
  })

  test('is read with keys that JavaScript calls something else', () => {
    const value = JSON.parse('{ "__proto__": { "polluted": true }, "constructor": 1 }') as object
    const literal = '{ __proto__: { polluted: true }, constructor: 1 }'
    expect(JSON.stringify(read('JSONObject', value, literal))).toBe(JSON.stringify(value))
    expect('polluted' in {}).toBe(false)
  })

  test('takes variables within a literal', () => {
    const literal = parseValue('{ a: $given, b: [$given], c: $absent }')
    expect(scalarOf('JSONObject').parseLiteral(literal, { given: 7 })).toEqual({ a: 7, b: [7] })
  })

  test.each([[[]], ['{}'], [7], [true], [null]])('is refused: %j', (value) => {
    expectRefused('JSONObject', value, /JSONObject must be a JSON object/, JSON.stringify(value))
  })
})

describe('what is stored', () => {
  let database: Database
  let gateway: Gateway

  beforeAll(async () => {
    database = await openTestDatabase()
    gateway = createGateway({ database })
  })
  afterAll(() => database.close())

  test.each(['0.01', '7.50', '10.00', '999999.99', '1000000.00'])(
    'keeps the amount %s and its zeros',
    async (amount) => {
      const { uuid } = await insertPledge(database, { initialDonationAmount: amount })
      const { data } = await gateway.execute(`{ pledge(uuid: "${uuid}") { donationAmount } }`)
      expect(data.pledge.donationAmount).toBe(amount)
    },
  )

  test.each([
    '0001-01-01T00:00:00.000Z',
    '1582-10-10T00:00:00.001Z',
    '1937-05-01T00:19:32.130Z',
    '1969-12-31T23:59:59.999Z',
    '2026-03-29T01:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ])('keeps the instant %s, in fields and in cursors', async (instant) => {
    const createdAt = new Date(instant)
    const { uuid } = await insertPledge(database, { createdAt, startsAt: createdAt })
    const { data } = await gateway.execute(`{ pledge(uuid: "${uuid}") { createdAt startsAt } }`)
    expect(data.pledge).toEqual({ createdAt: instant, startsAt: instant })

    const page =
      'query ($after: String) { pledges(first: 100, after: $after) { edges { cursor node { uuid } } } }'
    const { data: all } = await gateway.execute(page)
    const edges: { cursor: string; node: { uuid: string } }[] = all.pledges.edges
    const place = edges.findIndex(({ node }) => node.uuid === uuid)
    const { data: rest } = await gateway.execute(page, { after: edges[place]!.cursor })
    expect(rest.pledges.edges).toEqual(edges.slice(place + 1))
  })

  test('keeps JSON but for the order of its keys', async () => {
    const originMetadata = JSON.parse(
      '{ "z": 1, "a": { "b": [1.5, -0.25, 1e21, 9007199254740991, "", "\\u2028\\ud83d\\ude00", null, true] }, "__proto__": { "x": 1 }, "": {} }',
    ) as Record<string, unknown>
    const { uuid } = await insertPledge(database, { originMetadata })
    const { data } = await gateway.execute(
      `{ pledge(uuid: "${uuid}") { originMetadata externalProperties } }`,
    )
    expect(data.pledge).toEqual({ originMetadata, externalProperties: null })
    expect(Object.keys(data.pledge.originMetadata as object)).toContain('__proto__')
  })
})
