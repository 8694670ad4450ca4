import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { type DemoOptions, loadDemo } from '../demo/load.ts'
import type { Storage } from '../storage/storage.ts'
import { withDatabase } from './database.ts'
import { showProgress, tell } from './output.ts'
import { openStorage } from './storage.ts'

/** Loads demo data into the configured database. */
export async function runDemo(
  config: Config,
  options: Pick<DemoOptions, 'pledges' | 'seed'>,
): Promise<void> {
  await withDatabase(config, async (database) => {
    await fillWithDemo(database, await openStorage(config, database), options)
  })
  tell(`Loaded demo data with ${options.pledges} pledges.`)
}

/** Loads demo data, with a bar in a terminal. */
export async function fillWithDemo(
  database: Database,
  storage: Storage,
  options: Pick<DemoOptions, 'pledges' | 'seed'>,
): Promise<void> {
  const progress = showProgress('Loading demo data', options.pledges, 'pledges')
  try {
    await loadDemo(database, {
      ...options,
      putFile: (key, bytes, contentType) => storage.put(key, bytes, contentType),
      onProgress: progress.update,
    })
  } finally {
    progress.end()
  }
}
