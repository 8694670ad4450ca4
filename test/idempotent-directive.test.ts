import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { readAttempts } from './support/call.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { insertCall, insertUser } from './support/records.ts'

// Over HTTP, where operations are validated.

const MISPLACED = 'Directive "@idempotent" may only be used on a field of a mutation itself.'

let database: Database
let gateway: Gateway
let token: string

beforeAll(async () => {
  database = await openTestDatabase()
  gateway = openGateway(database, schema)
  token = await tokenOf(await createTestAccount(database))
})

afterAll(() => database.close())

describe('the directive', () => {
  test.each([
    ['a field of a query', '{ pledges @idempotent(key: "k") { totalCount } }'],
    ['a field below', '{ pledges { totalCount @idempotent(key: "k") } }'],
    ['a subscription', 'subscription { changes @idempotent(key: "k") { cursor } }'],
    ['__typename of a mutation', 'mutation { __typename @idempotent(key: "k") }'],
    [
      'a field of a payload',
      `mutation { releasePledge(input: { pledgeUuid: "${randomUUID()}" }) { ... on ReleasePledgePayload { pledge @idempotent(key: "k") { uuid } } } }`,
    ],
    [
      'a field of the same name elsewhere',
      'query { ...F } fragment F on Query { viewer @idempotent(key: "k") { email } }',
    ],
  ])('on %s is refused, and nothing is done', async (_where, operation) => {
    const { status, body } = await gateway.post(operation, token)
    expect(status).toBe(200)
    expect(body.errors).toMatchObject([
      { message: MISPLACED, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ])
    expect(body.data).toBeUndefined()
  })

  test.each([
    ['an operation', 'query @idempotent(key: "k") { __typename }', /may not be used on QUERY/],
    ['a fragment', 'mutation { ... @idempotent(key: "k") { __typename } }', /may not be used on/],
    ['a field twice', attempt('@idempotent(key: "k") @idempotent(key: "k")'), /only be used once/],
    ['no key', attempt('@idempotent'), /"key" of type "String!" is required/],
    ['a number', attempt('@idempotent(key: 5)'), /"key" of @idempotent must be a string/],
    ['null', attempt('@idempotent(key: null)'), /"key" of @idempotent must not be null/],
  ])('on or with %s is refused as any directive', async (_what, operation, message) => {
    const { body } = await gateway.post(operation, token)
    expect(body.errors![0]!.message).toMatch(message)
    expect(body.data).toBeUndefined()
  })

  test.each([
    ['missing', {}, undefined],
    ['null', { key: null }, undefined],
    ['a number', { key: 5 }, undefined],
    ['null in the place of a default', { key: null }, 'String = "k"'],
  ])('with a variable that is %s is refused, and nothing is done', async (_what, values, type) => {
    const { uuid: callUuid } = await insertCall(database)
    const attemptedByUuid = (await insertUser(database)).uuid
    const operation = attempt('@idempotent(key: $key)', `, $key: ${type ?? 'String!'}`)
    const variables = { input: { callUuid, attemptedByUuid }, ...values }
    const { body } = await gateway.post(operation, token, { variables })
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(body.data?.['addCallAttempt'] ?? null).toBeNull()
    expect(await readAttempts(database, callUuid)).toEqual([])
  })

  test('is good in fragments and with a variable, and leaves no words for the log', async () => {
    const { uuid: callUuid } = await insertCall(database)
    const attemptedByUuid = (await insertUser(database)).uuid
    const variables = { input: { callUuid, attemptedByUuid }, key: 'noor@example.org' }
    const operation = `mutation ($input: AddCallAttemptInput!, $key: String!) { ...Act ... on Mutation { again: addCallAttempt(input: $input) @idempotent(key: $key) { __typename } } }
      fragment Act on Mutation { addCallAttempt(input: $input) @include(if: true) @idempotent(key: $key) { ... on AddCallAttemptPayload { call { attemptCount } } } }`
    const { body } = await gateway.post(operation, token, { variables })
    expect(body).toEqual({
      data: {
        addCallAttempt: { call: { attemptCount: 1 } },
        again: { __typename: 'AddCallAttemptPayload' },
      },
    })
    expect(JSON.stringify(gateway.log)).not.toContain('noor@')
  })
})

function attempt(directive: string, variable = ''): string {
  return `mutation ($input: AddCallAttemptInput!${variable}) { addCallAttempt(input: $input) ${directive} { __typename } }`
}
