import { Kind, OperationTypeNode, parse, print, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { DEFAULT_DEMO_PLEDGES, DEFAULT_DEMO_SEED, loadDemo } from '../src/db/demo.ts'
import { schema as servedSchema } from '../src/graphql/schema.ts'
import { GRAPHIQL_OPERATIONS } from '../src/http/graphiql-operations.ts'
import { createGraphiql } from '../src/http/graphiql.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { schema } from './support/stand-in-schema.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

describe('the page for a browser', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

  test('is not there unless it is on', async () => {
    expect((await openGateway(database, schema).fetch(browser)).status).toBe(401)
  })

  test('opens with a fresh token in its headers each time', async () => {
    let count = 0
    const graphiql = createGraphiql(() => Promise.resolve(`token-${++count}`))
    const shown = openGateway(database, schema, { graphiql })
    for (const number of [1, 2]) {
      const { status, headers, text } = await shown.fetch(browser)
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(text).toContain(`Bearer token-${number}`)
    }
  })

  test('opens without anything that lets in, where it is given no token', async () => {
    const shown = openGateway(database, schema, { graphiql: createGraphiql() })
    const { text } = await shown.fetch(browser)
    expect(text).toContain('YogaGraphiQL.renderYogaGraphiQL')
    expect(text).not.toContain('Bearer ')
  })

  test('loads nothing from elsewhere', async () => {
    const shown = openGateway(database, schema, { graphiql: createGraphiql() })
    const { text } = await shown.fetch(browser)
    expect(text).not.toMatch(/<(script|link|iframe)\b[^>]* (src|href)="(?!graphiql\/[\w-]+\.)/)
    expect(text).not.toMatch(/@import|url\(["']?https?:/)
  })
})

describe('the operations in its tabs', () => {
  test('can be run as they stand on the demo data', async () => {
    await loadDemo(database, {
      pledges: DEFAULT_DEMO_PLEDGES,
      seed: DEFAULT_DEMO_SEED,
      putFile: () => Promise.resolve(),
    })
    const gateway = openGateway(database, servedSchema)
    const token = await tokenOf(await createTestAccount(database))
    for (const { query, variables } of GRAPHIQL_OPERATIONS) {
      for (const operationName of namesIn(query)) {
        const sent = { variables, operationName }
        const { status, body } = await gateway.post(alone(query, operationName), token, sent)
        expect(status).toBe(200)
        expect(body.errors).toBeUndefined()
        expect(Object.values(body.data ?? {})).not.toContain(null)
        const answer = JSON.stringify(body.data)
        expect(answer).not.toMatch(/"(nodes|edges)":\[\]}?}?$/)
        expect(answer).not.toMatch(/"__typename":"\w+Error"/)
      }
    }
  })

  test('are all valid, those that follow too', () => {
    for (const { query } of GRAPHIQL_OPERATIONS) {
      expect(validate(servedSchema, parse(query))).toEqual([])
    }
  })

  test('begin with one that shows pledges with all that belongs to them, and needs nothing', () => {
    const [first] = GRAPHIQL_OPERATIONS
    expect(first?.variables).toBeUndefined()
    for (const field of ['person', 'owningOrganization', 'transactions', 'calls', 'attempts']) {
      expect(first?.query).toMatch(new RegExp(`\\b${field}\\b.* {`))
    }
  })
})

/** One operation as the page sends it: without the other ones, but with all fragments. */
function alone(query: string, name: string): string {
  const { definitions, ...document } = parse(query)
  const sent = definitions.filter(
    (each) => each.kind !== Kind.OPERATION_DEFINITION || (each.name?.value ?? '') === name,
  )
  return print({ ...document, definitions: sent })
}

/** The queries and mutations of a document, in their order. */
function namesIn(query: string): string[] {
  return parse(query).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION &&
    definition.operation !== OperationTypeNode.SUBSCRIPTION
      ? [definition.name?.value ?? '']
      : [],
  )
}
