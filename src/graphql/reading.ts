import { expireDue } from '../call/due.ts'
import type { Database } from '../db/database.ts'
import type { Reading } from '../read/execute.ts'
import type { Context } from './context.ts'

const underWay = new WeakMap<Database, Promise<void>>()

/** One at a time: those who wait for somebody to let go of a call must not hold all connections meanwhile. */
function catchUp(database: Database, now: Date): Promise<void> {
  const running = underWay.get(database)
  if (running) return running
  const started = expireDue(database, now).finally(() => underWay.delete(database))
  underWay.set(database, started)
  return started
}

type ReadingContext = Pick<Context, 'database' | 'mostBytes'>

/** How the planner reads for an operation: it never answers a call as requested whose date to expire has come. */
export function readingOf({ database, mostBytes }: ReadingContext): Reading {
  return { database, catchUp, mostBytes }
}
