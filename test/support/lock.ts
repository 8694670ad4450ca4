import { sql } from 'drizzle-orm'
import { type Drizzle, rowsOf } from '../../src/db/database.ts'

/** Asks until somebody waits for what this transaction has locked. */
export async function untilSomebodyWaits(transaction: Drizzle): Promise<void> {
  const waiting = sql`select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`
  while ((await rowsOf(transaction, waiting)).length === 0);
}

/** The processes of connections to this database that wait for a lock. */
export async function waitingPids(drizzle: Drizzle): Promise<string[]> {
  const rows = await rowsOf<{ pid: string }>(
    drizzle,
    sql`select pid::text from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.map(({ pid }) => pid)
}
