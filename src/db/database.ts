import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { makePrivate, PRIVATE_FOLDER } from '../core/private-file.ts'
import type { CancelSignal } from './cancel-signal.ts'
import { drizzleOn } from './drizzle-client.ts'
import { EmbeddedLane } from './embedded.ts'
import { takeFolder } from './folder-lock.ts'
import { copyFreshCluster } from './fresh-cluster.ts'
import { Lane, type LaneOptions } from './lane.ts'
import { keepListening } from './listener.ts'
import { assertPatchedDriver } from './patched-driver.ts'
import { Reads, rowsBy, type Statement, type TextValues } from './reads.ts'
import { Watch } from './watch.ts'

/** Drizzle on either database, or inside a transaction of it. */
export type Drizzle = PgDatabase<PgQueryResultHKT>

/** How a read is made. */
export interface ReadOptions {
  /** By which connections; `reads` when absent. Whoever follows the feed must not keep others waiting. */
  readonly lane?: 'reads' | 'followers'
  /** Given as soon as nobody waits for the answer any more: the read is cancelled. */
  readonly signal?: CancelSignal | undefined
}

/**
 * A Postgres database, served by a server or embedded in this process. Each kind of work has connections that the
 * others cannot take: what waits for a lock, and a crowd, stop their own kind only.
 */
export interface Database {
  readonly isEmbedded: boolean
  /** For acts and all else that writes, and for whatever the read planner does not plan. */
  readonly drizzle: Drizzle
  /** For finding out who asks. */
  readonly keys: Drizzle
  /** For finding out whether the database is well. */
  readonly health: Drizzle
  /** For whatever is done on behalf of those who follow the feed. */
  readonly followers: Drizzle
  /**
   * Runs a read whose one row has one text column, and answers that text; null where there is no row.
   */
  read(statement: Statement, values: TextValues, options?: ReadOptions): Promise<string | null>
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
  /**
   * The most connections for reads at once, of which there are two at least. Acts have half as many, and everything
   * else six altogether.
   */
  readonly poolSize: number
  /** For how long a statement may wait for what others have locked; for any time when absent. */
  readonly lockTimeoutMilliseconds?: number
  /** For how long a statement may run; for any time when absent. */
  readonly statementTimeoutMilliseconds?: number
}

const CLOSE_TIMEOUT_MILLISECONDS = 5_000
const IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 5_000

/** How much longer the server may be silent than a statement may run, before it is taken to be gone. */
const GRACE_MILLISECONDS = 1_000

// What finds out who asks, and whether all is well, is small: it answers in a moment, or something is wrong.
const VITAL_TIMEOUT_MILLISECONDS = 1_500
const KEY_CONNECTIONS = 2

// So few that several statements are sent and answered together, and as many as Postgres can run side by side.
const SHARED_READ_CONNECTIONS = 4
const READS_PER_SHARED_CONNECTION = 8

// A read that takes longer is made again on a connection of its own. Those who share this one wait no longer for it.
const SHARED_READ_TIMEOUT_MILLISECONDS = 500

// So few that a crowd of followers takes turns, and what others ask has the machine meanwhile.
const FOLLOWER_CONNECTIONS = 2

/** For how long work may wait for a connection. */
const LONGEST_WAIT_MILLISECONDS = {
  reads: 5_000,
  acts: 10_000,
  vital: 2_000,
  followers: 30_000,
} as const

/**
 * Prepares connections to a Postgres server. They are made when they are first needed. Throws an OperatorError where
 * the driver is not as this program needs it.
 */
