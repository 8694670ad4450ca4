import type { Regression } from './regression.ts'
import { codesOf, post } from './request.ts'

const ALIAS_LENGTH = 300_000
const LARGEST_ANSWER_BYTES = 16_777_216
const ALLOWED_LENGTHS = [64, 128, 255, 1_000, 4_000]
const FIELDS = 40

export const unboundedAnswer: Regression = {
  name: 'unbounded-answer',
  was: 'One alias of 300,000 characters under rows took 800 MB in the gateway and in a backend, and came out as HTTP 500.',
  must: 'Names have a length, and an answer a number of bytes that neither the gateway nor Postgres goes beyond.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const alias = 'a'.repeat(ALIAS_LENGTH)
    const rows = (inner: string) =>
      `{ pledges(first: 100) { nodes { transactions(first: 100) { nodes { ${inner} } } calls(first: 100) { nodes { ${inner} } } } } }`
    await trial.mustRefuse('long alias', gateway, { query: rows(`${alias}: uuid`) })
    for (const length of ALLOWED_LENGTHS) {
      const inner = Array.from(
        { length: FIELDS },
        (_, index) => `${'a'.repeat(length - 4)}${String(1_000 + index)}: uuid`,
      )
      const { value: reply, damage } = await trial.measure(gateway, () =>
        post(gateway.graphqlUrl, trial.attacker, { query: rows(inner.join(' ')) }),
      )
      const codes = codesOf(reply)
      trial.must(
        `${FIELDS} aliases of ${length}: an answer of a bounded size, or a refusal`,
        reply.bytes <= LARGEST_ANSWER_BYTES &&
          reply.status !== 0 &&
          reply.status !== 500 &&
          !codes.includes('INTERNAL_SERVER_ERROR'),
        `HTTP ${reply.status} ${codes.join(', ')}, ${reply.bytes} bytes`,
      )
      trial.mustBeBearable(`${FIELDS} aliases of ${length}`, damage)
    }
  },
}
