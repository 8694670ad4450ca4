import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { inTurn, inTurnWithin } from '../src/act/turn.ts'
import { openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { HeldUp } from '../src/db/problem.ts'
import { pledges } from '../src/pledge/table.ts'
import { createPostgres, isOnPostgres } from './support/database.ts'
import { createGateway } from './support/execution.ts'
import { untilSomebodyWaits } from './support/lock.ts'
import { createMoment } from './support/moment.ts'
import { insertPledge } from './support/records.ts'

describe('under one key', () => {
  const owner = {}

  test('one thing is done after the other, in the order in which it was asked for', async () => {
    const done: string[] = []
    const mayEnd = createMoment()
    const first = inTurn(owner, 'a', async () => {
      await mayEnd.hasCome
      done.push('first')
      throw new Error('it failed')
    })
    const rest = ['second', 'third'].map((name) =>
      inTurn(owner, 'a', () => Promise.resolve(done.push(name))),
    )
    await inTurn(owner, 'b', () => Promise.resolve(done.push('under another key')))
    await inTurn({}, 'a', () => Promise.resolve(done.push('of another owner')))
    mayEnd.comes()
    await expect(first).rejects.toThrow('it failed')
    expect(await Promise.all(rest)).toEqual([4, 5])
    expect(done).toEqual(['under another key', 'of another owner', 'first', 'second', 'third'])
  })

  test('what comes later, when nothing is under way any more, begins at once', async () => {
    await inTurn(owner, 'a', () => Promise.resolve())
    let hasBegun = false
    const later = inTurn(owner, 'a', async () => {
      hasBegun = true
      await Promise.resolve()
    })
    expect(hasBegun).toBe(true)
    await later
  })
})

describe('where a turn may be waited for so long only', () => {
  const owner = {}

  test('what has waited for longer is not done, and the next one waits for the first all the same', async () => {
    const done: string[] = []
    const mayEnd = createMoment()
    const first = inTurn(owner, 'a', async () => {
      await mayEnd.hasCome
      done.push('first')
    })
    const late = inTurnWithin(1, owner, 'a', () => Promise.resolve(done.push('late')))
    await expect(late).rejects.toThrow(HeldUp)
    const next = inTurnWithin(60_000, owner, 'a', () => Promise.resolve(done.push('next')))
    mayEnd.comes()
    expect(await next).toBe(2)
    await first
    expect(done).toEqual(['first', 'next'])
  })

  test('what is done may take its time, and fail', async () => {
    const mayEnd = createMoment()
    const slow = inTurnWithin(1, owner, 'a', async () => {
      await mayEnd.hasCome
      throw new Error('it failed')
    })
    const next = inTurnWithin(60_000, owner, 'a', () => Promise.resolve('next'))
    mayEnd.comes()
    await expect(slow).rejects.toThrow('it failed')
    expect(await next).toBe('next')
  })
})

test.runIf(isOnPostgres())(
  'who waits for one record leaves the connections to others',
  async () => {
    const origin = await createPostgres()
    await migratePostgres(origin.url)
    const [database, holder] = [2, 1].map((poolSize) => openPostgres({ url: origin.url, poolSize }))
    const { uuid } = await insertPledge(database!)
    const gateway = createGateway({ database: database! })
    const release =
      'mutation ($uuid: UUID!) { releasePledge(input: { pledgeUuid: $uuid }) { __typename } }'
    let acts: Promise<unknown>[] = []
    await holder!.drizzle.transaction(async (transaction) => {
      await transaction.select().from(pledges).where(eq(pledges.uuid, uuid)).for('update')
      acts = Array.from({ length: 10 }, () => gateway.execute(release, { uuid }))
      await untilSomebodyWaits(transaction)
      const { data } = await gateway.execute('{ pledges { totalCount } }')
      expect(data).toEqual({ pledges: { totalCount: 1 } })
    })
    const types = (await Promise.all(acts)).map(
      (answer) =>
        (answer as { data: { releasePledge: { __typename: string } } }).data.releasePledge,
    )
    expect(types.filter(({ __typename }) => __typename === 'ReleasePledgePayload')).toHaveLength(1)
    await Promise.all([database!.close(), holder!.close()])
    await origin.drop()
  },
)
