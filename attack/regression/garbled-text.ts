import type { Regression } from './regression.ts'
import { post } from './request.ts'

const BROKEN = [
  ['a Latin-1 letter', [0xe9]],
  ['half a character', [0xe2, 0x82]],
  ['half of a pair, encoded', [0xed, 0xa0, 0x80]],
  ['too long an encoding', [0xc0, 0xaf]],
] as const

export const garbledText: Regression = {
  name: 'garbled-text',
  was: 'A body that is no UTF-8 was stored with other letters than were sent.',
  must: 'It is refused with HTTP 400, and nothing is stored.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const { pledge } = trial.tenant(0)
    for (const [what, bytes] of BROKEN) {
      const [before, after] = [
        `{"query": "mutation { updatePledge(input: { pledgeUuid: \\"${pledge}\\", recruitingLocationLabel: \\"Caf`,
        '\\" }) { __typename } }"}',
      ]
      const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
      const reply = await post(gateway.graphqlUrl, trial.attacker, { query: '' }, { body })
      const stored = await trial.query(
        `select 1 from pledges where recruiting_location_label like 'Caf%'`,
      )
      trial.must(
        what,
        reply.status === 400 && stored.length === 0,
        `HTTP ${reply.status}, ${stored.length} stored`,
      )
    }
  },
}
