import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import type { Limits } from '../src/http/limits.ts'
import { listen, type RunningServer } from '../src/http/server.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { schema } from './support/stand-in-schema.ts'

let database: Database
let tokens: string[]
let server: RunningServer | undefined

beforeAll(async () => {
  database = await openTestDatabase()
  tokens = []
  for (let i = 0; i < 3; i += 1) tokens.push(await tokenOf(await createTestAccount(database)))
})

afterAll(() => database.close())

afterEach(async () => {
  await server?.stop(0)
  server = undefined
})

async function serve(limits: Partial<Limits>): Promise<Gateway & { port: number }> {
  const gateway = openGateway(database, schema, { limits })
  const { app } = gateway
  server = await listen({
    listener: (request, response) => void app(request, response),
    host: '127.0.0.1',
    port: 0,
  })
  return { ...gateway, port: Number(new URL(server.url).port) }
}

function headOf(token: string | undefined, length: number): string {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`
  return `POST /graphql HTTP/1.1\r\nHost: a\r\n${authorization}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
}

/** Begins with a body, and waits until the server has taken that in. */
async function beginBody(port: number, token: string, length: number) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  // The server says so when it reads the body of a request that asks whether it will.
  socket.write(headOf(token, length).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'))
  await once(socket, 'data')
  socket.write('{')
  return socket
}

async function post(port: number, token: string, query = '{ now }') {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}

/** Asks until the answer has a status: what has closed is told to the server in its own time. */
async function postUntil(port: number, token: string, status: number) {
  for (;;) {
    const answer = await post(port, token)
    if (answer.status === status) return answer
  }
}

describe('a body', () => {
  test('that does not come to its end in time is refused, and frees what it took', async () => {
    const { port, log } = await serve({ bodyTimeoutMilliseconds: 100, maxBodyBytesInFlight: 1 })
    const socket = connect(port, '127.0.0.1')
    socket.write(`${headOf(tokens[0], 500)}{`)
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1.1 408 [^]*connection: close[^]*"REQUEST_TIMEOUT"/i)
    expect((await post(port, tokens[0]!)).status).toBe(200)
    expect(log).toEqual([])
  })

  test('counts with its whole length against its account, until it is over', async () => {
    const { port } = await serve({ maxBodyBytes: 1_000, maxBodyBytesPerAccount: 1_000 })
    const unfinished = await beginBody(port, tokens[0]!, 990)
    const refused = await postUntil(port, tokens[0]!, 429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(JSON.parse(refused.body)).toMatchObject({
      errors: [{ extensions: { code: 'TOO_MANY_REQUESTS', limit: 1_000 } }],
    })
    expect((await post(port, tokens[1]!)).status).toBe(200)
    unfinished.resetAndDestroy()
    await postUntil(port, tokens[0]!, 200)
  })

  test('counts against the process', async () => {
    const limits = { maxBodyBytes: 1_000, maxBodyBytesPerAccount: 0, maxBodyBytesInFlight: 1_500 }
    const { port } = await serve(limits)
    const unfinished = [
      await beginBody(port, tokens[0]!, 745),
      await beginBody(port, tokens[1]!, 745),
    ]
    const refused = await postUntil(port, tokens[2]!, 503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.body).toContain('"OVERLOADED"')
    for (const socket of unfinished) socket.resetAndDestroy()
    await postUntil(port, tokens[2]!, 200)
  })

  test('of somebody unknown is not waited for', async () => {
    const { port } = await serve({})
    const socket = connect(port, '127.0.0.1')
    socket.write(`${headOf(undefined, 1_000_000)}{`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toMatch(/^HTTP\/1.1 401 /)
    socket.destroy()
  })

  test('that is broken off by its client is no failure of the database', async () => {
    const { port, log } = await serve({ maxBodyBytes: 1_000, maxBodyBytesPerAccount: 1_000 })
    const unfinished = await beginBody(port, tokens[0]!, 990)
    await postUntil(port, tokens[0]!, 429)
    unfinished.resetAndDestroy()
    await postUntil(port, tokens[0]!, 200)
    expect(log).toEqual([])
  })
})

describe('an encoding', () => {
  let gateway: Gateway
  const send = (body: Uint8Array<ArrayBuffer>, contentType = 'application/json') =>
    gateway.fetch({
      method: 'POST',
      headers: { authorization: `Bearer ${tokens[0]!}`, 'content-type': contentType },
      body,
    })
  const operation = Buffer.from('{"query":"{ now }"}')

  beforeAll(() => {
    gateway = openGateway(database, schema)
  })

  test.each([
    ['Latin-1', Buffer.from('{"query":"{ now } # é"}', 'latin1')],
    ['a character that is cut off', Buffer.from([...Buffer.from('{"query":"{ now } #'), 0xc3])],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80])],
    ['UTF-16', Buffer.from('{"query":"{ é }"}', 'utf16le').fill(0xff, 0, 1)],
  ])('that is not UTF-8 is refused: %s', async (_, bytes) => {
    const { status, body } = await send(Buffer.from(bytes))
    expect(status).toBe(400)
    expect(body.errors?.[0]).toMatchObject({
      message: 'The body of the request must be encoded as UTF-8, and is not.',
      extensions: { code: 'BAD_REQUEST' },
    })
  })

  test('may begin with a byte order mark', async () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), operation])
    expect((await send(Buffer.from(marked))).status).toBe(200)
  })

  test.each([
    ['utf-8', 200],
    ['"UTF-8"', 200],
    ['utf8', 200],
    ['iso-8859-1', 415],
    ['utf-16', 415],
  ])('is named: %s is answered with %d', async (charset, status) => {
    const type = `application/json; charset=${charset}`
    expect((await send(Buffer.from(operation), type)).status).toBe(status)
  })
})
