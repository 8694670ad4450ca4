import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { type DemoOptions, loadDemo } from '../db/demo.ts'
import { withDatabase } from './database.ts'
import { showProgress, tell } from './output.ts'

/** Loads demo data into the configured database. */
export async function runDemo(config: Config, options: DemoOptions): Promise<void> {
  await withDatabase(config, (database) => fillWithDemo(database, options))
  tell(`Loaded demo data with ${options.pledges} pledges.`)
}

/** Loads demo data, with a bar in a terminal. */
export async function fillWithDemo(database: Database, options: DemoOptions): Promise<void> {
  const progress = showProgress('Loading demo data', options.pledges, 'pledges')
  try {
    await loadDemo(database, { ...options, onProgress: progress.update })
  } finally {
    progress.end()
  }
}
