import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { organizations } from '../src/organization/table.ts'
import { openTestDatabase } from './support/database.ts'
import { importFile } from './support/import-file.ts'
import { donorLines, organizationLine, userLine } from './support/import-lines.ts'

let database: Database

beforeEach(async () => {
  database = await openTestDatabase()
})

afterEach(() => database.close())

test('a line that the database refuses takes no other with it', async () => {
  await database.drizzle.execute(
    sql`alter table organizations add constraint refused check (name not like 'Refused%')`,
  )
  const lines = Array.from({ length: 25 }, (_, index) =>
    organizationLine({ name: index % 10 === 3 ? `Refused ${index}` : 'Accepted' }),
  )
  const result = await importFile(database, lines)
  expect(result).toMatchObject({ imported: 22, failed: 3 })
  expect(Object.keys(result.failures)).toEqual(['4', '14', '24'])
  expect(result.failures[4]).toEqual([': was refused by the database'])
  expect(await database.drizzle.$count(organizations)).toBe(22)
})

test('a deadlock or a serialization failure is tried again', async () => {
  for (const code of ['40P01', '40001']) {
    await obstructFirst(
      'organizations',
      2,
      `raise exception 'in the way' using errcode = '${code}'`,
    )
    expect(await importFile(database, [organizationLine()])).toMatchObject({ imported: 1 })
  }
})

test('a record that appears while it is being created is read again', async () => {
  await obstructFirst('organizations', 1, 'return null')
  expect(await importFile(database, [organizationLine()])).toMatchObject({ imported: 1 })
  expect(await database.drizzle.$count(organizations)).toBe(1)
})

test('a line that others are always in the way of is told, and the rest goes in', async () => {
  await obstructFirst(
    'organizations',
    1_000_000,
    `if new.name = 'Busy' then raise exception 'in the way' using errcode = '40P01'; end if`,
  )
  const lines = [organizationLine(), organizationLine({ name: 'Busy' }), organizationLine()]
  expect(await importFile(database, lines)).toMatchObject({
    imported: 2,
    failures: { 2: [': was in use by others all the time: import it again'] },
  })
})

test('a database that cannot be used is an error and no failed line', async () => {
  await database.drizzle.execute(sql`alter table users rename to people`)
  await expect(importFile(database, donorLines(1))).resolves.toMatchObject({ failed: 0 })
  await expect(importFile(database, [userLine()])).rejects.toThrow()
})

/** Has the first writes of records run into something: as often as is told, counted outside transactions. */
async function obstructFirst(table: string, times: number, act: string): Promise<void> {
  const statements = [
    'drop sequence if exists obstructions',
    'create sequence obstructions',
    `create or replace function obstruct() returns trigger language plpgsql as $$
      begin
        if nextval('obstructions') <= ${times} then ${act}; end if;
        return new;
      end $$`,
    `drop trigger if exists obstruct on ${table}`,
    `create trigger obstruct before insert on ${table} for each row execute function obstruct()`,
  ]
  for (const statement of statements) await database.drizzle.execute(sql.raw(statement))
}
