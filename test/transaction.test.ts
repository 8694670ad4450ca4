import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { organizations } from '../src/organization/table.ts'
import { openTestDatabase } from './support/database.ts'
import { insertOrganization } from './support/records.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

test('what fails inside of a transaction is taken back by itself, and the rest is kept', async () => {
  const { uuid } = await insertOrganization(database, { name: 'Before' })
  const named = () =>
    database.drizzle.select().from(organizations).where(eq(organizations.uuid, uuid))
  await database.drizzle.transaction(async (transaction) => {
    await transaction
      .update(organizations)
      .set({ name: 'Kept' })
      .where(eq(organizations.uuid, uuid))
    const inner = transaction.transaction(async (within) => {
      await within.update(organizations).set({ name: 'Lost' }).where(eq(organizations.uuid, uuid))
      await within.update(organizations).set({ name: '' }).where(eq(organizations.uuid, uuid))
    })
    await expect(inner).rejects.toThrow()
    await transaction.transaction(async (within) => {
      await within
        .update(organizations)
        .set({ maxCallAttempts: 9 })
        .where(eq(organizations.uuid, uuid))
    })
  })
  expect(await named()).toMatchObject([{ name: 'Kept', maxCallAttempts: 9 }])
})