export function openPostgres({
  url,
  poolSize,
  lockTimeoutMilliseconds = 0,
  statementTimeoutMilliseconds = 0,
}: PostgresOptions): Database {
  assertPatchedDriver()
  const laneOf = (
    size: number,
    longestWaitMilliseconds: number,
    statementTimeout = statementTimeoutMilliseconds,
    more: Partial<LaneOptions> = {},
  ) =>
    new Lane({
      url,
      size,
      longestWaitMilliseconds,
      settings: settingsOf(lockTimeoutMilliseconds, statementTimeout),
      longestSilenceMilliseconds:
        statementTimeout > 0 ? statementTimeout + GRACE_MILLISECONDS : undefined,
      ...more,
    })
  const longest = LONGEST_WAIT_MILLISECONDS
  const sharedSize = Math.min(SHARED_READ_CONNECTIONS, Math.ceil(poolSize / 2))
  const ownReads = laneOf(Math.max(poolSize - sharedSize, 1), longest.reads)
  const sharedReads = laneOf(sharedSize, longest.reads, SHARED_READ_TIMEOUT_MILLISECONDS, {
    sharers: READS_PER_SHARED_CONNECTION,
  })
  const acts = laneOf(Math.ceil(poolSize / 2), longest.acts)
  const keys = laneOf(KEY_CONNECTIONS, longest.vital, VITAL_TIMEOUT_MILLISECONDS)
  const followers = laneOf(FOLLOWER_CONNECTIONS, longest.followers)
  const health = laneOf(1, longest.vital, VITAL_TIMEOUT_MILLISECONDS)
  const lanes = [ownReads, sharedReads, acts, keys, followers]
  const reads = new Reads({ own: ownReads, shared: sharedReads })
  const watch = new Watch({ lanes, health })
  const listening = new AbortController()
  return {
    isEmbedded: false,
    drizzle: drizzleOn(acts),
    keys: drizzleOn(keys),
    health: drizzleOn(health),
    followers: drizzleOn(followers),
    async read(statement, values, { lane = 'reads', signal } = {}) {
      const rows = await (lane === 'reads'
        ? reads.read(statement, values, signal)
        : followers.use((connection) => rowsBy(connection, statement, values, signal), signal))
      return (rows as (string | null)[][])[0]?.[0] ?? null
    },
    listen(channel, onWake) {
      const lane = laneOf(1, longest.vital, VITAL_TIMEOUT_MILLISECONDS, { onNotify: onWake })
      lanes.push(lane)
      void keepListening({ lane, channel, onBegin: onWake, over: listening.signal })
    },
    async close() {
      listening.abort()
      watch.stop()
      await Promise.all([...lanes, health].map((lane) => lane.close(CLOSE_TIMEOUT_MILLISECONDS)))
    },
  }
}

/** What the code relies on, whatever the database or the role sets. */
function settingsOf(lockTimeout: number, statementTimeout: number): LaneOptions['settings'] {
  return {
    application_name: 'pledgeline',
    TimeZone: 'UTC',
    DateStyle: 'ISO, MDY',
    default_transaction_isolation: 'read committed',
    lock_timeout: lockTimeout,
    statement_timeout: statementTimeout,
    // Compiling a statement to machine code takes far longer than any of ours runs.
    jit: 'off',
    // A page is a few index look-ups, on disks without moving parts: the default would rather read a table.
    random_page_cost: '1.1',
    // A process that stands still in the middle of a transaction must not keep its rows from everybody.
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS,
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

/** How many of each kind of work may queue for the one connection of the embedded database at once. */
const EMBEDDED_PLACES = { reads: 4, acts: 2, keys: 2, health: 1, followers: 1 } as const

function embedded(client: PGlite, release: () => void): Database {
  const longest = LONGEST_WAIT_MILLISECONDS
  const reads = new EmbeddedLane(client, EMBEDDED_PLACES.reads, longest.reads)
  const acts = new EmbeddedLane(client, EMBEDDED_PLACES.acts, longest.acts)
  const keys = new EmbeddedLane(client, EMBEDDED_PLACES.keys, longest.vital)
  const health = new EmbeddedLane(client, EMBEDDED_PLACES.health, longest.vital)
  const followers = new EmbeddedLane(client, EMBEDDED_PLACES.followers, longest.followers)
  const readBy = { reads, followers }
  return {
    isEmbedded: true,
    drizzle: acts.drizzle(),
    keys: keys.drizzle(),
    health: health.drizzle(),
    followers: followers.drizzle(),
    async read({ text }, values, { lane = 'reads', signal } = {}) {
      const { rows } = await readBy[lane].use(
        () => client.query<[string | null]>(text, [...values], { rowMode: 'array' }),
        signal,
      )
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
