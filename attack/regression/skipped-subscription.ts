import type { Regression } from './regression.ts'
import { codesOf, post } from './request.ts'

export const skippedSubscription: Regression = {
  name: 'skipped-subscription',
  was: '`subscription { changes @skip(if: true) { cursor } }` was answered with HTTP 500.',
  must: 'A subscription that selects nothing is refused with a code.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const directives = ['@skip(if: true)', '@include(if: false)', '@skip(if: $no)']
    for (const accept of ['application/json', 'text/event-stream']) {
      for (const directive of directives) {
        const variables = directive.includes('$') ? '($no: Boolean = true)' : ''
        const query = `subscription ${variables} { changes ${directive} { cursor } }`
        const reply = await post(
          gateway.graphqlUrl,
          trial.attacker,
          { query },
          { headers: { accept }, giveUpMilliseconds: 5_000 },
        )
        trial.must(
          `${directive} as ${accept}`,
          reply.status !== 0 &&
            reply.status < 500 &&
            !reply.text.includes('INTERNAL_SERVER_ERROR') &&
            reply.text.includes('"code"'),
          `HTTP ${reply.status} ${codesOf(reply).join(', ')} ${reply.text.slice(0, 120)}`,
        )
      }
    }
  },
}
