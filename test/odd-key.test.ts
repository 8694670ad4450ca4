import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { insertPledge } from './support/records.ts'

/** Names that mean something to JavaScript, to promises or to those who write JSON. */
const ODD = [
  'then',
  'catch',
  'constructor',
  '__proto__',
  'prototype',
  'toJSON',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'next',
  'return',
  'length',
  'errors',
  'data',
  'initialResult',
  'stringify',
]

let database: Database
let gateway: Gateway
let token: string
let uuid: string

beforeAll(async () => {
  database = await openTestDatabase()
  gateway = openGateway(database, schema)
  const key = await createTestAccount(database)
  token = await tokenOf(key)
  const properties = JSON.parse(
    `{${ODD.map((name) => `"${name}": {"${name}": "x"}`).join(',')}}`,
  ) as Record<string, unknown>
  uuid = (await insertPledge(database, { externalProperties: properties })).uuid
})
afterAll(() => database.close())

async function textOf(query: string): Promise<string> {
  const { text, body } = await gateway.post(query, token)
  expect(body.errors, query).toBeUndefined()
  // What is stored as JSON is answered as the database writes it, with spaces.
  return JSON.stringify(JSON.parse(text))
}

describe.each(ODD)('%s', (name) => {
  const pledge = () => `pledge(uuid: "${uuid}")`

  test('is answered as an alias, with and without resolvers', async () => {
    const viewer = await textOf(`{ viewer { ${name}: email } }`)
    expect(viewer).toMatch(new RegExp(`"viewer":\\{"${name}":"[^"]+@charity.example"\\}`))
    expect(await textOf(`{ ${name}: viewer { __typename } }`)).toContain(`"${name}":{`)
    for (const rest of ['', ' viewer { __typename }', ' __schema { __typename }']) {
      const query = `{ ${pledge()} { ${name}: status person { ${name}: uuid } o: owningOrganization { ${name}: name } }${rest} }`
      const text = await textOf(query)
      expect(text).toContain(`"${name}":"LEAD"`)
      expect(text).toMatch(new RegExp(`"person":\\{"${name}":"`))
    }
    const page = await textOf(
      `{ ${name}: pledges { ${name}: nodes { ${name}: uuid ${name}2: allowedActions } } viewer { email } }`,
    )
    expect(page).toContain(`"${name}":{"${name}":[{"${name}":"${uuid}"`)
  })

  test('is answered as a key of what is stored, with and without resolvers', async () => {
    for (const rest of ['', ' viewer { __typename }']) {
      const text = await textOf(`{ ${pledge()} { ${name}: externalProperties }${rest} }`)
      for (const odd of ODD) expect(text).toContain(`"${odd}":{"${odd}":"x"}`)
    }
    const act = await textOf(
      `mutation { ${name}: updatePledge(input: { pledgeUuid: "${uuid}", recruitingLocationLabel: "${name}" }) { ... on UpdatePledgePayload { ${name}: pledge { ${name}: externalProperties } } } }`,
    )
    expect(act).toContain(`"${name}":{"${name}":{"${name}":{"`)
  })
})
