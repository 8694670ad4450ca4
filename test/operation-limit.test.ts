import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { getIntrospectionQuery, Kind, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_OPERATION_LIMITS, type OperationLimits } from '../src/cost/limits.ts'
import { OperationCosts } from '../src/cost/operation-cost.ts'
import type { Database } from '../src/db/database.ts'
import { GRAPHIQL_OPERATIONS } from '../src/http/graphiql-operations.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'

let database: Database
let gateway: Gateway
let token: string
let statements: string[]

beforeAll(async () => {
  const opened = await openTestDatabase()
  database = {
    ...opened,
    read(statement, values) {
      statements.push(statement.text)
      return opened.read(statement, values)
    },
  }
  gateway = openGateway(database, schema)
  token = await tokenOf(await createTestAccount(opened))
})

afterAll(() => database.close())

const costs = new OperationCosts(schema, DEFAULT_OPERATION_LIMITS)

function costOf(text: string, variables: Record<string, unknown> = {}) {
  return costs.costOf(parse(text), { variables })!
}

function repeated(times: number, make: (nth: number) => string): string {
  return Array.from({ length: times }, (_, nth) => make(nth)).join(' ')
}

/** Fragments of which each spreads the next one twice. */
function fragmentBomb(levels: number): string {
  return `{ pledges { nodes { ...F0 } } } ${repeated(
    levels,
    (nth) =>
      `fragment F${nth} on Pledge { a: person { pledges(first: 1) { nodes { ...F${nth + 1} } } } b: person { pledges(first: 1) { nodes { ...F${nth + 1} } } } }`,
  )} fragment F${levels} on Pledge { uuid }`
}

describe('an operation that is too large is refused before anything of it is done', () => {
  test.each<[measure: string, operation: string, requested: number, limit: number]>([
    ['tokens', `{ ${repeated(10_000, () => 'viewer { email }')} }`, 10_001, 10_000],
    ['nameLength', `{ ${'a'.repeat(129)}: viewer { email } }`, 129, 128],
    [
      'directives',
      `{ viewer { ${repeated(201, () => 'email @include(if: true)')} } }`,
      201,
      DEFAULT_OPERATION_LIMITS.directives,
    ],
    [
      'depth',
      `{ pledges { nodes ${'{ person { pledges { nodes '.repeat(11)} { uuid } ${'} } }'.repeat(11)} } }`,
      36,
      30,
    ],
    [
      'rootFields',
      `{ ${repeated(26, (n) => `a${n}: viewer { email } b${n}: rateLimit { cost }`)} }`,
      52,
      50,
    ],
    [
      'mutations',
      `mutation { ${repeated(21, (n) => `a${n}: releasePledge(input: { pledgeUuid: "${crypto.randomUUID()}" }) { __typename }`)} }`,
      21,
      20,
    ],
    ['aliases', `{ viewer { ${repeated(51, (n) => `a${n}: email`)} } }`, 51, 50],
    [
      'fields',
      `{ pledges { nodes { ${repeated(401, () => 'person { uuid email firstName lastName }')} } } }`,
      2_007,
      2_000,
    ],
    ['introspection', '{ __schema { a: types { name } b: types { name } } }', 2, 1],
    ['introspection', '{ __type(name: "Call") { fields { type { fields { name } } } } }', 2, 1],
  ])('by its %s', async (measure, operation, requested, limit) => {
    statements = []
    const { status, body } = await gateway.post(operation, token)
    expect(status).toBe(200)
    expect(body.data).toBeUndefined()
    expect(body.errors).toMatchObject([
      { extensions: { code: 'OPERATION_TOO_LARGE', cost: { measure, requested, limit } } },
    ])
    expect(statements).toEqual([])
  })

  test('by its cost, whose figures are told', async () => {
    const operation = `query ($first: Int) { pledges(first: $first) { nodes { person { pledges(first: 100) { nodes { calls(first: 100) { nodes { uuid } } } } } } } }`
    statements = []
    const { body } = await gateway.post(operation, token, { variables: { first: 100 } })
    const { requested } = costOf(operation, { first: 100 })
    expect(requested).toBeGreaterThan(1_000_000)
    expect(body.errors?.[0]?.extensions).toEqual({
      code: 'OPERATION_TOO_LARGE',
      cost: { measure: 'cost', requested, limit: DEFAULT_OPERATION_LIMITS.cost },
    })
    expect(statements).toEqual([])
  })

  test('by its cost with these variables, although the operation was accepted with others', async () => {
    const operation = `query ($first: Int!) { pledges(first: $first) { nodes { calls(first: $first) { nodes { attempts { attemptedAt } pledge { calls(first: $first) { totalCount } } } } } } }`
    const ask = (first: number) => gateway.post(operation, token, { variables: { first } })
    expect((await ask(1)).body.data).toBeDefined()
    expect((await ask(100)).body.errors?.[0]?.extensions['code']).toBe('OPERATION_TOO_LARGE')
    expect((await ask(2)).body.data).toBeDefined()
  })

  test('by a nesting that exhausts the parser', async () => {
    const wide = openGateway(database, schema, {
      operationLimits: { ...DEFAULT_OPERATION_LIMITS, tokens: 1_000_000 },
    })
    const { body } = await wide.post(`${'{ a '.repeat(50_000)}${'}'.repeat(50_000)}`, token)
    expect(body.errors?.[0]?.extensions['code']).toBe('OPERATION_TOO_LARGE')
  })

  test.each([12, 200])('by %i levels of fragments that spread each other twice', (levels) => {
    const { excess } = costOf(fragmentBomb(levels))
    expect(excess).toBeDefined()
    expect(Number.isSafeInteger(excess?.requested)).toBe(true)
  })

  test('also one with fragments that spread each other in a circle', async () => {
    const { status, body } = await gateway.post(
      '{ viewer { ...A } } fragment A on ServiceAccount { email ...B } fragment B on ServiceAccount { ...A ...A }',
      token,
    )
    expect(status).toBe(200)
    expect(body.errors?.[0]?.message).toContain('Cannot spread fragment')
  })
})

