import { setTimeout } from 'node:timers/promises'
import { Account } from '../support/client.ts'
import { follow } from '../support/event-stream.ts'
import { BOUND, type Regression } from './regression.ts'
import { post } from './request.ts'

const ACCOUNTS = 4
const OF_EACH = 500
const SETTLE_MILLISECONDS = 4_000

export const manySubscribers: Regression = {
  name: 'many-subscribers',
  was: 'With 2,000 subscribers one change cost everybody 1.5 seconds.',
  must: 'An account has so many subscriptions, and a change that all of them hear of holds nobody up.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const variables = { DATABASE_URL: trial.target.cluster.url(await trial.database()) }
    const leaving = new AbortController()
    let open = 0
    let refused = 0
    const heard = new Set<number>()
    const streams: Promise<unknown>[] = []
    for (let index = 0; index < ACCOUNTS; index += 1) {
      const account = await Account.create(`follower-${index}@charity.example`, variables)
      await account.token()
      for (let number = 0; number < OF_EACH; number += 1) {
        const id = streams.length
        open += 1
        streams.push(
          follow(gateway.graphqlUrl, {
            account,
            query: 'subscription { changes { cursor node { kind pledge { uuid status } } } }',
            variables: {},
            onResult: () => heard.add(id),
            signal: leaving.signal,
          }).then(({ kind }) => {
            open -= 1
            if (kind === 'refused') refused += 1
          }),
        )
      }
    }
    await setTimeout(SETTLE_MILLISECONDS)
    const following = open
    const { damage } = await trial.measure(gateway, async () => {
      const { pledge } = trial.tenant(0)
      await post(gateway.graphqlUrl, trial.attacker, {
        query: `mutation { updatePledge(input: { pledgeUuid: "${pledge}", recruitingLocationLabel: "elsewhere" }) { __typename } }`,
      })
      await setTimeout(SETTLE_MILLISECONDS)
    })
    leaving.abort()
    await Promise.all(streams)
    trial.must('some follow', following > 0, `${following} follow, ${refused} were refused`)
    trial.must(
      'all who follow hear of it',
      heard.size >= following,
      `${heard.size} of ${following}`,
    )
    trial.mustBeBearable('one change', damage)
    trial.must(
      'nobody else waits for it',
      damage.viewerMilliseconds <= BOUND.waitMilliseconds,
      `${Math.round(damage.viewerMilliseconds)} ms`,
    )
  },
}
