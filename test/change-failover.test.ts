import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ChangeFeed } from '../src/feed/watching.ts'
import { createLogger } from '../src/http/log.ts'
import { schema } from '../src/schema.ts'
import { recordAct } from './support/changes.ts'
import { Following } from './support/following.ts'
import { openGateway } from './support/gateway.ts'

const LOST = { extensions: { code: 'HISTORY_LOST' } }

let following: Following

beforeAll(async () => {
  following = await Following.open()
})
afterEach(() => following.leaveAll())
afterAll(() => following.close())

/** Takes the newest changes away, as a failover to a standby that has not heard of them does. */
async function lose(count: number): Promise<void> {
  await following.database.drizzle.transaction(async (transaction) => {
    await transaction.execute(sql`alter table changes disable trigger user`)
    await transaction.execute(
      sql`delete from changes where position > (select max(position) - ${count}::int from changes)`,
    )
    await transaction.execute(sql`alter table changes enable trigger user`)
  })
}

/** A gateway whose feed looks around only when the test says so. */
function openOwn() {
  const { database } = following
  const feed = new ChangeFeed({ database, logger: createLogger('silent') })
  return { feed, gateway: openGateway(database, schema, { feed }) }
}

test('whoever follows is told when changes are lost, before anything new is shown', async () => {
  const { feed, gateway } = openOwn()
  const subscriber = await following.follow({}, gateway)
  await following.record(5)
  await subscriber.untilCount(5)
  const seen = [...subscriber.actors]
  await lose(3)
  await feed.readNewest()
  await following.record(1)
  await subscriber.untilOver()
  expect(subscriber.actors).toEqual(seen)
  expect(subscriber.problems).toMatchObject([LOST])
})

test('and where others were given their positions before anybody looked', async () => {
  const { feed, gateway } = openOwn()
  const subscriber = await following.follow({}, gateway)
  await following.record(5)
  await subscriber.untilCount(5)
  const seen = [...subscriber.actors]
  const { pledge, database } = following
  await database.drizzle.transaction(async (transaction) => {
    await transaction.execute(sql`alter table changes disable trigger user`)
    await transaction.execute(
      sql`delete from changes where position > (select max(position) - 3 from changes)`,
    )
    await transaction.execute(sql`alter table changes enable trigger user`)
    await transaction.execute(
      sql`insert into changes (kind, occurred_at, actor, changed_fields, pledge_uuid)
        select 'PLEDGE_UPDATED', now(), 'since ' || n, '{}', ${pledge.uuid}::uuid from generate_series(1, 4) n`,
    )
    await transaction.execute(sql`select place_changes(100)`)
  })
  await feed.readNewest()
  await following.record(1)
  await subscriber.untilOver()
  expect(subscriber.actors).toEqual(seen)
  expect(subscriber.problems).toMatchObject([LOST])
  const again = await following.follow({ after: subscriber.lastCursor }, gateway)
  await again.untilOver()
  expect(again.problems).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  const kept = await following.follow({ after: subscriber.events[1]!.cursor }, gateway)
  await kept.untilCount(5)
  expect(kept.actors.slice(0, 4)).toEqual(['since 1', 'since 2', 'since 3', 'since 4'])
})

test('a page is read after a change that is there, or not at all', async () => {
  const { gateway } = openOwn()
  await following.record(2)
  const [start] = await following.newest(1)
  await recordAct(
    following.database,
    ...Array.from({ length: 150 }, (_, nth) => ({
      pledgeUuid: following.pledge.uuid,
      actor: `old ${nth}`,
    })),
  )
  // The second page is not read before the first is taken.
  let read = 0
  const { database } = following
  const held = openGateway(
    {
      ...database,
      async read(...given: Parameters<typeof database.read>) {
        if (given[2]?.lane === 'followers' && ++read === 3) {
          await lose(100)
          await recordAct(
            database,
            ...Array.from({ length: 120 }, (_, nth) => ({
              pledgeUuid: following.pledge.uuid,
              actor: `new ${nth}`,
            })),
          )
        }
        return await database.read(...given)
      },
    },
    schema,
  )
  const subscriber = await following.follow({ after: start!.cursor }, held)
  await subscriber.untilOver()
  expect(subscriber.actors).toEqual(Array.from({ length: 100 }, (_, nth) => `old ${nth}`))
  expect(subscriber.problems).toMatchObject([LOST])
  expect(gateway.log).toEqual([])
})

test('a feed goes down to what the database has', async () => {
  const { feed } = openOwn()
  await following.record(3)
  const before = await feed.readNewest()
  const { history } = feed
  await feed.readNewest()
  expect(feed.history).toBe(history)
  await lose(2)
  const after = await feed.readNewest()
  expect(after.number).toBe(before.number - 2)
  expect(feed.history).toBe(history + 1)
})