describe('the cost of an operation', () => {
  test('multiplies page sizes, and counts each fragment as often as it is spread', () => {
    const flat = costOf('{ pledges(first: 10) { nodes { uuid } } }').requested
    expect(costOf('{ pledges(last: 10) { nodes { uuid } } }').requested).toBe(flat)
    expect(
      costOf(
        '{ pledges(first: 10) { ...P } } fragment P on PledgeConnection { nodes { ...U } } fragment U on Pledge { uuid }',
      ).requested,
    ).toBe(flat)
    const nested = (size: number) =>
      costOf(`{ pledges(first: ${size}) { nodes { calls(first: 10) { nodes { uuid } } } } }`)
        .requested
    expect(nested(40) - nested(20)).toBe(nested(60) - nested(40))
    expect(nested(40)).toBeGreaterThan(40 * 10)
  })

  test('takes a page of 20 where no size is given, and 100 where the value is none', () => {
    const cost = (args: string, variables = {}) =>
      costOf(`query ($n: Int, $m: Int = 7) { pledges${args} { nodes { uuid } } }`, variables)
        .requested
    const sized = (size: number) => cost(`(first: ${size})`)
    expect(cost('')).toBe(sized(20))
    expect(cost('(first: null)')).toBe(sized(20))
    expect(cost('(first: $n)')).toBe(sized(20))
    expect(cost('(first: $n)', { n: null })).toBe(sized(20))
    expect(cost('(first: $n)', { n: 3 })).toBe(sized(3))
    expect(cost('(first: $m)')).toBe(sized(7))
    expect(cost('(first: $n, last: 2)', { n: 50 })).toBe(sized(2))
    expect(cost('(first: $n)', { n: 'many' })).toBe(sized(100))
    expect(cost('(first: $n)', { n: 1e300 })).toBe(sized(100))
    expect(cost('(first: $n)', { n: -1e300 })).toBe(sized(0))
  })

  test('counts a whole table for the number of all rows at the root, and not in a row', () => {
    const cost = (operation: string) => costOf(operation).requested
    const counting = cost('{ pledges { totalCount } }')
    expect(counting).toBeGreaterThan(1_000)
    expect(cost('{ pledges { ...C } } fragment C on PledgeConnection { totalCount }')).toBe(
      counting,
    )
    expect(cost('{ pledges { a: totalCount b: totalCount } }')).toBeGreaterThan(2_000)
    expect(cost('{ pledges(first: 1) { nodes { calls { totalCount } } } }')).toBeLessThan(200)
    expect(cost('{ organizations { totalCount } }')).toBeLessThan(200)
  })

  test('counts a filter at the root where one is given, and also where a variable may give one', () => {
    const cost = (filter: string) =>
      costOf(
        `query ($filter: PledgeFilter) { pledges${filter} { nodes { uuid } } variable: pledges(filter: $filter) { nodes { uuid } } }`,
      ).requested
    const without = cost('')
    expect(cost('(filter: null)')).toBe(without)
    expect(cost('(filter: { status: [ACTIVE] })') - without).toBe(1_000)
    expect(cost('(filter: $filter)') - without).toBe(1_000)
    expect(without).toBeGreaterThan(1_000)
  })

  test('counts the statement of nodes once, and each item of a list', () => {
    const cost = (operation: string) => costOf(operation).requested
    const nodes = (count: number) =>
      cost(`{ nodes(ids: [${repeated(count, () => '"x"')}]) { id } }`)
    expect(nodes(0)).toBe(200)
    expect(nodes(3) - nodes(1)).toBe(3)
  })

  test('counts the ids of nodes', () => {
    const cost = (ids: unknown) =>
      costOf('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }).requested
    expect(cost(Array(100).fill('x')) - cost([])).toBeGreaterThan(100)
  })

  test('is told to a client that asks for the figure, beside a planned answer and an executed one', async () => {
    for (const operation of ['{ pledges(first: 3) { nodes { uuid } } }', '{ viewer { email } }']) {
      const { text } = await gateway.fetch({
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'graphql-cost': 'report',
        },
        body: JSON.stringify({ query: operation }),
      })
      const { requested, limit } = costOf(operation)
      const answer = JSON.parse(text) as Record<string, unknown>
      expect(answer['data']).toBeTruthy()
      expect(answer['extensions']).toEqual({ cost: { requested, limit } })
    }
    expect(await gateway.post('{ viewer { email } }', token)).not.toHaveProperty('body.extensions')
  })
})

