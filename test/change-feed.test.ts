import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { act } from '../src/act/run.ts'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { placeChanges } from '../src/feed/placing.ts'
import { recordChanges } from '../src/feed/recording.ts'
import { schema } from '../src/schema.ts'
import { recordAct, whole } from './support/changes.ts'
import { copyRows, dumpAndRestore } from './support/copy.ts'
import {
  createPostgres,
  isOnPostgres,
  openTestDatabase,
  type PostgresDatabase,
} from './support/database.ts'
import { createGateway } from './support/execution.ts'
import { FeedReader } from './support/feed-reader.ts'
import { sendTo } from './support/following.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { createMoment } from './support/moment.ts'
import { openProxy, type Proxy } from './support/proxy.ts'
import { insertPledge, type Pledge } from './support/records.ts'
import { Subscriber } from './support/subscriber.ts'

const POOL_SIZE = 8

describe.runIf(isOnPostgres())('with several processes that write', () => {
  let origin: PostgresDatabase
  let one: Database
  let other: Database
  let pledge: Pledge
  let subscribers: Subscriber[]

  beforeAll(async () => {
    origin = await createPostgres()
    await migratePostgres(origin.url)
    one = openPostgres({ url: origin.url, poolSize: POOL_SIZE })
    other = openPostgres({ url: origin.url, poolSize: POOL_SIZE })
    pledge = await insertPledge(one)
    const token = await tokenOf(await createTestAccount(one))
    subscribers = await Promise.all(
      [one, one, other, other].map((database) =>
        Subscriber.open({ token, send: sendTo(openGateway(database, schema)) }),
      ),
    )
  })
  afterAll(async () => {
    await Promise.all(subscribers.map((subscriber) => subscriber.leave()))
    await Promise.all([one.close(), other.close()])
    await origin.drop()
  })

  test('what began first and is committed last comes last, and is not missed', async () => {
    const reader = new FeedReader(createGateway({ database: other }))
    await reader.readOn()
    const read = reader.actors.length
    const mayCommit = createMoment()
    const isRecorded = createMoment()
    const slow = act(one, async (transaction) => {
      await recordChanges(transaction, whole({ pledgeUuid: pledge.uuid, actor: 'began first' }))
      isRecorded.comes()
      await mayCommit.hasCome
    })
    await isRecorded.hasCome
    await recordAct(other, { pledgeUuid: pledge.uuid, actor: 'committed first' })
    await reader.readOn()
    expect(reader.actors.slice(read)).toEqual(['committed first'])
    await Promise.all(subscribers.map((subscriber) => subscriber.untilCount(1)))
    mayCommit.comes()
    await slow
    await reader.readOn()
    await Promise.all(subscribers.map((subscriber) => subscriber.untilCount(2)))
    for (const { actors } of [...subscribers, { actors: reader.actors.slice(read) }]) {
      expect(actors).toEqual(['committed first', 'began first'])
    }
  })

  test('everybody sees each change once and all in one order, however they are committed', async () => {
    const before = subscribers.map(({ events }) => events.length)
    const readers = [one, other].map((database) => new FeedReader(createGateway({ database })))
    let isDone = false
    const reading = Promise.all(
      readers.map(async (reader) => {
        while (!isDone) await reader.readOn()
        await reader.readOn()
      }),
    )
    const recorded: string[] = []
    // Each writer's transaction ends only after a later one of another writer has.
    const write = async (writer: number) => {
      const database = writer % 2 === 0 ? one : other
      for (let nth = 0; nth < 20; nth += 1) {
        const names = [`${writer} ${nth} a`, `${writer} ${nth} b`]
        await act(database, async (transaction) => {
          const [first, second] = names.map((actor) => whole({ pledgeUuid: pledge.uuid, actor }))
          await recordChanges(transaction, first!)
          if ((writer + nth) % 3 === 0) {
            const actor = `${writer} ${nth} meanwhile`
            await recordAct(writer % 2 === 0 ? other : one, { pledgeUuid: pledge.uuid, actor })
            recorded.push(actor)
          }
          await recordChanges(transaction, second!)
        })
        recorded.push(...names)
      }
    }
    await Promise.all([0, 1, 2, 3].map(write))
    isDone = true
    await reading
    const [first, second] = readers.map(({ actors }) => actors)
    expect(first!.slice(-recorded.length).toSorted()).toEqual(recorded.toSorted())
    expect(second).toEqual(first)
    for (const [index, subscriber] of subscribers.entries()) {
      await subscriber.untilCount(before[index]! + recorded.length)
      expect(subscriber.actors).toEqual(first!.slice(-subscriber.events.length))
    }
    const afresh = new FeedReader(createGateway({ database: one }))
    await afresh.readOn()
    expect(afresh.actors).toEqual(first)
  })

  test('what several have to place is placed once', async () => {
    const { drizzle } = one
    const actors = Array.from({ length: 50 }, (_, index) => `unplaced ${index}`)
    await drizzle.transaction((transaction) =>
      recordChanges(
        transaction,
        ...actors.map((actor) => whole({ pledgeUuid: pledge.uuid, actor })),
      ),
    )
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => placeChanges(index % 2 === 0 ? one : other)),
    )
    const reader = new FeedReader(createGateway({ database: one }))
    await reader.readOn()
    expect(reader.actors.slice(-actors.length)).toEqual(actors)
  })
})

