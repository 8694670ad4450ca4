import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { PgDialect, PgSession } from 'drizzle-orm/pg-core'
import { type Database, type Drizzle, openPostgres, rowsOf } from './database.ts'

const MIGRATIONS = { migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)) }

// Any number does, as long as every process that migrates takes the same one.
const MIGRATION_LOCK = 7_201_604_321

/** Brings the schema of a Postgres database up to date; processes that do so at once wait for each other. */
export async function migratePostgres(url: string): Promise<void> {
  const database = openPostgres({ url, poolSize: 1 })
  try {
    await database.drizzle.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`)
    await migrate(database)
  } finally {
    await database.close()
  }
}

/** Brings the schema up to date, for a database that nobody else migrates at the same time. */
export async function migrate({ drizzle }: Database): Promise<void> {
  // Both drivers' migrators are this call; the type that they share does not show it.
  const { dialect, session } = drizzle as Drizzle & { dialect: PgDialect; session: PgSession }
  await dialect.migrate(readMigrationFiles(MIGRATIONS), session, MIGRATIONS)
}

/** Whether every migration of this version has been run. */
export async function isMigrated({ drizzle }: Database): Promise<boolean> {
  const [table] = await rowsOf<{ exists: boolean }>(
    drizzle,
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`,
  )
  if (!table?.exists) return false
  const [last] = await rowsOf<{ at: string | null }>(
    drizzle,
    sql`select max(created_at)::text as at from drizzle.__drizzle_migrations`,
  )
  const newest = Math.max(...readMigrationFiles(MIGRATIONS).map(({ folderMillis }) => folderMillis))
  return Number(last?.at ?? 0) >= newest
}
