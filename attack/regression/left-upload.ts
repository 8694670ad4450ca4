import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Regression } from './regression.ts'

const CLIENTS = 10
const WAITS_MILLISECONDS = 300

export const leftUpload: Regression = {
  name: 'left-upload',
  was: 'A client that left while it uploaded was logged as a database that cannot be reached.',
  must: 'Whoever leaves is no outage, and no line of the log says that there was one.',
  async attack(trial) {
    const gateway = await trial.gateway({ LOG_LEVEL: 'debug' })
    const token = await trial.attacker.token()
    for (let index = 0; index < CLIENTS; index += 1) {
      const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"query":`,
      )
      await setTimeout(WAITS_MILLISECONDS)
      if (index % 2 === 0) socket.resetAndDestroy()
      else socket.destroy()
    }
    await setTimeout(WAITS_MILLISECONDS)
    const alarms = gateway.log.filter((line) =>
      /"level":(?:[456]0|"(?:warn|error|fatal)")/.test(line),
    )
    const outages = gateway.log.filter((line) => /cannot be reached|SERVICE_UNAVAILABLE/.test(line))
    trial.must('no outage is logged', outages.length === 0, outages[0]?.slice(0, 160) ?? 'none')
    trial.must(
      'nothing alarms an operator',
      alarms.length === 0,
      alarms[0]?.slice(0, 160) ?? 'none',
    )
  },
}
