import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { withinDeadline } from './deadline.ts'

const CHECK_TIMEOUT_MILLISECONDS = 3_000

/**
 * Makes a check of whether the database answers in a moment. It never rejects, and callers at the same
 * time share one.
 */
export function createDatabaseCheck(database: Database): () => Promise<boolean> {
  let underWay: Promise<boolean> | undefined
  return () => {
    underWay ??= isAnswering(database).finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

async function isAnswering({ drizzle }: Database): Promise<boolean> {
  try {
    await withinDeadline(CHECK_TIMEOUT_MILLISECONDS, drizzle.execute(sql`select 1`))
    return true
  } catch {
    return false
  }
}
