import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

test('a parameter that GraphQL does not know is refused without its name', async () => {
  const gateway = openGateway(database, schema)
  const token = await tokenOf(await createTestAccount(database))
  const posted = await gateway.post('{ viewer { email } }', token, { ['x'.repeat(10_000)]: 1 })
  const got = await gateway.fetch({
    path: `/graphql?query={viewer{email}}&${'x'.repeat(1_000)}=1`,
    headers: { authorization: `Bearer ${token}`, 'x-graphql-yoga-csrf': '1' },
  })
  for (const { status, body, text } of [posted, got]) {
    expect(status).toBe(400)
    expect(body.errors?.[0]?.extensions['code']).toBe('BAD_REQUEST')
    expect(text.length).toBeLessThan(300)
  }
})
