import { setTimeout } from 'node:timers/promises'
import { BOUND, type Regression } from './regression.ts'
import { post, type Reply, send } from './request.ts'

const LOCK_SECONDS = 8
const ACTS_OF_A_SECOND = 20
const HEALTH_MILLISECONDS = 100
const PAUSE_MILLISECONDS = 1_000 / ACTS_OF_A_SECOND

export const lockedTable: Regression = {
  name: 'locked-table',
  was: 'While `pledges` was locked against writes for 8 seconds, acts filled the pool, and reads and readiness stalled.',
  must: 'Reads, acts, keys and health each have connections that the others cannot take.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const { pledge } = trial.tenant(0)
    const read = () =>
      post(gateway.graphqlUrl, trial.target.bystander, {
        query: '{ pledges(first: 1) { nodes { uuid } } }',
      })
    await read()
    const lock = trial.query(
      `do $$ begin lock table pledges in share mode; perform pg_sleep(${LOCK_SECONDS}); end $$`,
    )
    const ends = performance.now() + LOCK_SECONDS * 1_000
    await setTimeout(500)
    const acts: Promise<Reply>[] = []
    const reads: Reply[] = []
    const health: Reply[] = []
    const act = async () => {
      for (let index = 0; performance.now() < ends - 1_000; index += 1) {
        acts.push(
          post(gateway.graphqlUrl, trial.attacker, {
            query: `mutation { updatePledge(input: { pledgeUuid: "${pledge}", recruitingLocationLabel: "turn ${index}" }) { __typename } }`,
          }),
        )
        await setTimeout(PAUSE_MILLISECONDS)
      }
    }
    const watch = async (replies: Reply[], ask: () => Promise<Reply>) => {
      while (performance.now() < ends - 1_000) {
        replies.push(await ask())
        await setTimeout(PAUSE_MILLISECONDS)
      }
    }
    await Promise.all([
      act(),
      watch(reads, read),
      watch(health, () => send(`${gateway.url}/health/ready`)),
    ])
    await lock
    await Promise.all(acts)
    const slowest = Math.max(...reads.map(({ milliseconds }) => milliseconds))
    const isRead = reads.every(({ status }) => status === 200)
    trial.must(
      'reads go on',
      isRead && slowest <= BOUND.waitMilliseconds,
      `${reads.length} reads, the slowest took ${Math.round(slowest)} ms, ${isRead ? 'all answered' : 'some were not answered'}`,
    )
    const waits = health.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
    const usual = waits[Math.floor(waits.length * 0.95)] ?? Infinity
    const isReady = health.every(({ status }) => status === 200)
    trial.must(
      'it stays ready, within 100 ms',
      isReady && usual <= HEALTH_MILLISECONDS,
      `95 of 100 within ${Math.round(usual)} ms, ${isReady ? 'always ready' : 'not always ready'}`,
    )
  },
}
