import type { Config } from '../config.ts'
import { migratePostgres } from '../db/migrate.ts'
import { openDatabase } from './database.ts'
import { tell } from './output.ts'

/** Brings the schema of the configured database up to date. */
export async function runMigrate(config: Config): Promise<void> {
  if (config.databaseUrl) await migratePostgres(config.databaseUrl)
  // The embedded one is brought up to date whenever it is opened.
  else await (await openDatabase(config)).close()
  tell('The schema is up to date.')
}