describe.runIf(isOnPostgres())('while the database cannot be reached', () => {
  let origin: PostgresDatabase
  let proxy: Proxy
  let direct: Database
  let cuttable: Database

  beforeAll(async () => {
    origin = await createPostgres()
    await migratePostgres(origin.url)
    proxy = await openProxy(origin.url)
    direct = openPostgres({ url: origin.url, poolSize: 2 })
    cuttable = openPostgres({ url: proxy.url, poolSize: 2 })
  })
  afterAll(async () => {
    await Promise.all([direct.close(), cuttable.close()])
    await proxy.cut()
    await origin.drop()
  })

  test('a subscription stays, and goes on from its place once it can', async () => {
    const { uuid: pledgeUuid } = await insertPledge(direct)
    const token = await tokenOf(await createTestAccount(direct))
    const subscriber = await Subscriber.open({
      token,
      send: sendTo(openGateway(cuttable, schema)),
    })
    const actors: string[] = []
    const record = async (actor: string) => {
      await recordAct(direct, { pledgeUuid, actor })
      actors.push(actor)
    }
    await record('before')
    await subscriber.untilCount(1)
    for (const round of [1, 2]) {
      await proxy.cut()
      await record(`while it is cut off, ${round}`)
      const { heartbeats } = subscriber
      await subscriber.until((it) => it.heartbeats > heartbeats || it.isOver)
      await proxy.restore()
      await record(`after that, ${round}`)
      await subscriber.untilCount(actors.length)
    }
    expect(subscriber).toMatchObject({ actors, problems: [], isOver: false })
    await subscriber.leave()
  })
})

describe('in another database, which is restored from this one', () => {
  const expectToGoOn = async (from: Database, move: () => Promise<Database>) => {
    const { uuid: pledgeUuid } = await insertPledge(from)
    const reader = new FeedReader(createGateway({ database: from }))
    for (const actor of ['1', '2', '3']) await recordAct(from, { pledgeUuid, actor })
    await reader.readOn()
    await recordAct(from, { pledgeUuid, actor: '4' }, { pledgeUuid, actor: '5' })
    await from.drizzle.transaction((transaction) =>
      recordChanges(transaction, whole({ pledgeUuid, actor: 'not placed yet' })),
    )
    const to = await move()
    try {
      const onwards = new FeedReader(createGateway({ database: to }))
      onwards.cursor = reader.cursor
      await onwards.readOn()
      expect(onwards.actors).toEqual(['4', '5'])
      const token = await tokenOf(await createTestAccount(to))
      const subscriber = await Subscriber.open({
        token,
        send: sendTo(openGateway(to, schema)),
        after: reader.cursor,
      })
      await recordAct(to, { pledgeUuid, actor: '6' })
      await onwards.readOn()
      const actors = ['4', '5', 'not placed yet', '6']
      expect(onwards.actors).toEqual(actors)
      await subscriber.untilCount(actors.length)
      expect(subscriber.actors).toEqual(actors)
      await subscriber.leave()
    } finally {
      await to.close()
    }
  }

  test('cursors are still good and the feed goes on, where rows are copied', async () => {
    const database = await openTestDatabase()
    try {
      await expectToGoOn(database, async () => {
        const copy = await openTestDatabase()
        await copyRows(database, copy)
        return copy
      })
    } finally {
      await database.close()
    }
  })

  test.runIf(isOnPostgres())('and where it is dumped and restored', async () => {
    const [origin, target] = [await createPostgres(), await createPostgres()]
    await migratePostgres(origin.url)
    const database = openPostgres({ url: origin.url, poolSize: 2 })
    try {
      await expectToGoOn(database, async () => {
        await dumpAndRestore(origin.url, target.url)
        return openPostgres({ url: target.url, poolSize: 2 })
      })
    } finally {
      await database.close()
      await Promise.all([origin.drop(), target.drop()])
    }
  })
})
