import { Agent } from 'node:http'
import { childrenOf, ownMegabytes, residentMegabytes } from './process-memory.ts'
import type { Regression } from './regression.ts'
import { codesOf, post } from './request.ts'

const OPERATIONS = 2_500
/** Often enough that a statement is worth to be kept on a connection. */
const TIMES = 6
const CONNECTIONS = 16
const GATEWAY_MEGABYTES = 400
const BACKEND_MEGABYTES = 60

/** An ordinary operation, and another one for each number. */
function operation(number: number): string {
  return `query { pledges(first: ${1 + (number % 5)}) { nodes { k${number}: uuid status donationAmount person { lastName } calls(first: 2) { totalCount nodes { status organization { name } } } transactions(first: 2) { nodes { amount } } } } }`
}

export const distinctOperations: Regression = {
  name: 'distinct-operations',
  was: '5,000 distinct ordinary operations took ten backends to 2.1 GB, because no prepared statement was ever dropped.',
  must: 'Whatever is kept of an operation, in the gateway and on each connection, is bounded by its weight.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
    let next = 0
    let failures = 0
    const work = async () => {
      while (next < OPERATIONS * TIMES) {
        next += 1
        const reply = await post(
          gateway.graphqlUrl,
          trial.attacker,
          { query: operation(Math.floor(next / TIMES)) },
          { agent },
        )
        if (reply.status !== 200 || codesOf(reply).length > 0) failures += 1
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, work))
    agent.destroy()
    const backends = childrenOf(trial.target.postmaster).map(ownMegabytes)
    const largest = Math.max(...backends)
    const resident = residentMegabytes(gateway.pid)
    trial.must(
      'every one is answered',
      failures === 0,
      `${failures} of ${OPERATIONS * TIMES} were not`,
    )
    trial.must(
      `a backend stays below ${BACKEND_MEGABYTES} MB`,
      largest < BACKEND_MEGABYTES,
      `${Math.round(largest)} MB, all together ${Math.round(backends.reduce((sum, each) => sum + each, 0))} MB`,
    )
    trial.must(
      `the gateway stays below ${GATEWAY_MEGABYTES} MB`,
      resident < GATEWAY_MEGABYTES,
      `${Math.round(resident)} MB`,
    )
  },
}
