import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, rowsOf } from '../src/db/database.ts'
import { placeChanges } from '../src/feed/placing.ts'
import { changes } from '../src/feed/table.ts'
import { openTestDatabase } from './support/database.ts'
import { insertCall, insertPerson, insertPledge, RECORDED_AT } from './support/records.ts'
import { refusalOf } from './support/refusal.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

test('a change that was recorded is there for good', async () => {
  const { uuid: pledgeUuid } = await insertPledge(database)
  const change = { kind: 'PLEDGE_CREATED' as const, occurredAt: RECORDED_AT, changedFields: [] }
  await database.drizzle.insert(changes).values({ ...change, pledgeUuid })
  const refusal = 'rows of changes are only ever added'
  for (const write of [
    sql`update changes set actor = 'somebody else'`,
    sql`delete from changes`,
    sql`truncate changes`,
  ]) {
    expect(await refusalOf(rowsOf(database.drizzle, write))).toBe(refusal)
  }
  expect(await database.drizzle.select().from(changes)).toMatchObject([{ ...change, pledgeUuid }])
})

test('a change is given one position, when it is committed, and keeps it', async () => {
  const { uuid: pledgeUuid } = await insertPledge(database)
  const positions = async () => {
    const rows = await database.drizzle
      .select({ position: changes.position })
      .from(changes)
      .where(sql`${changes.pledgeUuid} = ${pledgeUuid}`)
      .orderBy(changes.number)
    return rows.map(({ position }) => position)
  }
  const change = { kind: 'PLEDGE_UPDATED' as const, occurredAt: RECORDED_AT, changedFields: [] }
  await database.drizzle.insert(changes).values([
    { ...change, pledgeUuid },
    { ...change, pledgeUuid },
  ])
  expect(await positions()).toEqual([null, null])
  await placeChanges(database)
  const placed = await positions()
  expect(placed).toEqual([placed[0], placed[0]! + 1])
  await placeChanges(database)
  expect(await positions()).toEqual(placed)
  expect(
    await refusalOf(rowsOf(database.drizzle, sql`update changes set position = position + 1`)),
  ).toBe('rows of changes are only ever added')
})

test('a change is of one pledge, of one call or of one person', async () => {
  const { uuid: pledgeUuid } = await insertPledge(database)
  const { uuid: callUuid } = await insertCall(database)
  const change = { kind: 'CALL_CREATED' as const, occurredAt: RECORDED_AT, changedFields: [] }
  const insert = (of: Partial<typeof changes.$inferInsert>) =>
    refusalOf(
      database.drizzle
        .insert(changes)
        .values({ ...change, ...of })
        .execute(),
    )
  expect(await insert({})).toBe('changes_are_of_one_record')
  expect(await insert({ pledgeUuid, callUuid })).toBe('changes_are_of_one_record')
  const { uuid: personUuid } = await insertPerson(database)
  expect(await insert({ callUuid, personUuid })).toBe('changes_are_of_one_record')
})
