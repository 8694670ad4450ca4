import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_OPERATION_LIMITS } from '../src/cost/limits.ts'
import type { Database } from '../src/db/database.ts'
import { pledges } from '../src/pledge/table.ts'
import { encodeGlobalId } from '../src/read/global-id.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { insertPledge } from './support/records.ts'

const PLEDGES = 30
const BYTES_OF_A_PLEDGE = 1_000
const TOO_LARGE = { code: 'ANSWER_TOO_LARGE', limit: 20_000 }

let database: Database
let token: string
let person: string
let ids: string[]

beforeAll(async () => {
  database = await openTestDatabase()
  const first = await insertPledge(database)
  person = first.personUuid
  const rows = [first]
  for (let nth = 1; nth < PLEDGES; nth += 1) {
    rows.push(
      await insertPledge(database, {
        personUuid: person,
        owningOrganizationUuid: first.owningOrganizationUuid,
      }),
    )
  }
  ids = rows.map(({ uuid }) => encodeGlobalId('Pledge', uuid))
  await database.drizzle
    .update(pledges)
    .set({ originMetadata: sql`jsonb_build_object('text', repeat('x', ${BYTES_OF_A_PLEDGE}))` })
  token = await tokenOf(await createTestAccount(database))
})
afterAll(() => database.close())

async function ask(query: string, variables = {}, answerBytes = TOO_LARGE.limit) {
  const operationLimits = { ...DEFAULT_OPERATION_LIMITS, answerBytes, cost: 10_000_000 }
  const gateway = openGateway(database, schema, { operationLimits })
  return (await gateway.post(query, token, { variables })).body
}

// A single value may have more bytes than these tests allow an answer to have.
const PAGE = 'uuid calls(first: 1) { totalCount }'

describe('an answer that is too large ends in Postgres, before it is put together', () => {
  test.each<[what: string, query: string]>([
    [
      'a page of nodes',
      '{ pledges(first: 30) { nodes { recruitingLocationLabel person { pledges(first: 30) { nodes { cancellationReason uuid type status createdAt updatedAt } } } } } }',
    ],
    [
      'a page of edges',
      '{ pledges(first: 30) { edges { node { person { pledges(first: 30) { edges { cursor node { id uuid type status createdAt updatedAt } } } } } } pageInfo { hasNextPage endCursor } } }',
    ],
    [
      'a page of a nested list',
      `{ person(uuid: "PERSON") { a: pledges(first: 100) { nodes { person { pledges(first: 100) { nodes { uuid createdAt updatedAt } } } } } } }`,
    ],
    [
      'aliases of a list, of which none is too large by itself',
      `{ person(uuid: "PERSON") { ${Array.from({ length: 20 }, (_, nth) => `a${nth}: pledges(first: 30) { nodes { uuid createdAt } }`).join(' ')} } }`,
    ],
    [
      'records by their ids',
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Pledge { person { pledges(first: 30) { nodes { uuid createdAt updatedAt } } } } } }',
    ],
    [
      'several root fields together',
      `{ ${Array.from({ length: 20 }, (_, nth) => `a${nth}: pledges(first: 30) { nodes { uuid createdAt } }`).join(' ')} }`,
    ],
  ])('%s', async (_what, query) => {
    const { data, errors } = await ask(query.replace('PERSON', person), { ids })
    expect(errors?.[0]?.extensions).toMatchObject(TOO_LARGE)
    expect(JSON.stringify(data ?? null).length).toBeLessThan(500)
  })

  test('and one that could have been too large, and is not, is answered as ever', async () => {
    const query = `query ($ids: [ID!]!) {
      pledges(last: 30) { edges { cursor node { ${PAGE} originMetadata } } nodes { ${PAGE} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }
      nodes(ids: $ids) { id ... on Pledge { ${PAGE} focusAreas { name } } }
      person(uuid: "${person}") { pledges(first: 7) { nodes { ${PAGE} } pageInfo { hasNextPage } } }
    }`
    const measured = await ask(query, { ids }, 200_000)
    const unmeasured = await ask(query, { ids }, 1_000_000_000)
    expect(measured.errors).toBeUndefined()
    expect(measured).toEqual(unmeasured)
  })

  test('a row that alone can have more bytes is refused before anything is read', async () => {
    const { errors } = await ask('{ pledges(first: 1) { nodes { originMetadata } } }')
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'OPERATION_TOO_LARGE',
      cost: { measure: 'answerBytes', limit: 20_000 },
    })
  })
})
