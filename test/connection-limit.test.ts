import { EventEmitter, once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import type { ConnectionLimits } from '../src/http/limits.ts'
import { listen, type RunningServer } from '../src/http/server.ts'

const GET = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'
const LAST = 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const ENDLESS = 'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
const CHUNK = `10000\r\n${'x'.repeat(0x1_0000)}\r\n`

let server: RunningServer | undefined
let sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  await server?.stop(0)
  server = undefined
})

async function connectTo(listener: RequestListener, limits: Partial<ConnectionLimits> = {}) {
  server = await listen({ listener, host: '127.0.0.1', port: 0, limits })
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  // A connection may be cut off while it sends.
  socket.on('error', () => undefined)
  sockets.push(socket)
  return socket
}

/** Sends without an end, and answers once the other side has closed. */
async function sendUntilClosed(socket: Socket, bytes: string): Promise<void> {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  }
  socket.on('drain', more)
  more()
  await new Promise((resolve) => socket.once('close', resolve))
}

describe('requests that are sent ahead', () => {
  test('are answered one after the other, in their order', async () => {
    let open = 0
    let mostOpen = 0
    let count = 0
    const socket = await connectTo((_, response) => {
      open += 1
      mostOpen = Math.max(mostOpen, open)
      const number = (count += 1)
      setImmediate(() => {
        open -= 1
        response.end(`answer ${number}.`)
      })
    })
    socket.write(GET.repeat(9) + LAST)
    const answers = [...(await text(socket)).matchAll(/answer (\d+)\./g)].map(
      ([, number]) => number,
    )
    expect(answers).toEqual(Array.from({ length: 10 }, (_, i) => String(i + 1)))
    expect(mostOpen).toBe(1)
  })

  test('beyond what may wait end the connection after those that were taken', async () => {
    let count = 0
    const socket = await connectTo(
      (_, response) => {
        count += 1
        setImmediate(() => response.end('answer'))
      },
      { maxPipelinedRequests: 3 },
    )
    socket.write(GET.repeat(500))
    const answers = (await text(socket)).split('HTTP/1.1 200').slice(1)
    expect(answers).toHaveLength(4)
    expect(answers[3]).toMatch(/connection: close/i)
    expect(answers[2]).not.toMatch(/connection: close/i)
    expect(count).toBe(4)
  })

  test('are not read while one is answered', async () => {
    const begun = new EventEmitter()
    const isBegun = once(begun, 'request')
    const socket = await connectTo((request, response) => {
      if (!begun.emit('request', request.socket, response)) response.end()
    })
    socket.write(GET)
    const [received, response] = (await isBegun) as [Socket, ServerResponse]
    const isClosed = sendUntilClosed(socket, GET.repeat(4_000))
    // Once nothing more can be written, the other side has stopped to read.
    while (!received.isPaused()) await new Promise((resolve) => setImmediate(resolve))
    const before = received.bytesRead
    response.end('answer')
    await isClosed
    expect(before).toBeLessThan(1_000_000)
    expect(received.bytesRead).toBeLessThan(1_000_000)
  })

  test('may have bodies', async () => {
    const socket = await connectTo((request, response) => {
      void text(request).then((body) => response.end(`<${body}>`))
    })
    const post = (body: string, more = '') =>
      `POST /x HTTP/1.1\r\nHost: a\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`
    const long = 'b'.repeat(300_000)
    socket.write(post('a') + post(long) + post('c') + post('d', 'Connection: close\r\n'))
    const bodies = [...(await text(socket)).matchAll(/<(\w+)>/g)].map(([, body]) => body)
    expect(bodies).toEqual(['a', long, 'c', 'd'])
  })
})

describe('what is refused before anything is looked at', () => {
  const never: RequestListener = () => {
    throw new Error('It was looked at.')
  }

  test.each([
    ['headers that are too large', `X: ${'x'.repeat(3_000)}\r\n`, 431, 'REQUEST_TOO_LARGE'],
    ['too many headers', 'X: x\r\n'.repeat(30), 431, 'REQUEST_TOO_LARGE'],
    ['what is no HTTP', 'a header without an end\r\n', 400, 'BAD_REQUEST'],
  ])('%s', async (_, headers, status, code) => {
    const socket = await connectTo(never, { maxHeaderBytes: 2_000, maxHeaders: 20 })
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\n${headers}\r\n`)
    const answer = await text(socket)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const [, body = ''] = answer.split('\r\n\r\n')
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code } }] })
  })

  test('headers that do not come to an end in time', async () => {
    const socket = await connectTo(never, { bodyTimeoutMilliseconds: 100 })
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408 [^]*"REQUEST_TIMEOUT"/)
  })
})

describe('a client', () => {
  test('that goes on with a body that nobody wants gets the answer, and is cut off', async () => {
    const received = new EventEmitter()
    const isBegun = once(received, 'request')
    const socket = await connectTo((request, response) => {
      received.emit('request', request.socket)
      response.end('refused')
    })
    socket.write(ENDLESS)
    const [connection] = (await isBegun) as [Socket]
    const answer = once(socket, 'data')
    await sendUntilClosed(socket, CHUNK)
    expect(String(await answer)).toContain('refused')
    expect(connection.bytesRead).toBeLessThan(20_000_000)
  })

  test('that sends the rest too slowly is cut off', async () => {
    const socket = await connectTo((_, response) => response.end('refused'), {
      bodyTimeoutMilliseconds: 100,
    })
    socket.write(ENDLESS)
    expect(await text(socket)).toContain('refused')
  })

  test('that takes nothing of a large answer is cut off', async () => {
    const size = 30_000_000
    const over = new EventEmitter()
    const isOver = once(over, 'close')
    const socket = await connectTo(
      (_, response) => {
        response.once('close', () => over.emit('close'))
        response.end(Buffer.alloc(size))
      },
      { answerTimeoutMilliseconds: 100 },
    )
    socket.pause()
    socket.write(GET)
    await isOver
    let taken = 0
    socket.on('data', (chunk) => {
      taken += chunk.length
    })
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(taken).toBeLessThan(size)
  })

  test('that takes a large answer slowly gets all of it', async () => {
    const size = 8_000_000
    const socket = await connectTo((_, response) => response.end(Buffer.alloc(size)), {
      answerTimeoutMilliseconds: 300,
    })
    socket.write(LAST)
    let taken = 0
    for await (const chunk of socket) {
      taken += (chunk as Buffer).length
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(taken).toBeGreaterThan(size)
  })
})
