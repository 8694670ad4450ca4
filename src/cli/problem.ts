import { OperatorError } from '../core/error.ts'
import { isUnavailable } from '../db/problem.ts'

/** What went wrong, in one line that fits behind the name of the program. */
export function describeProblem(error: unknown): string {
  if (error instanceof OperatorError) return inOneLine(error.message)
  const reason = reasonOf(error)
  return isUnavailable(error) ? `the database cannot be reached (${reason})` : reason
}

/** Why something failed in the end: what libraries wrap around that may hold the values of a statement. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return inOneLine(String(error))
  if (error.cause !== undefined) return reasonOf(error.cause)
  const { message, code, name } = error as NodeJS.ErrnoException
  return inOneLine(message || code || name)
}

function inOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
