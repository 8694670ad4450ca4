import { fileURLToPath } from 'node:url'
import { type SQL, sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { PgDialect, PgSession } from 'drizzle-orm/pg-core'
import { OperatorError } from '../core/error.ts'
import { type Database, type Drizzle, openPostgres, rowsOf } from './database.ts'
import { MIGRATION_LOCK } from './lock.ts'
import { isHeldUp } from './problem.ts'

const MIGRATIONS = { migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)) }

/** For how long a migration waits for another one, unless it is told otherwise. */
const LONGEST_WAIT_MILLISECONDS = 60_000

/**
 * Brings the schema of a Postgres database up to date; processes that do so at once wait for each other. Throws an
 * OperatorError that says who is at it where that takes too long.
 */
export async function migratePostgres(
  url: string,
  longestWaitMilliseconds = LONGEST_WAIT_MILLISECONDS,
): Promise<void> {
  const database = openPostgres({ url, poolSize: 1 })
  try {
    await migrate(database, longestWaitMilliseconds)
  } finally {
    await database.close()
  }
}

/** Brings the schema up to date, in one transaction: all of it, or nothing. */
export async function migrate(
  { drizzle, health }: Database,
  longestWaitMilliseconds = LONGEST_WAIT_MILLISECONDS,
): Promise<void> {
  const progress = { isWaiting: true }
  try {
    await drizzle.transaction(async (transaction) => {
      await transaction.execute(
        sql.raw(`set local lock_timeout = ${String(longestWaitMilliseconds)}`),
      )
      // The transaction's own lock: behind a pooler, one of the session stays with a connection of somebody else.
      await transaction.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
      progress.isWaiting = false
      // Both drivers' migrators are this call; the type that they share does not show it.
      const { dialect, session } = transaction as unknown as {
        dialect: PgDialect
        session: PgSession
      }
      const within = {
        execute: (query: SQL) => session.execute(query),
        all: (query: SQL) => session.all(query),
        transaction: (work: (inner: Drizzle) => Promise<void>) => work(transaction),
      } as unknown as PgSession
      await dialect.migrate(readMigrationFiles(MIGRATIONS), within, MIGRATIONS)
    })
  } catch (error) {
    if (progress.isWaiting && isHeldUp(error)) throw await anotherMigrates(health)
    throw error
  }
}

/** Says who holds the lock of migrations. */
async function anotherMigrates(database: Drizzle): Promise<OperatorError> {
  const [holder] = await rowsOf<{ pid: number; name: string; since: string }>(
    database,
    sql`select a.pid, a.application_name as name, to_char(a.xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
        and ((l.classid::bigint << 32) | l.objid::bigint) = ${MIGRATION_LOCK}::bigint`,
  )
  const who = holder
    ? `process ${String(holder.pid)} of the server (${holder.name || 'without a name'}, since ${holder.since})`
    : 'another process'
  return new OperatorError(
    `the schema is being migrated by ${who}; wait for it to end, or end it, and try again`,
  )
}

/** Whether every migration of this version has been run. */
export async function isMigrated({ health }: Database): Promise<boolean> {
  const [table] = await rowsOf<{ exists: boolean }>(
    health,
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`,
  )
  if (!table?.exists) return false
  const [last] = await rowsOf<{ at: string | null }>(
    health,
    sql`select max(created_at)::text as at from drizzle.__drizzle_migrations`,
  )
  return Number(last?.at ?? 0) >= newestMigration()
}

let newest: number | undefined

function newestMigration(): number {
  newest ??= Math.max(...readMigrationFiles(MIGRATIONS).map(({ folderMillis }) => folderMillis))
  return newest
}
