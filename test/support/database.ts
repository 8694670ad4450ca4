import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { inject } from 'vitest'
import { type Database, openInMemory, openPostgres } from '../../src/db/database.ts'
import { createDatabase, dropDatabases, withDatabase } from './postgres.ts'

const POOL_SIZE = 5

/** A database of one's own on the Postgres server that the tests run on. */
export interface PostgresDatabase {
  readonly url: string
  /** Drops it, whoever is connected to it. */
  readonly drop: () => Promise<void>
}

/**
 * Opens a fresh database that is migrated and empty: on the server of DATABASE_URL where that is set, and
 * otherwise in memory. Closing it removes it.
 */
export async function openTestDatabase(): Promise<Database> {
  const origin = inject('testDatabaseOrigin')
  if (origin.kind === 'dump') return await openInMemory(new Blob([await readFile(origin.file)]))
  const { url, drop } = await createPostgres(origin.template)
  const database = openPostgres({ url, poolSize: POOL_SIZE })
  return {
    ...database,
    async close() {
      await database.close()
      await drop()
    },
  }
}

/**
 * Opens a fresh database as two gateways do: with connections of their own where there is a server, and
 * otherwise with the one that there is in memory. Closing it removes it.
 */
export async function openForTwoGateways(): Promise<{
  readonly databases: readonly [Database, Database]
  /** Of the Postgres database; empty in memory. */
  readonly url: string
  readonly close: () => Promise<void>
}> {
  const origin = inject('testDatabaseOrigin')
  if (origin.kind === 'dump') {
    const database = await openTestDatabase()
    return { databases: [database, database], url: '', close: () => database.close() }
  }
  const { url, drop } = await createPostgres(origin.template)
  const open = () => openPostgres({ url, poolSize: POOL_SIZE })
  const databases = [open(), open()] as const
  return {
    databases,
    url,
    async close() {
      await Promise.all(databases.map((database) => database.close()))
      await drop()
    },
  }
}

/** Whether the tests run on a Postgres server, which many can connect to, and not in memory. */
export function isOnPostgres(): boolean {
  return inject('testDatabaseOrigin').kind === 'template'
}

/** Creates a database on the Postgres server: one without a table, or a copy of the migrated template. */
export async function createPostgres(template?: string): Promise<PostgresDatabase> {
  const origin = inject('testDatabaseOrigin')
  if (origin.kind === 'dump') throw new Error('this test needs the Postgres server of DATABASE_URL')
  const name = `${origin.prefix}_${randomBytes(6).toString('hex')}`
  await createDatabase(origin.serverUrl, name, template)
  return {
    url: withDatabase(origin.serverUrl, name),
    drop: () => dropDatabases(origin.serverUrl, name),
  }
}

/** The same database, but that something is done around its transactions. */
export function withTransactions(
  database: Database,
  around: (transaction: () => Promise<unknown>) => Promise<unknown>,
): Database {
  const { drizzle } = database
  const transaction: typeof drizzle.transaction = (work, config) =>
    around(() => drizzle.transaction(work, config)) as never
  return {
    ...database,
    drizzle: new Proxy(drizzle, {
      get(target, name) {
        if (name === 'transaction') return transaction
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    }),
  }
}
