import { execute, type ExecutionResult, lexicographicSortSchema, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { answerPlanned, type WrittenResult } from '../src/read/binding/planned-answer.ts'
import { schema } from '../src/schema.ts'
import { type FieldRead, READ } from '../src/read/field.ts'
import { openTestDatabase } from './support/database.ts'
import { createContext, EVERYTHING } from './support/execution.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { insertPledge, type Pledge } from './support/records.ts'

let database: Database
let pledge: Pledge

beforeAll(async () => {
  database = await openTestDatabase()
  pledge = await insertPledge(database, { originMetadata: { note: 'a "b"\n' } })
})
afterAll(() => database.close())

interface Viewing {
  readonly variableValues?: Record<string, unknown>
  readonly permissions?: typeof EVERYTHING.permissions
  readonly from?: Database
}

/** What is answered without resolvers, and what with them. */
async function answersTo(query: string, viewing: Viewing = {}) {
  const { variableValues = {}, permissions = EVERYTHING.permissions, from = database } = viewing
  const actor = { ...EVERYTHING, permissions }
  const contextValue = createContext({ database: from, actor })
  const request = { schema, document: parse(query), variableValues, contextValue }
  const written: ExecutionResult | undefined = await answerPlanned(request)
  return { written, executed: await execute(request) }
}

function textOf(result: ExecutionResult | undefined): string {
  const { stringify = JSON.stringify } = result as Partial<WrittenResult>
  return stringify(result)
}

describe('a query that is planned throughout', () => {
  test.each([
    '{ pledges { totalCount nodes { uuid createdAt } __typename pageInfo { endCursor } } }',
    '{ b: pledges { nodes { status } } a: organizations { nodes { name id } } __typename }',
    '{ pledges { nodes { type } } pledges { edges { cursor } nodes { uuid type } } }',
    '{ pledges { nodes { allowedActions originMetadata externalSource { name } } } }',
    '{ pledge(uuid: "5cf67f69-34d0-46fe-b904-20d56248a844") { uuid } }',
    '{ pledges @skip(if: true) { totalCount } }',
  ])('is answered in the text to which resolvers lead: %s', async (query) => {
    const { written, executed } = await answersTo(query)
    expect(JSON.stringify(JSON.parse(textOf(written)))).toBe(JSON.stringify(executed))
    expect(written?.data).toEqual(JSON.parse(JSON.stringify(executed.data)))
  })

  test.each([
    ['that may be null', '{ pledges { totalCount } organizations { totalCount } }', 'pledges'],
    [
      'that is never null',
      '{ pledges { totalCount } organizations { totalCount } }',
      'organizations',
    ],
  ])('tells what went wrong in a field %s', async (_what, query, table) => {
    const from: Database = {
      ...database,
      read: (statement, values) =>
        statement.text.includes(`"${table}"`)
          ? Promise.reject(new Error('gone'))
          : database.read(statement, values),
    }
    const { written, executed } = await answersTo(query, { from })
    expect(textOf(written)).toBe(JSON.stringify(executed))
    expect(written?.errors?.[0]?.originalError?.message).toBe('gone')
  })
})

describe('resolvers answer', () => {
  test.each([
    ['a field that is not planned', '{ viewer { email } pledges { totalCount } }'],
    ['introspection', '{ __schema { queryType { name } } pledges { totalCount } }'],
    ['an argument that is not accepted', '{ pledges(first: 0) { totalCount } }'],
    ['a record by its id', '{ node(id: "x") { id } }'],
    ['what is no query', 'subscription { changes { cursor } }'],
  ])('%s', (_what, query) => {
    const actor = EVERYTHING
    const contextValue = createContext({ database, actor })
    expect(answerPlanned({ schema, document: parse(query), contextValue })).toBeUndefined()
  })

  test('where a permission is missing', async () => {
    const query = `{ pledge(uuid: "${pledge.uuid}") { person { lastName } } }`
    const permissions = new Set(['PLEDGES_READ'] as const)
    const { written, executed } = await answersTo(query, { permissions })
    expect(written).toBeUndefined()
    expect(executed.errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
  })

  test('variables that do not fit', async () => {
    const query = 'query ($uuid: UUID!) { pledge(uuid: $uuid) { uuid } }'
    const { written, executed } = await answersTo(query, { variableValues: { uuid: 7 } })
    expect(written).toBeUndefined()
    expect(executed.errors).toHaveLength(1)
  })
})

describe('a mistake of this program', () => {
  // The planner takes every list to have orders.
  const mistaken = lexicographicSortSchema(schema)
  const field = mistaken.getQueryType()!.getFields()['pledges']!
  field.extensions = { [READ]: { ...(field.extensions[READ] as FieldRead), orders: undefined } }
  const query = '{ pledges { totalCount } }'

  test('is no argument that is not accepted: the executor does not go on as if nothing had happened', () => {
    const contextValue = createContext({ database })
    expect(() => answerPlanned({ schema: mistaken, document: parse(query), contextValue })).toThrow(
      TypeError,
    )
  })

  test('is logged, and the client is told that something went wrong', async () => {
    const gateway = openGateway(database, mistaken)
    const token = await tokenOf(await createTestAccount(database))
    const { body } = await gateway.post(query, token)
    expect(body.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
    expect(JSON.stringify(gateway.log)).toContain('TypeError')
  })
})
