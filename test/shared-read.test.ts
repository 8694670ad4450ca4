import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CancelSource } from '../src/db/cancel-signal.ts'
import { type Database, openPostgres } from '../src/db/database.ts'
import { NobodyWaits } from '../src/db/problem.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { untilSomebodyWaits, waitingPids } from './support/lock.ts'

const POOL_SIZE = 8
const SHARED_CONNECTIONS = 4

describe.runIf(isOnPostgres())('reads that share connections', () => {
  let origin: PostgresDatabase
  let database: Database
  let other: Database

  beforeAll(async () => {
    origin = await createPostgres()
    database = openPostgres({ url: origin.url, poolSize: POOL_SIZE })
    other = openPostgres({ url: origin.url, poolSize: 1 })
    await other.drizzle.execute(sql`create table shelves (name text)`)
    await other.drizzle.execute(sql`insert into shelves values ('first')`)
  })

  afterAll(async () => {
    await Promise.all([database.close(), other.close()])
    await origin.drop()
  })

  const pid = { text: `select pg_backend_pid() || ' ' || $1::text`, isPrepared: true }
  const pidsOf = (answers: readonly (string | null)[]) =>
    new Set(answers.map((answer) => answer?.split(' ')[0]))

  test('many are made on few connections, and each has its own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, nth) => database.read(pid, [String(nth)])),
    )
    expect(answers.map((answer) => answer?.split(' ')[1])).toEqual(
      Array.from({ length: 200 }, (_, nth) => String(nth)),
    )
    expect(pidsOf(answers).size).toBe(SHARED_CONNECTIONS)
  })

  test('one that fails leaves the others as they are', async () => {
    const quotient = { text: `select (12 / $1::int)::text`, isPrepared: true }
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, (_, nth) => database.read(quotient, [String(nth % 3)])),
    )
    for (const [nth, answer] of answers.entries()) {
      if (nth % 3 === 0) expect(answer.status).toBe('rejected')
      else expect(answer).toEqual({ status: 'fulfilled', value: String(12 / (nth % 3)) })
    }
  })

  test('one that takes long is made again by itself, and shares no connection any more', async () => {
    const shelf = {
      text: `select pg_backend_pid() || ' ' || min(name) from shelves`,
      isPrepared: true,
    }
    const shared = pidsOf(
      await Promise.all(Array.from({ length: 50 }, () => database.read(pid, ['']))),
    )
    const isShared = async () => shared.has((await database.read(shelf, []))?.split(' ')[0])
    expect(await isShared()).toBe(true)
    const { late, others } = await other.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`lock table shelves in access exclusive mode`)
      const reading = isShared()
      await untilSomebodyWaits(transaction)
      const answers = await Promise.all(Array.from({ length: 50 }, () => database.read(pid, [''])))
      // The one that the server cut short waits again, on a connection of its own.
      await expect
        .poll(() => waitingPids(other.health), { timeout: 10_000 })
        .toSatisfy((pids: string[]) => pids.some((waiting) => !shared.has(waiting)))
      return { late: reading, others: answers }
    })
    expect(await late).toBe(false)
    expect(others).toHaveLength(50)
    expect(await isShared()).toBe(false)
  }, 20_000)

  test('one that nobody waits for is not made again', async () => {
    const shelf = { text: `select max(name) from shelves`, isPrepared: true }
    const source = new CancelSource()
    await other.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`lock table shelves in access exclusive mode`)
      const reading = database.read(shelf, [], { signal: source })
      await untilSomebodyWaits(transaction)
      source.abort()
      await expect(reading).rejects.toThrow(NobodyWaits)
      expect(await waitingPids(other.health)).toEqual([])
    })
  })
})
