import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { endServers, type ServerProcess, startServer } from './support/command.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { createGateway } from './support/execution.ts'
import { createTestAccount, tokenOf } from './support/gateway.ts'
import { createMoment } from './support/moment.ts'
import { insertPerson, type Person } from './support/records.ts'
import { Subscriber } from './support/subscriber.ts'

describe.runIf(isOnPostgres())('with two gateways, of which one is killed', () => {
  const FOLLOWERS_OF_EACH = 10
  const WRITERS = 6
  const ACTS_OF_EACH = 15

  let origin: PostgresDatabase
  let database: Database
  let person: Person
  let token: string

  beforeAll(async () => {
    origin = await createPostgres()
    await migratePostgres(origin.url)
    database = openPostgres({ url: origin.url, poolSize: 2 })
    person = await insertPerson(database)
    const now = new Date()
    token = await tokenOf(await createTestAccount(database), now)
  })
  afterEach(endServers)
  afterAll(async () => {
    await database.close()
    await origin.drop()
  })

  const sendToServer =
    ({ url }: ServerProcess) =>
    (init: RequestInit) =>
      fetch(url, init)

  /** Creates a pledge; answers whether the gateway said that it is there. */
  async function create(server: ServerProcess, uuid: string): Promise<boolean> {
    const query = `mutation ($input: CreatePledgeInput!) { createPledge(input: $input) { __typename ... on UserError { message } } }`
    const input = {
      uuid,
      personUuid: person.uuid,
      owningOrganizationUuid: person.owningOrganizationUuid,
      recruitingOrganizationUuid: person.owningOrganizationUuid,
      type: 'D2D',
      initialDonationAmount: '7.50',
      initialDonationInterval: 'MONTHLY',
    }
    try {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { input } }),
      })
      const { data } = (await response.json()) as {
        data: { createPledge: { __typename: string } }
      }
      return ['CreatePledgePayload', 'PledgeConflictError'].includes(data.createPledge.__typename)
    } catch {
      return false
    }
  }

  test('every act that was acknowledged comes to each who follows once, and in one order', async () => {
    const settings = { DATABASE_URL: origin.url }
    const [doomed, survivor] = await Promise.all([startServer(settings), startServer(settings)])
    await create(survivor, randomUUID())
    const { data } = await createGateway({ database }).execute('{ changes { edges { cursor } } }')
    const start: string = data.changes.edges[0].cursor
    const total = WRITERS * ACTS_OF_EACH
    const acknowledged: string[] = []
    const isTimeToDie = createMoment()

    /** Follows on a gateway, and on the other one from the last cursor where that one goes away. */
    const followAll = async (server: ServerProcess): Promise<string[]> => {
      const uuids: string[] = []
      let after = start
      for (let at = server; uuids.length < total; at = survivor) {
        const subscriber = await Subscriber.open({
          token,
          send: sendToServer(at),
          after,
          selection: 'node { pledge { uuid } }',
        }).catch(() => undefined)
        await subscriber?.untilCount(total - uuids.length)
        for (const { node, cursor } of subscriber?.events ?? []) {
          uuids.push((node['pledge'] as { uuid: string }).uuid)
          after = cursor
        }
        if (subscriber && !subscriber.isOver) await subscriber.leave()
      }
      return uuids
    }
    const following = [doomed, survivor].flatMap((server) =>
      Array.from({ length: FOLLOWERS_OF_EACH }, () => followAll(server)),
    )
    const write = async (writer: number) => {
      for (let nth = 0; nth < ACTS_OF_EACH; nth += 1) {
        const uuid = randomUUID()
        const server = (writer + nth) % 2 === 0 ? doomed : survivor
        for (let at = server; !(await create(at, uuid)); at = survivor);
        acknowledged.push(uuid)
        if (acknowledged.length === total / 3) isTimeToDie.comes()
      }
    }
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
    await isTimeToDie.hasCome
    await doomed.end('SIGKILL')
    await writing

    const [first, ...others] = await Promise.all(following)
    expect(first!.toSorted()).toEqual(acknowledged.toSorted())
    for (const other of others) expect(other).toEqual(first)
  })

  test('a gateway that is told to end completes what follows it, and ends', async () => {
    const server = await startServer({ DATABASE_URL: origin.url })
    const subscriber = await Subscriber.open({ token, send: sendToServer(server) })
    const code = await server.end('SIGTERM')
    await subscriber.untilOver()
    expect({ code, isComplete: subscriber.isComplete, problems: subscriber.problems }).toEqual({
      code: 0,
      isComplete: true,
      problems: [],
    })
  })
})