describe('ordinary work is far below every limit', () => {
  const operations = new Map<string, string>(
    [...filesIn('operations'), ...filesIn('../bench/operations')].map(([name, text]) => [
      name,
      text,
    ]),
  )
  for (const [nth, { query }] of GRAPHIQL_OPERATIONS.entries())
    operations.set(`tab ${nth + 1}`, query)
  for (const [nth, query] of operationsOfReadme().entries())
    operations.set(`README ${nth + 1}`, query)
  operations.set(
    'introspection',
    getIntrospectionQuery({
      inputValueDeprecation: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
    }),
  )

  const half = Object.fromEntries(
    Object.entries(DEFAULT_OPERATION_LIMITS).map(([name, limit]) => [name, Math.floor(limit / 2)]),
  ) as unknown as OperationLimits
  const strict = new OperationCosts(schema, half)

  test.each([...operations])('%s', (_name, text) => {
    const document = parse(text, { maxTokens: half.tokens })
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue
      const operationName = definition.name?.value
      const variables = { first: 100, ids: Array(100).fill('x') }
      const cost = strict.costOf(document, { operationName, variables })
      expect(cost?.requested).toBeGreaterThan(0)
      expect(cost?.excess).toBeUndefined()
    }
  })
})

function filesIn(folder: string): [string, string][] {
  const path = fileURLToPath(new URL(folder, import.meta.url))
  return readdirSync(path)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => [file, readFileSync(`${path}/${file}`, 'utf8')])
}

/** The operations in the README's commands and in its own blocks. */
function operationsOfReadme(): string[] {
  const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const sent = [...page.matchAll(/--data '(\{.*\})'/g)].map(
    ([, body]) => (JSON.parse(body!) as { query: string }).query,
  )
  const shown = [...page.matchAll(/^```graphql\n(.*?)\n```$/gms)].map(([, text]) => text!)
  return [...sent, ...shown]
}
