import { readFileSync } from 'node:fs'
import * as drizzleKit from 'drizzle-kit/api'
import { getTableName, is, sql } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { describe, expect, test } from 'vitest'
import { type Database, openInMemory, openPostgres, rowsOf } from '../src/db/database.ts'
import { MIGRATION_LOCK } from '../src/db/lock.ts'
import { isMigrated, migrate, migratePostgres } from '../src/db/migrate.ts'
import { createPostgres, isOnPostgres, openTestDatabase } from './support/database.ts'
import { readTables } from './support/table.ts'

interface Snapshot {
  readonly id: string
}

// Its own types name packages that it does not bring.
const { generateDrizzleJson, generateMigration } = drizzleKit as unknown as {
  generateDrizzleJson: (tables: Record<string, unknown>, previousId: string) => Snapshot
  generateMigration: (from: Snapshot, to: Snapshot) => Promise<string[]>
}

describe('migrating', () => {
  test('brings every table to an empty database', async () => {
    const database = await openEmpty()
    expect(await isMigrated(database)).toBe(false)
    await migrate(database)
    expect(await isMigrated(database)).toBe(true)
    const declared = Object.values(await readTables()).filter((value) => is(value, PgTable))
    expect(await tableNames(database)).toEqual(declared.map(getTableName).sort())
    await database.close()
  })

  test('changes nothing the second time', async () => {
    const database = await openTestDatabase()
    const before = await journal(database)
    await migrate(database)
    expect(await journal(database)).toEqual(before)
    await database.close()
  })

  test.runIf(isOnPostgres())('is safe when several processes start at once', async () => {
    const { url, drop } = await createPostgres()
    await Promise.all([1, 2, 3].map(() => migratePostgres(url)))
    const database = openPostgres({ url, poolSize: 1 })
    expect(await isMigrated(database)).toBe(true)
    expect(await journal(database)).toHaveLength(readJournal().entries.length)
    await database.close()
    await drop()
  })

  test.runIf(isOnPostgres())(
    'waits for another one only so long, says who it is, and leaves no lock',
    async () => {
      const { url, drop } = await createPostgres()
      const other = openPostgres({ url, poolSize: 1 })
      await other.drizzle.transaction(async (transaction) => {
        await transaction.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
        const [{ pid } = { pid: 0 }] = await rowsOf<{ pid: number }>(
          transaction,
          sql`select pg_backend_pid() as pid`,
        )
        await expect(migratePostgres(url, 50)).rejects.toThrow(
          new RegExp(
            `^the schema is being migrated by process ${pid} of the server \\(pledgeline, since 2`,
          ),
        )
      })
      await migratePostgres(url)
      expect(await isMigrated(other)).toBe(true)
      // Behind a pooler the session of a migration goes on, in the hands of somebody else.
      await migrate(other)
      expect(
        await rowsOf(
          other.drizzle,
          sql`select pid from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
        ),
      ).toEqual([])
      await other.close()
      await drop()
    },
  )

  test('covers everything that the tables declare: `npx drizzle-kit generate` finds nothing', async () => {
    const newest = readJournal().entries.length - 1
    const snapshot = readMeta(`${String(newest).padStart(4, '0')}_snapshot.json`) as Snapshot
    const declared = generateDrizzleJson(await readTables(), snapshot.id)
    expect(await generateMigration(snapshot, declared)).toEqual([])
  })
})

async function openEmpty(): Promise<Database> {
  if (!isOnPostgres()) return await openInMemory()
  const { url, drop } = await createPostgres()
  const database = openPostgres({ url, poolSize: 1 })
  return {
    ...database,
    async close() {
      await database.close()
      await drop()
    },
  }
}

async function tableNames({ drizzle }: Database): Promise<string[]> {
  const tables = await rowsOf<{ name: string }>(
    drizzle,
    sql`select tablename as name from pg_tables where schemaname = 'public'`,
  )
  return tables.map(({ name }) => name).sort()
}

async function journal({ drizzle }: Database): Promise<object[]> {
  return await rowsOf(drizzle, sql`select * from drizzle.__drizzle_migrations order by id`)
}

function readJournal(): { entries: unknown[] } {
  return readMeta('_journal.json') as { entries: unknown[] }
}

function readMeta(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../drizzle/meta/${name}`, import.meta.url), 'utf8'))
}
