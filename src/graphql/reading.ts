import { expireDue } from '../call/due.ts'
import type { Reading } from '../read/execute.ts'
import type { Context } from './context.ts'

/** How the planner reads for an operation: it never answers a call as requested whose date to expire has come. */
export function readingOf({ database }: Pick<Context, 'database'>): Reading {
  return { database, catchUp: expireDue }
}
