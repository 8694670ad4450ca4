import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, type Drizzle, rowsOf } from '../src/db/database.ts'
import { DEMO_LOCK, FEED_LOCK, MIGRATION_LOCK } from '../src/db/lock.ts'
import { CURRENT_SQL } from '../src/db/sql/current.ts'
import { openTestDatabase } from './support/database.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

interface Definition {
  readonly kind: 'function' | 'trigger'
  readonly name: string
  readonly text: string
  readonly drop: string
}

/** The functions and triggers that a database has, as Postgres writes them. */
async function definitions(drizzle: Drizzle): Promise<Definition[]> {
  return await rowsOf<Definition & Record<string, unknown>>(
    drizzle,
    sql`select 'function' as kind, proname as name, pg_get_functiondef(oid) as text,
        'drop function ' || oid::regprocedure as drop
      from pg_proc where pronamespace = 'public'::regnamespace
      union all
      select 'trigger', tgname, pg_get_triggerdef(oid),
        'drop trigger ' || quote_ident(tgname) || ' on ' || tgrelid::regclass
      from pg_trigger where not tgisinternal
      order by kind desc, name`,
  )
}

test('the text of every function and trigger is the one that the migrations make', async () => {
  const migrated = await definitions(database.drizzle)
  expect(migrated.map(({ name }) => name)).toContain('place_changes')
  // Postgres writes both in its own form: what the texts make is compared, and not the texts.
  for (const { drop } of migrated) await database.drizzle.execute(sql.raw(drop))
  expect(await definitions(database.drizzle)).toEqual([])
  for (const text of CURRENT_SQL) await database.drizzle.execute(sql.raw(text))
  expect(await definitions(database.drizzle)).toEqual(migrated)
})

test('no two kinds of work share a lock', () => {
  const locks = [MIGRATION_LOCK, DEMO_LOCK, FEED_LOCK]
  expect(new Set(locks).size).toBe(locks.length)
})
