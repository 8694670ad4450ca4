import type { Regression } from './regression.ts'
import { bodyOf, post } from './request.ts'

const FOREIGN_ACTS = 7
const NUMBER_BYTES = [4, 8] as const

/** The numbers that can be read out of some bytes: as digits, and as they stand at any place. */
function numbersIn(bytes: Buffer): Set<bigint> {
  const text = bytes.toString('latin1')
  // Among bytes of any kind, digits come up by chance.
  const digits = /^[ -~]*$/.test(text) ? text.match(/\d+/g) : null
  const numbers = new Set((digits ?? []).map(BigInt))
  for (const size of NUMBER_BYTES) {
    for (let place = 0; place + size <= bytes.length; place += 1) {
      numbers.add(size === 4 ? BigInt(bytes.readUInt32BE(place)) : bytes.readBigUInt64BE(place))
      numbers.add(size === 4 ? BigInt(bytes.readUInt32LE(place)) : bytes.readBigUInt64LE(place))
    }
  }
  return numbers
}

export const tellingCursor: Regression = {
  name: 'telling-cursor',
  was: 'The cursors of `changes` counted every account’s acts, so that one account saw how much the others do.',
  must: 'Nothing in a cursor is a number that grows by what others do.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const [watcher, other] = [trial.tenant(0), trial.tenant(1)]
    const act = async (tenant: typeof watcher, label: string) => {
      await post(gateway.graphqlUrl, tenant.account, {
        query: `mutation { updatePledge(input: { pledgeUuid: "${tenant.pledge}", recruitingLocationLabel: "${label}" }) { __typename } }`,
      })
    }
    const newest = async () => {
      const reply = await post(gateway.graphqlUrl, watcher.account, {
        query: '{ changes(last: 1) { edges { cursor node { kind } } } }',
      })
      const changes = bodyOf(reply)?.data?.['changes'] as
        { edges: { cursor: string }[] } | undefined
      return changes?.edges[0]?.cursor ?? ''
    }
    await act(watcher, 'first')
    const before = await newest()
    for (let index = 0; index < FOREIGN_ACTS; index += 1) await act(other, `foreign ${index}`)
    await act(watcher, 'second')
    const after = await newest()
    const earlier = numbersIn(Buffer.from(before, 'base64url'))
    const grown = [...numbersIn(Buffer.from(after, 'base64url'))].filter((number) =>
      earlier.has(number - BigInt(FOREIGN_ACTS + 1)),
    )
    trial.must('there are two cursors', before !== '' && after !== '' && before !== after, 'two')
    trial.must(
      `no number in the cursor has grown by ${FOREIGN_ACTS + 1}`,
      grown.length === 0,
      grown.length === 0 ? 'none' : `one is ${String(grown[0])} now`,
    )
  },
}
