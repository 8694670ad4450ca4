import { OperatorError } from '../core/error.ts'
import { isUnavailable } from '../db/problem.ts'

/** What went wrong, in one line that fits behind the name of the program. */
export function describeProblem(error: unknown): string {
  const cause = rootOf(error)
  const { message, code } = cause as NodeJS.ErrnoException
  const said = (message || code || String(cause)).replace(/\s*\n\s*/g, ' ')
  if (cause instanceof OperatorError) return said
  return isUnavailable(error) ? `the database cannot be reached (${said})` : said
}

/** What libraries wrap around an error adds nothing, and may hold the values of a statement. */
function rootOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0])
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error
}
