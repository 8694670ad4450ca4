import { setTimeout } from 'node:timers/promises'
import type { Database, Drizzle } from './database.ts'
import { sqlStateOf } from './problem.ts'

const MOST_TRIES = 8
const LONGEST_PAUSE_MILLISECONDS = 25

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'

/**
 * Runs work in one transaction, and again from its beginning where others got in its way: a deadlock or a
 * serialization failure is nobody's mistake. Work must do nothing that a rollback does not undo.
 */
export async function inTransaction<Result>(
  database: Database,
  work: (transaction: Drizzle) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await database.drizzle.transaction(work)
    } catch (error) {
      if (!mayPass(error) || tries === MOST_TRIES) throw error
    }
    await setTimeout(Math.random() * LONGEST_PAUSE_MILLISECONDS * tries)
  }
}

/** Whether what a statement was refused for may be gone when it is run again. */
function mayPass(error: unknown): boolean {
  const state = sqlStateOf(error)
  return state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED
}
