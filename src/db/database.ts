import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle as drizzleOnPglite } from 'drizzle-orm/pglite'
import { drizzle as drizzleOnPostgres } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { makePrivate, PRIVATE_FOLDER } from '../core/private-file.ts'
import { takeFolder } from './folder-lock.ts'
import { copyFreshCluster } from './fresh-cluster.ts'
import { assertPatchedDriver } from './patched-driver.ts'
import { preparing } from './preparing.ts'

/** Drizzle on either database, or inside a transaction of it. */
export type Drizzle = PgDatabase<PgQueryResultHKT>

/** A statement whose text is stable: only the bound values differ from one run to the next. */
export interface Statement {
  readonly text: string
  /** Whether Postgres should keep it parsed on each connection. */
  readonly isPrepared: boolean
}

/** A Postgres database, served by a server or embedded in this process. */
export interface Database {
  readonly isEmbedded: boolean
  /** For writes and for whatever the read planner does not plan. */
  readonly drizzle: Drizzle
  /**
   * Runs a read whose one row has one text column, and answers that text; null where there is no row.
   * Values are bound as Postgres text: an array as '{a,b}', an instant as RFC 3339.
   */
  read(statement: Statement, values: readonly (string | null)[]): Promise<string | null>
  /**
   * Listens on a channel until the database is closed, over one connection of its own. Calls back at every
   * notification, and whenever listening has begun: at first, and after the connection was lost and is back,
   * because what was notified meanwhile was not heard. Never rejects: it tries until it can.
   */
  listen(channel: string, onWake: () => void): void
  /** Ends every connection, after what is under way. */
  close(): Promise<void>
}

export interface PostgresOptions {
  readonly url: string
  /** The most connections that are open at once. */
  readonly poolSize: number
  /** For how long a statement may wait for what others have locked; for any time when absent. */
  readonly lockTimeoutMilliseconds?: number
  /** For how long a statement may run; for any time when absent. */
  readonly statementTimeoutMilliseconds?: number
}

const CONNECT_TIMEOUT_SECONDS = 5
const RECONNECT_DELAY_SECONDS = 0.2
const CLOSE_TIMEOUT_SECONDS = 5
const IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 5_000

/**
 * Opens a pool of connections to a Postgres server. Connections are made when they are first needed. Throws an
 * OperatorError where the driver is not as this program needs it.
 */
export function openPostgres({
  url,
  poolSize,
  lockTimeoutMilliseconds = 0,
  statementTimeoutMilliseconds = 0,
}: PostgresOptions): Database {
  assertPatchedDriver()
  const client = postgres(url, {
    max: poolSize,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    backoff: () => RECONNECT_DELAY_SECONDS,
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: 'pledgeline',
      // What the code relies on, whatever the database or the role sets.
      TimeZone: 'UTC',
      DateStyle: 'ISO, MDY',
      default_transaction_isolation: 'read committed',
      lock_timeout: lockTimeoutMilliseconds,
      statement_timeout: statementTimeoutMilliseconds,
      // Compiling a statement to machine code takes far longer than any of ours runs.
      jit: 'off',
      // A page is a few index look-ups, on disks without moving parts: the default would rather read a table.
      random_page_cost: '1.1',
      // A process that stands still in the middle of a transaction must not keep its rows from everybody.
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS,
    },
  })
  return {
    isEmbedded: false,
    drizzle: drizzleOnPostgres(preparing(client)),
    async read({ text, isPrepared }, values) {
      const rows = await client.unsafe(text, [...values], { prepare: isPrepared }).values()
      return (rows[0]?.[0] as string | null | undefined) ?? null
    },
    listen(channel, onWake) {
      // Where it cannot connect, the client goes on trying by itself.
      client.listen(channel, onWake, onWake).catch(() => undefined)
    },
    close: () => client.end({ timeout: CLOSE_TIMEOUT_SECONDS }),
  }
}

/** Opens the embedded database in a folder, which no other process may have open. */
export async function openEmbedded(folder: string): Promise<Database> {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER })
  const release = takeFolder(folder)
  try {
    const place = join(folder, 'postgres')
    copyFreshCluster(place)
    mkdirSync(place, { recursive: true, mode: PRIVATE_FOLDER })
    // The secret that signs links is in it.
    makePrivate(place)
    const client = await PGlite.create(place)
    return embedded(client, release)
  } catch (error) {
    release()
    throw error
  }
}

/** Opens an embedded database that lives in memory, as a copy of a dumped one where that is given. */
export async function openInMemory(dump?: Blob): Promise<Database> {
  return embedded(await PGlite.create(dump ? { loadDataDir: dump } : {}), () => undefined)
}

function embedded(client: PGlite, release: () => void): Database {
  return {
    isEmbedded: true,
    drizzle: drizzleOnPglite(client),
    async read({ text }, values) {
      const { rows } = await client.query<[string | null]>(text, [...values], { rowMode: 'array' })
      return rows[0]?.[0] ?? null
    },
    listen(channel, onWake) {
      client.listen(channel, onWake).then(onWake, () => undefined)
    },
    async close() {
      await client.close()
      release()
    },
  }
}

/** Runs a statement and answers its rows, whose shape the two drivers wrap differently. */
export async function rowsOf<Row extends object>(database: Drizzle, query: SQL): Promise<Row[]> {
  const result: unknown = await database.execute(query)
  return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[]
}
