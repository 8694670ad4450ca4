import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import { changes, feedCursors } from '../../src/feed/table.ts'
import { insertWorld, loadWorld } from './world.ts'

/** Copies the records, their changes and what cursors are made with into a migrated database that is empty, row by row. */
export async function copyRows(from: Database, to: Database): Promise<void> {
  await insertWorld(to, await loadWorld(from))
  const [cursors] = await from.drizzle.select().from(feedCursors)
  await to.drizzle.update(feedCursors).set(cursors!)
  await to.drizzle.execute(
    sql`select setval(pg_get_serial_sequence('changes', 'number'), max(${changes.number})) from ${changes}`,
  )
}

/** Dumps a database with Postgres's own program, and restores it into one that has nothing. */
export async function dumpAndRestore(fromUrl: string, toUrl: string): Promise<void> {
  const run = promisify(execFile)
  const { stdout } = await run('pg_dump', ['--no-owner', fromUrl], { maxBuffer: 64 * 1024 * 1024 })
  const restore = run('psql', ['--quiet', '--set', 'ON_ERROR_STOP=1', toUrl])
  restore.child.stdin?.end(stdout)
  await restore
}
