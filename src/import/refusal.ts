import { sqlStateOf, violatedConstraint } from '../db/problem.ts'
import { Overtaken } from './known.ts'

/** What the database has against writing some lines. */
export interface Refusal {
  readonly message: string
  /** Whether others who write at the same time may be the reason, so that it is worth another try. */
  readonly mayPass: boolean
}

// Serialization failures and deadlocks; keys that were taken, and rows that were changed, since they were read.
const PASSING = new Set(['40001', '40P01', '23505', '23503'])

// Classes 22 (data), 23 (constraints) and 54 (sizes): they are about what is written, not about the database.
const ABOUT_DATA = /^(22|23|54)/

/** What an error has against the lines that were being written; undefined when it is not about them. */
export function refusalIn(error: unknown): Refusal | undefined {
  const state = sqlStateOf(error)
  const mayPass = error instanceof Overtaken || (state !== undefined && PASSING.has(state))
  if (!mayPass && (state === undefined || !ABOUT_DATA.test(state))) return undefined
  const constraint = violatedConstraint(error)
  if (constraint) return { mayPass, message: `was refused by the database (${constraint})` }
  return {
    mayPass,
    message: mayPass
      ? 'was in use by others all the time: import it again'
      : 'was refused by the database',
  }
}
