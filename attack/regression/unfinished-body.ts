import { connect, type Socket } from 'node:net'
import { BOUND, type Regression } from './regression.ts'
import { waitUntil } from '../support/waiting.ts'

const REQUESTS = 200
const BODY_BYTES = 2_097_152
const MOST_MILLISECONDS = 60_000

export const unfinishedBody: Regression = {
  name: 'unfinished-body',
  was: 'A body of which the last byte never came was held for 299 seconds; 200 of them took 400 MB.',
  must: 'A body has so long to come, and all that are under way have so many bytes together.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const token = await trial.attacker.token()
    const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`
    const part = Buffer.alloc(BODY_BYTES - 1, ' ')
    const sockets: Socket[] = []
    const { value: waited, damage } = await trial.measure(gateway, async () => {
      for (let index = 0; index < REQUESTS; index += 1) {
        const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
        socket.on('error', () => undefined)
        socket.resume()
        socket.write(head)
        socket.write(part)
        sockets.push(socket)
      }
      return waitUntil(MOST_MILLISECONDS, () => sockets.every((socket) => socket.closed))
    })
    for (const socket of sockets) socket.destroy()
    trial.must(
      `no body is waited for longer than ${MOST_MILLISECONDS / 1_000} s`,
      waited !== undefined,
      waited === undefined ? 'some are still waited for' : `${waited} ms`,
    )
    trial.must(
      `all of them take at most ${BOUND.gatewayMegabytes} MB`,
      damage.gatewayMegabytes <= BOUND.gatewayMegabytes,
      `${Math.round(damage.gatewayMegabytes)} MB`,
    )
    trial.mustBeBearable('unfinished bodies', damage)
  },
}
