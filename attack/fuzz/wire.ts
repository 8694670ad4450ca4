import { connect } from 'node:net'
import type { Gateway } from '../support/gateway.ts'
import type { FuzzRequest } from './distortion.ts'

const LISTENS_MILLISECONDS = 200
const PIPELINED = 10

/** Announces a body, sends the half of it, and leaves. */
export function sendTruncated(
  gateway: Gateway,
  token: string,
  request: FuzzRequest,
): Promise<void> {
  const half = request.body.subarray(0, Math.floor(request.body.length / 2))
  return write(gateway, Buffer.concat([head(token, request.body.length), half]))
}

/** Sends a request several times over one connection without reading an answer, and then something that is no HTTP. */
export function sendPipelined(
  gateway: Gateway,
  token: string,
  request: FuzzRequest,
): Promise<void> {
  const whole = Buffer.concat([head(token, request.body.length), request.body])
  const garbage = Buffer.from('\u0000\u0001 /graphql HTTP/9.9\r\n\r\n', 'latin1')
  return write(gateway, Buffer.concat([...Array.from({ length: PIPELINED }, () => whole), garbage]))
}

function head(token: string, length: number): Buffer {
  return Buffer.from(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
  )
}

function write(gateway: Gateway, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.on('close', () => {
      resolve()
    })
    socket.resume()
    socket.write(bytes)
    setTimeout(() => {
      socket.destroy()
    }, LISTENS_MILLISECONDS)
  })
}
