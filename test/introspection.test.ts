import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { schema } from './support/stand-in-schema.ts'

let database: Database
let token: string

beforeAll(async () => {
  database = await openTestDatabase()
  token = await tokenOf(await createTestAccount(database))
})

afterAll(() => database.close())

describe('introspection', () => {
  const INTROSPECTION = `
    query Q { __schema { ...S } ... on Query { __type(name: "Query") { name } } ...F ...F }
    fragment S on __Schema { queryType { name } }
    fragment F on Query { __typename }`

  test('is for those with a valid token', async () => {
    expect((await openGateway(database, schema).post(INTROSPECTION)).status).toBe(401)
    expect(
      (await openGateway(database, schema).post(INTROSPECTION, token)).body.errors,
    ).toBeUndefined()
  })

  test('can be for anybody, and nothing else is', async () => {
    const open = openGateway(database, schema, { introspection: 'public' })
    const { status, body } = await open.post(INTROSPECTION)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ __schema: { queryType: { name: 'Query' } } })
    for (const [query, more] of [
      ['{ email }'],
      ['{ __typename email }'],
      ['{ __typename: email }'],
      ['{ ... on Query { email } }'],
      ['{ ...F } fragment F on Query { __typename ... { email } }'],
      ['{ ...F } fragment F on Query { ...F email }'],
      ['{ ...Missing }'],
      ['mutation { __typename }'],
      ['{ __typename'],
      ['query A { __typename } query B { email }', { operationName: 'B' }],
      ['query A { __typename } query B { email }'],
      [`{ __typename ${'__typename '.repeat(10_000)} }`],
    ] as const) {
      const refused = await open.post(query, undefined, more)
      expect(refused.status, query).toBe(401)
      expect(refused.headers.get('www-authenticate')).toBe('Bearer')
      expect(refused.body).toEqual({
        errors: [{ message: 'A valid token is needed.', extensions: { code: 'UNAUTHENTICATED' } }],
      })
    }
    const named = { operationName: 'A' }
    const two = 'query A { __typename } query B { email }'
    expect((await open.post(two, undefined, named)).body).toEqual({ data: { __typename: 'Query' } })
    expect((await open.post(INTROSPECTION, 'garbage')).status).toBe(401)
    expect((await open.post('{ email }', token)).status).toBe(200)
  })

  test('can be for nobody', async () => {
    const closed = openGateway(database, schema, { introspection: 'off' })
    const { body } = await closed.post('{ __schema { queryType { name } } }', token)
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' })
    expect(body.data).toBeUndefined()
    expect((await closed.post(INTROSPECTION)).status).toBe(401)
  })
})
