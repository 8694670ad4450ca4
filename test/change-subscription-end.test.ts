import { eq } from 'drizzle-orm'
import { parse, subscribe } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  disableAccount,
  type IssuedKey,
  type NewAccount,
  revokeKey,
} from '../src/account/commands.ts'
import { accountOrganizations, accounts } from '../src/account/table.ts'
import type { Database } from '../src/db/database.ts'
import { ChangeFeed } from '../src/feed/watching.ts'
import { createLogger } from '../src/http/log.ts'
import { schema } from '../src/schema.ts'
import { recordAct } from './support/changes.ts'
import { createContext } from './support/execution.ts'
import { Following } from './support/following.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { insertCall, insertPledge } from './support/records.ts'

let following: Following

beforeAll(async () => {
  following = await Following.open()
})
afterEach(() => following.leaveAll())
afterAll(() => following.close())

/** The same database, and how often it was read from. */
function countReads(database: Database) {
  const counting = {
    reads: 0,
    database: {
      ...database,
      read(...statement: Parameters<Database['read']>) {
        counting.reads += 1
        return database.read(...statement)
      },
    },
  }
  return counting
}

describe('an account that follows', () => {
  const ofAccount = async (account: Partial<NewAccount> = {}) => {
    const own = openGateway(following.database, schema)
    const key = await createTestAccount(following.database, account)
    const subscriber = await following.follow({ token: await tokenOf(key) }, own)
    return { own, key, subscriber }
  }

  test.each([
    {
      name: 'is disabled',
      shutOut: ({ email }: IssuedKey, now: Date) => disableAccount(following.database, email, now),
    },
    {
      name: 'has its key revoked',
      shutOut: ({ kid }: IssuedKey, now: Date) => revokeKey(following.database, kid, now),
    },
  ])('who $name is shut out, though nothing happens', async ({ shutOut }) => {
    const { own, key, subscriber } = await ofAccount()
    await shutOut(key, own.clock())
    own.clock.advance(15)
    await subscriber.untilOver()
    expect(subscriber).toMatchObject({ events: [], isComplete: true })
    expect(subscriber.problems.map(({ extensions }) => extensions)).toEqual([
      { code: 'UNAUTHENTICATED' },
    ])
  })

  test('is sent away when its token expires', async () => {
    const { own, subscriber } = await ofAccount()
    own.clock.advance(899)
    const [actor] = await following.record(1)
    await subscriber.untilCount(1)
    own.clock.advance(1)
    await following.record(1)
    await subscriber.untilOver()
    expect(subscriber.actors).toEqual([actor])
    expect(subscriber.problems.map(({ extensions }) => extensions)).toEqual([
      { code: 'UNAUTHENTICATED' },
    ])
  })

  test('sees by its scope and what it may do as they are, not as they were', async () => {
    const { own, key, subscriber } = await ofAccount({
      permissions: ['PLEDGES_READ', 'CALLS_READ'],
    })
    const change = async (fields: Partial<typeof accounts.$inferInsert>) => {
      const { drizzle } = following.database
      await drizzle.update(accounts).set(fields).where(eq(accounts.email, key.email))
      own.clock.advance(15)
    }
    const { uuid: callUuid } = await insertCall(following.database, {
      personUuid: following.pledge.personUuid,
    })
    const other = await insertPledge(following.database)
    const first = await following.record(1, { pledgeUuid: other.uuid })
    await subscriber.untilCount(1)

    const { owningOrganizationUuid: organizationUuid } = following.pledge
    await following.database.drizzle
      .insert(accountOrganizations)
      .values({ email: key.email, organizationUuid })
    await change({ hasAllOrganizations: false })
    await following.record(1, { pledgeUuid: other.uuid })
    const second = await following.record(1)
    await subscriber.untilCount(2)

    await change({ permissions: ['CALLS_READ'] })
    await following.record(1)
    const third = await following.record(1, { callUuid })
    await subscriber.untilCount(3)
    expect(subscriber.actors).toEqual([...first, ...second, ...third])

    await change({ permissions: [] })
    await following.record(1)
    await subscriber.untilOver()
    expect(subscriber.actors).toEqual([...first, ...second, ...third])
    expect(subscriber.problems.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN'])
  })
})

describe('a gateway', () => {
  test('that is stopped completes what follows it', async () => {
    const feed = new ChangeFeed({ database: following.database, logger: createLogger('silent') })
    const own = openGateway(following.database, schema, { feed })
    const subscribers = [await following.follow({}, own), await following.follow({}, own)]
    const [actor] = await following.record(1)
    await Promise.all(subscribers.map((subscriber) => subscriber.untilCount(1)))
    feed.close()
    for (const subscriber of subscribers) {
      await subscriber.untilOver()
      expect(subscriber).toMatchObject({ actors: [actor], problems: [], isComplete: true })
    }
    const late = await following.follow({}, own)
    await late.untilOver()
    expect(late).toMatchObject({ events: [], problems: [], isComplete: true })
  })

  test('does nothing for whoever has gone away', async () => {
    const counting = countReads(following.database)
    const own = openGateway(counting.database, schema)
    const [gone, staying] = [await following.follow({}, own), await following.follow({}, own)]
    await following.record(1)
    await Promise.all([gone.untilCount(1), staying.untilCount(1)])
    await gone.leave()
    counting.reads = 0
    await following.record(1)
    await staying.untilCount(2)
    expect(counting.reads).toBe(1)
    await staying.leave()
    counting.reads = 0
    await following.record(2)
    expect(counting.reads).toBe(0)
  })

  test('reads no more than what a client takes', async () => {
    const counting = countReads(following.database)
    await following.record(1)
    const [start] = await following.newest(1)
    await recordAct(
      following.database,
      ...Array.from({ length: 250 }, () => ({
        pledgeUuid: following.pledge.uuid,
        actor: 'one of many',
      })),
    )
    const contextValue = createContext({ database: counting.database })
    const stream = (await subscribe({
      schema,
      document: parse(`subscription { changes(after: "${start!.cursor}") { node { actor } } }`),
      contextValue,
    })) as AsyncGenerator
    const begun = counting.reads
    for (let taken = 1; taken <= 101; taken += 1) {
      await stream.next()
      expect(counting.reads - begun).toBe(taken <= 100 ? 1 : 2)
    }
    await stream.return(undefined)
  })

  test('lets an iteration end while it waits', async () => {
    const stream = (await subscribe({
      schema,
      document: parse('subscription { changes { cursor } }'),
      contextValue: createContext(following),
    })) as AsyncGenerator
    const waiting = stream.next()
    await stream.return(undefined)
    expect(await waiting).toEqual({ done: true, value: undefined })
  })
})
