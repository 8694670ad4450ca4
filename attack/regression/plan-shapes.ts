import { BOUND, type Regression } from './regression.ts'
import { codesOf, post } from './request.ts'

const SHAPES = 160
const VARIABLES = 8
const REPEATED = 60

/** A large operation that eight variables give another shape each time. */
function shaped(): string {
  const names = Array.from({ length: VARIABLES }, (_, index) => `$v${index}: Boolean!`)
  const parts = Array.from({ length: VARIABLES }, (_, index) => {
    const fields = Array.from(
      { length: REPEATED },
      (_unused, number) =>
        `p${index}_${number}: person { lastName firstName pledges(first: 2) { nodes { uuid calls(first: 1) { nodes { status } } } } }`,
    )
    return `... @include(if: $v${index}) { ${fields.join(' ')} }`
  })
  return `query (${names.join(', ')}) { pledges(first: 1) { nodes { uuid ${parts.join(' ')} } } }`
}

export const planShapes: Regression = {
  name: 'plan-shapes',
  was: 'One operation with eight Boolean variables was planned in 160 shapes and took 1.3 GB, because plans were counted and not weighed.',
  must: 'Kept plans are bounded by their weight.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const query = shaped()
    const { value: codes, damage } = await trial.measure(gateway, async () => {
      const seen = new Set<string>()
      for (let shape = 0; shape < SHAPES; shape += 1) {
        const variables = Object.fromEntries(
          Array.from({ length: VARIABLES }, (_, index) => [
            `v${index}`,
            ((shape >> index) & 1) === 1,
          ]),
        )
        const reply = await post(gateway.graphqlUrl, trial.attacker, { query, variables })
        seen.add(`HTTP ${reply.status} ${codesOf(reply).join(', ')}`)
        if (reply.status === 0) break
      }
      return [...seen].join('; ')
    })
    trial.must(
      `${SHAPES} shapes raise the gateway by at most ${BOUND.gatewayMegabytes} MB`,
      damage.gatewayMegabytes <= BOUND.gatewayMegabytes,
      `${Math.round(damage.gatewayMegabytes)} MB (${codes})`,
    )
    trial.mustBeBearable('shapes', damage)
  },
}
