import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Kind, OperationTypeNode, parse, print, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { DEFAULT_DEMO_PLEDGES, DEFAULT_DEMO_SEED, loadDemo } from '../src/demo/load.ts'
import { GRAPHIQL_OPERATIONS } from '../src/http/graphiql-operations.ts'
import { createGraphiql } from '../src/http/graphiql.ts'
import { listen } from '../src/http/server.ts'
import { schema as servedSchema } from '../src/schema.ts'
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

  test('gives its token only to a client that names this machine as its host', async () => {
    const graphiql = createGraphiql(() => Promise.resolve('token-1'))
    const { app } = openGateway(database, schema, { graphiql })
    const server = await listen({
      listener: (request, response) => void app(request, response),
      host: '127.0.0.1',
      port: 0,
    })
    const pageFor = async (host: string) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      socket.write(
        `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
      )
      return await textOf(socket)
    }
    for (const host of ['localhost:4000', 'LOCALHOST', '127.0.0.1:80', '[::1]:4000']) {
      expect(await pageFor(host)).toContain('Bearer token-1')
    }
    for (const host of [
      'evil.example',
      'localhost.evil.example:4000',
      '127.0.0.1.evil.example',
      'localhost@evil.example',
      '',
      'localhost\r\nHost: evil.example',
    ]) {
      const page = await pageFor(host)
      expect(page).toContain('a token of yours')
      expect(page).not.toContain('token-1')
    }
    await server.stop(0)
  })

  test('is small, and what it loads is compressed and kept by the browser', async () => {
    const shown = openGateway(database, schema, { graphiql: createGraphiql() })
    const { text } = await shown.fetch(browser)
    expect(text.length).toBeLessThan(100_000)
    const paths = [...text.matchAll(/(?:src|href)="(graphiql\/[^"]+)"/g)].map(([, path]) => path!)
    expect(paths.map((path) => path.split('.').at(-1))).toEqual(['ico', 'css', 'js'])
    for (const path of paths) {
      const ask = (headers: Record<string, string>) =>
        shown.app.fetch(new Request(`http://localhost/${path}`, { headers }))
      const plain = await (await ask({})).text()
      for (const encoding of ['gzip', 'br']) {
        const answer = await ask({ 'accept-encoding': `deflate, ${encoding};q=0.5` })
        expect(answer.headers.get('content-encoding')).toBe(encoding)
        expect(answer.headers.get('vary')).toBe('Accept-Encoding')
        expect(answer.headers.get('cache-control')).toContain('immutable')
        const bytes = Buffer.from(await answer.arrayBuffer())
        const read = encoding === 'br' ? brotliDecompressSync(bytes) : gunzipSync(bytes)
        expect(Buffer.from(plain).equals(Buffer.from(read.toString()))).toBe(true)
        const etag = answer.headers.get('etag')!
        const again = await ask({ 'accept-encoding': encoding, 'if-none-match': etag })
        expect(again.status).toBe(304)
        expect(await again.text()).toBe('')
      }
      expect(
        (await ask({ 'accept-encoding': 'br;q=0' })).headers.get('content-encoding'),
      ).toBeNull()
    }
    expect((await shown.fetch({ path: '/graphiql/nothing.js' })).status).toBe(404)
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
