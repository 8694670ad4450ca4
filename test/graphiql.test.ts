import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { createGraphiql } from '../src/http/graphiql.ts'
import { openTestDatabase } from './support/database.ts'
import { openGateway } from './support/gateway.ts'
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
    expect(text).not.toMatch(/<(script|link|iframe)\b[^>]* (src|href)="(?!data:)/)
    expect(text).not.toMatch(/@import|url\(["']?https?:/)
  })
})
