import { setTimeout } from 'node:timers/promises'
import { follow } from '../support/event-stream.ts'
import { Proxy } from '../support/proxy.ts'
import { mustHold, waitUntil } from '../support/waiting.ts'
import type { Regression } from './regression.ts'
import { bodyOf, post } from './request.ts'

const CATCHES_UP_MILLISECONDS = 30_000
const LOST_ACTS = 4
const LATER_ACTS = 6
const HEARS_MILLISECONDS = 20_000

interface Event {
  readonly data?: { readonly changes?: { readonly cursor: string } } | null
  readonly errors?: readonly unknown[]
}

export const failoverBehind: Regression = {
  name: 'failover-behind',
  was: 'After a failover onto a standby that was behind, open subscriptions skipped changes without a word.',
  must: 'Whoever follows is told every change that there is, or is told by an error to begin anew.',
  async attack(trial) {
    const { cluster } = trial.target
    const database = await trial.database()
    const wire = await Proxy.open(cluster.port)
    trial.afterwards(() => wire.close())
    const standby = await cluster.createStandby(wire)
    trial.afterwards(() => standby.remove())
    await standby.start()
    const way = await Proxy.open(cluster.port)
    trial.afterwards(() => way.close())
    const gateway = await trial.gateway({
      DATABASE_URL: `postgres://postgres@127.0.0.1:${way.port}/${database}`,
    })
    const { pledge } = trial.tenant(0)
    const act = async (label: string) => {
      const reply = await post(gateway.graphqlUrl, trial.attacker, {
        query: `mutation { updatePledge(input: { pledgeUuid: "${pledge}", recruitingLocationLabel: "${label}" }) { ... on UpdatePledgePayload { pledge { uuid } } } }`,
      })
      return reply.status === 200 && bodyOf(reply)?.errors === undefined
    }
    const events: Event[] = []
    const leaving = new AbortController()
    let hasEnded = false
    const stream = follow(gateway.graphqlUrl, {
      account: trial.attacker,
      query: 'subscription { changes { cursor node { kind } } }',
      variables: {},
      onResult: (event) => events.push(event as Event),
      signal: leaving.signal,
    }).then((end) => {
      hasEnded = true
      return end
    })
    await setTimeout(2_000)
    await act('before')
    await mustHold('the standby has caught up', CATCHES_UP_MILLISECONDS, async () => {
      const [one] = await cluster.query<{ at: string }>('select pg_current_wal_lsn()::text as at')
      const [other] = await standby.query<{ is: boolean }>(
        `select pg_last_wal_replay_lsn() >= '${one?.at ?? ''}'::pg_lsn as is`,
      )
      return other?.is === true
    })
    await wire.cut()
    for (let index = 0; index < LOST_ACTS; index += 1) await act(`lost ${index}`)
    await waitUntil(CATCHES_UP_MILLISECONDS, () => events.length >= 1 + LOST_ACTS)
    await standby.promote()
    way.lead(standby.port)
    way.closeConnections()
    const heardBefore = events.length
    let done = 0
    await waitUntil(HEARS_MILLISECONDS * 2, async () => {
      if (await act(`later ${done}`)) done += 1
      return done === LATER_ACTS
    })
    await waitUntil(HEARS_MILLISECONDS, () => hasEnded || events.length >= heardBefore + LATER_ACTS)
    const later = events.slice(heardBefore)
    const isTold = later.some(({ errors }) => errors !== undefined)
    const told = later.filter(({ data }) => data?.changes !== undefined)
    leaving.abort()
    await stream
    trial.must('acts go on after the failover', done === LATER_ACTS, `${done} of ${LATER_ACTS}`)
    trial.must(
      'nothing is skipped without a word',
      isTold || told.length >= LATER_ACTS,
      `${told.length} of ${LATER_ACTS} changes, ${isTold ? 'and an error' : 'no error'}`,
    )
  },
}
