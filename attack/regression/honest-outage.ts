import { setTimeout } from 'node:timers/promises'
import { makeFolder, removeFolder } from '../support/folder.ts'
import type { Gateway } from '../support/gateway.ts'
import { Proxy } from '../support/proxy.ts'
import type { Regression } from './regression.ts'
import { codesOf, post, send } from './request.ts'
import type { Trial } from './trial.ts'

const UNAVAILABLE = 'SERVICE_UNAVAILABLE'
const RECONNECTS_MILLISECONDS = 2_000

export const honestOutage: Regression = {
  name: 'honest-outage',
  was: 'A full disk and a read-only database came out as INTERNAL_SERVER_ERROR, and a gateway without any privilege said that it was ready.',
  must: 'Both are SERVICE_UNAVAILABLE with 503, and who cannot serve is not ready.',
  async attack(trial) {
    const gateway = await trial.gateway()
    await failActs(trial, gateway, 'a full disk', async () => {
      await trial.query(
        `create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`,
      )
      await trial.query(
        'create trigger full_disk before update on pledges for each row execute function full_disk()',
      )
      return () => trial.query('drop trigger full_disk on pledges')
    })
    await failActs(trial, gateway, 'a read-only database', async () => {
      const database = await trial.database()
      await trial.query(`alter database ${database} set default_transaction_read_only = on`)
      await endConnections(trial)
      return () =>
        trial.query(
          `begin read write; alter database ${database} reset default_transaction_read_only; commit`,
        )
    })
    await askWithoutPrivileges(trial)
    await askStandby(trial)
  },
}

async function endConnections(trial: Trial): Promise<void> {
  await trial.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'pledgeline%'`,
  )
}

async function failActs(
  trial: Trial,
  gateway: Gateway,
  what: string,
  fail: () => Promise<() => Promise<unknown>>,
): Promise<void> {
  const mend = await fail()
  const { pledge } = trial.tenant(0)
  const reply = await post(gateway.graphqlUrl, trial.attacker, {
    query: `mutation { updatePledge(input: { pledgeUuid: "${pledge}", recruitingLocationLabel: "on ${what}" }) { __typename } }`,
  })
  await mend()
  await endConnections(trial)
  const codes = codesOf(reply)
  trial.must(
    `${what} is an honest 503`,
    codes.join() === UNAVAILABLE && (reply.status === 503 || reply.status === 200),
    `HTTP ${reply.status} ${codes.join(', ')}`,
  )
}

/** The role of a gateway loses what it may do while the gateway runs. */
async function askWithoutPrivileges(trial: Trial): Promise<void> {
  const role = 'powerless'
  const { cluster } = trial.target
  const database = await trial.database()
  await trial.query(`create role ${role} login superuser`)
  trial.afterwards(() => cluster.query(`drop role if exists ${role}`))
  const url = cluster.url(database).replace('postgres@', `${role}@`)
  const gateway = await trial.gateway({ DATABASE_URL: url })
  const before = await send(`${gateway.url}/health/ready`)
  await trial.query(`alter role ${role} nosuperuser`)
  await endConnections(trial)
  await setTimeout(RECONNECTS_MILLISECONDS)
  const { status, text } = await send(`${gateway.url}/health/ready`)
  trial.must(
    'who has lost every privilege is not ready',
    before.status === 200 && status === 503,
    `HTTP ${before.status}, and then HTTP ${status} ${text.trim()}`,
  )
}

async function askStandby(trial: Trial): Promise<void> {
  const { cluster } = trial.target
  const wire = await Proxy.open(cluster.port)
  trial.afterwards(() => wire.close())
  const standby = await cluster.createStandby(wire)
  trial.afterwards(() => standby.remove())
  await standby.start()
  const folder = await makeFolder('standby-files')
  trial.afterwards(() => removeFolder(folder))
  const variables = { DATABASE_URL: standby.url(await trial.database()), DATA_DIR: folder }
  let outcome: string
  let isHonest: boolean
  try {
    const gateway = await trial.gateway(variables)
    const ready = await send(`${gateway.url}/health/ready`)
    const read = await post(gateway.graphqlUrl, trial.attacker, {
      query: '{ pledges(first: 1) { nodes { uuid } } }',
    })
    const isRead = read.status === 200 && codesOf(read).length === 0
    isHonest = ready.status === 503 || isRead
    outcome = `ready HTTP ${ready.status}, reads ${isRead ? 'are answered' : `HTTP ${read.status} ${codesOf(read).join(', ')}`}`
  } catch (error) {
    isHonest = true
    outcome = String(error).slice(0, 120)
  }
  trial.must('on a hot standby it is not ready, or its reads are answered', isHonest, outcome)
}
