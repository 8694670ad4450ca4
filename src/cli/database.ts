import type { Config } from '../config.ts'
import { OperatorError } from '../core/error.ts'
import type { Database } from '../db/database.ts'
import { openEmbedded, openPostgres, type PostgresOptions } from '../db/database.ts'
import { isMigrated, migrate } from '../db/migrate.ts'

/**
 * Opens the configured database: on Postgres one whose schema is up to date, embedded one that is brought up
 * to date here. Throws an OperatorError when the schema on Postgres is behind, or when another process has the
 * embedded database open.
 */
export async function openDatabase(
  config: Config,
  options: Omit<PostgresOptions, 'url' | 'poolSize'> = {},
): Promise<Database> {
  const database = config.databaseUrl
    ? openPostgres({ url: config.databaseUrl, poolSize: config.databasePoolSize, ...options })
    : await openEmbedded(config.dataFolder)
  try {
    if (database.isEmbedded) await migrate(database)
    else if (!(await isMigrated(database))) {
      throw new OperatorError('the schema of the database is behind; run `pledgeline migrate`')
    }
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Opens the configured database for as long as something is done with it. */
export async function withDatabase<Result>(
  config: Config,
  act: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(config)
  try {
    return await act(database)
  } finally {
    await database.close()
  }
}
