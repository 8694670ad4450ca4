import { EventEmitter, once } from 'node:events'
import { Agent, request, type RequestListener, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { listen, type RunningServer } from '../src/http/server.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { schema } from './support/stand-in-schema.ts'

const MAX_BODY_BYTES = 1_000
const LONG_MILLISECONDS = 60_000

let database: Database
let authorization: string
let server: RunningServer | undefined

beforeAll(async () => {
  database = await openTestDatabase()
  authorization = `Bearer ${await tokenOf(await createTestAccount(database))}`
})

afterAll(() => database.close())

afterEach(async () => {
  await server?.stop(0)
  server = undefined
})

async function serve(listener?: RequestListener): Promise<RunningServer> {
  const { app } = openGateway(database, schema, { limits: { maxBodyBytes: MAX_BODY_BYTES } })
  server = await listen({
    listener: listener ?? ((request, response) => void app(request, response)),
    host: '127.0.0.1',
    port: 0,
  })
  return server
}

function post(url: string, body: BodyInit): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
    ...({ duplex: 'half' } as object),
  })
}

/** Sends bytes as they are, and answers all that comes back until the server closes the connection. */
async function exchange(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(bytes)
  return await text(socket)
}

function chunksOf(size: number, count: number): ReadableStream<Uint8Array> {
  let left = count
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(size).fill(0x20))
      else controller.close()
    },
  })
}

describe('over a connection', () => {
  test('an operation is answered, and health told', async () => {
    const { url } = await serve()
    const answer = await post(url, '{"query":"{ now }"}')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toHaveProperty('data.now')
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404)
  })

  test('a body in pieces is read, and one that is too large is refused', async () => {
    const { url } = await serve()
    const operation = '{"query":"{ now }"}'
    const pieces = new Blob([operation.slice(0, 7), operation.slice(7)]).stream()
    expect((await post(url, pieces)).status).toBe(200)
    expect((await post(url, operation.padEnd(MAX_BODY_BYTES + 1))).status).toBe(413)
    expect((await post(url, chunksOf(100, 11))).status).toBe(413)
  })

  test('a client that sends far too much gets to see why it was refused', async () => {
    const { url } = await serve()
    for (const headers of [{}, { 'content-length': String(100 * 65_536) }]) {
      const sent = request(`${url}/graphql`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
      })
      // It may still be sending when the server stops at the end of the test.
      sent.on('error', () => undefined)
      for (let i = 0; i < 100; i++) sent.write(Buffer.alloc(65_536, ' '))
      sent.end()
      const [answer] = (await once(sent, 'response')) as [{ statusCode: number }]
      expect(answer.statusCode).toBe(413)
    }
  })

  test.each([
    [
      'a host that is part of no URL',
      'GET /health/live HTTP/1.1\r\nHost: [%/\r\nConnection: close\r\n\r\n',
      200,
    ],
    ['a host with a path', 'GET /x HTTP/1.1\r\nHost: a/graphql?\r\nConnection: close\r\n\r\n', 404],
    [
      'a target that is a whole URL',
      'GET http://a/graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      404,
    ],
    [
      'a target that is an authority',
      'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      404,
    ],
    [
      'a target with two slashes',
      'GET //graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      404,
    ],
    [
      'an escape that is none',
      'GET /%zz?%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      404,
    ],
    ['no HTTP', 'hello\r\n\r\n', 400],
  ])('%s is answered without showing how it is made', async (_, bytes, status) => {
    const { url } = await serve()
    const answer = await exchange(url, bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).not.toMatch(/\bat .*:\d+/)
  })

  test('a client that goes away disturbs nobody', async () => {
    const { url } = await serve()
    const port = Number(new URL(url).port)
    const head = `POST /graphql HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n`
    for (const bytes of ['', 'POST /gra', head, `${head}{"query":`]) {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(bytes)
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    expect((await post(url, '{"query":"{ now }"}')).status).toBe(200)
  })
})

describe('a server that is told to stop', () => {
  test('answers what is open first, and until then tells whoever asks', async () => {
    const slowResponses = new EventEmitter()
    const begun = once(slowResponses, 'begun')
    const running = await serve((request, response) => {
      if (request.url === '/slow') slowResponses.emit('begun', response)
      else response.end('quick')
    })
    const slow = fetch(`${running.url}/slow`)
    const [slowResponse] = (await begun) as [ServerResponse]
    const stopped = running.stop(LONG_MILLISECONDS)
    const quick = await fetch(`${running.url}/quick`)
    expect(await quick.text()).toBe('quick')
    expect(quick.headers.get('connection')).toBe('close')
    slowResponse.end('slow')
    expect(await (await slow).text()).toBe('slow')
    await stopped
    await expect(fetch(`${running.url}/quick`)).rejects.toThrow()
  })

  test('closes connections that are merely kept open', async () => {
    const running = await serve((_, response) => response.end('quick'))
    const agent = new Agent({ keepAlive: true })
    const sent = request(`${running.url}/quick`, { agent }).end()
    const [answer] = (await once(sent, 'response')) as [NodeJS.ReadableStream]
    await text(answer)
    await running.stop(LONG_MILLISECONDS)
    agent.destroy()
  })

  test('drops what is still open after the time it is given', async () => {
    const running = await serve(() => undefined)
    const hanging = fetch(`${running.url}/hanging`).catch((error: unknown) => error)
    await running.stop(0)
    expect(await hanging).toBeInstanceOf(Error)
  })
})

describe('a port', () => {
  test('that is taken is told in one line', async () => {
    const { url } = await serve()
    const port = Number(new URL(url).port)
    const second = listen({ listener: () => undefined, host: '127.0.0.1', port })
    await expect(second).rejects.toThrow(
      `cannot listen on port ${port} of 127.0.0.1: another process listens there; stop it, or set PORT to another one`,
    )
  })

  test('of an address that is not this machine is told in one line', async () => {
    const elsewhere = listen({ listener: () => undefined, host: '192.0.2.1', port: 0 })
    await expect(elsewhere).rejects.toThrow('this machine has no such address')
  })
})
