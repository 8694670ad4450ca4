import { setTimeout } from 'node:timers/promises'
import { Proxy } from '../support/proxy.ts'
import { waitUntil } from '../support/waiting.ts'
import type { Regression } from './regression.ts'
import { post } from './request.ts'

const REQUESTS = 30
const SILENT_MILLISECONDS = 15_000
const BACK_MILLISECONDS = 5_000
const GIVES_UP_MILLISECONDS = 40_000

export const silentConnections: Regression = {
  name: 'silent-connections',
  was: 'When everything on ten open connections was lost without a reset, every request was 503 for 15 minutes.',
  must: 'A connection whose statement is overdue is destroyed, and requests are answered within 5 seconds of the database being back.',
  async attack(trial) {
    const proxy = await Proxy.open(trial.target.cluster.port)
    trial.afterwards(() => proxy.close())
    const database = await trial.database()
    const gateway = await trial.gateway({
      DATABASE_URL: `postgres://postgres@127.0.0.1:${proxy.port}/${database}`,
    })
    const ask = (giveUpMilliseconds: number) =>
      post(
        gateway.graphqlUrl,
        trial.attacker,
        { query: '{ pledges(first: 1) { nodes { uuid } } viewer { email } }' },
        { giveUpMilliseconds },
      )
    await Promise.all(Array.from({ length: REQUESTS }, () => ask(GIVES_UP_MILLISECONDS)))
    proxy.mute()
    const lost = Promise.all(Array.from({ length: REQUESTS }, () => ask(GIVES_UP_MILLISECONDS)))
    await setTimeout(SILENT_MILLISECONDS)
    proxy.speak()
    const waited = await waitUntil(GIVES_UP_MILLISECONDS, async () => {
      const { status } = await ask(BACK_MILLISECONDS)
      return status === 200
    })
    trial.must(
      'requests are answered again within 5 s',
      waited !== undefined && waited <= BACK_MILLISECONDS,
      waited === undefined ? `not within ${GIVES_UP_MILLISECONDS} ms` : `${waited} ms`,
    )
    const silent = (await lost).filter(({ status }) => status === 0)
    trial.must('what was lost was answered', silent.length === 0, `${silent.length} were not`)
  },
}
