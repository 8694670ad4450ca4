import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { isUnavailable } from '../src/db/problem.ts'
import { inTransaction } from '../src/db/transaction.ts'
import { organizations } from '../src/organization/table.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { openProxy, type Proxy } from './support/proxy.ts'

const WRITERS = 6
const CUTS = 25

describe.runIf(isOnPostgres())('while connections are cut in the middle of transactions', () => {
  let origin: PostgresDatabase
  let proxy: Proxy
  let database: Database

  beforeAll(async () => {
    origin = await createPostgres()
    await migratePostgres(origin.url)
    proxy = await openProxy(origin.url)
    database = openPostgres({ url: proxy.url, poolSize: WRITERS })
  })

  afterAll(async () => {
    await database.close()
    await proxy.cut()
    await origin.drop()
  })

  test('whoever writes is told, the process lives, and what was acknowledged is there', async () => {
    const acknowledged: string[] = []
    let isOver = false
    const problems: unknown[] = []
    const write = async () => {
      while (!isOver) {
        const uuid = randomUUID()
        try {
          await inTransaction(database, async (transaction) => {
            await transaction.insert(organizations).values({ uuid, name: 'Kept' })
            await transaction.select().from(organizations).limit(1)
          })
          acknowledged.push(uuid)
        } catch (error) {
          problems.push(error)
        }
      }
    }
    const cut = async () => {
      for (let cuts = 1; cuts <= CUTS; cuts += 1) {
        const before = acknowledged.length
        await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(before)
        await proxy.cut()
        await proxy.restore()
      }
      isOver = true
    }
    await Promise.all([cut(), ...Array.from({ length: WRITERS }, write)])
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.filter((problem) => !isUnavailable(problem))).toEqual([])
    const direct = openPostgres({ url: origin.url, poolSize: 1 })
    const kept = await direct.drizzle.select({ uuid: organizations.uuid }).from(organizations)
    await direct.close()
    expect(kept.map(({ uuid }) => uuid)).toEqual(expect.arrayContaining(acknowledged))
  }, 120_000)
})
