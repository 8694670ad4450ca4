/** What was asked could not be begun in time, because too much is under way. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded'
}

/** The connection on which something was to be done is not there any more. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  readonly code = 'CONNECTION_CLOSED'
}

/** What was asked was given up, because whoever asked does not wait for it any more. */
export class NobodyWaits extends Error {
  override readonly name = 'NobodyWaits'
}

/** What is needed first is kept by others for longer than a reader waits. */
export class HeldUp extends Error {
  override readonly name = 'HeldUp'
}

const CONNECTION_PROBLEMS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
])

// Classes 08 (connection), 57P (shutting down, starting up) and 53 (no disk, memory or connections left), no such
// database, and one that takes no writes at the moment, as a standby does until it is promoted.
const UNAVAILABLE_STATES = /^(08...|57P0[1-5]|53[0-3]..|3D000|25006)$/

// Class 54: a limit of the server's, such as columns in a list or the depth of its stack.
const LIMIT_STATES = /^54...$/

const SQL_STATE = /^[0-9A-Z]{5}$/

const LOCK_NOT_AVAILABLE = '55P03'
const QUERY_CANCELED = '57014'
const DIVISION_BY_ZERO = '22012'
const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'

/** Whether an error means that the database cannot be reached, rather than that it refused something. */
export function isUnavailable(error: unknown): boolean {
  return causes(error).some(
    ({ code, syscall }) =>
      code !== undefined &&
      (CONNECTION_PROBLEMS.has(code) ||
        UNAVAILABLE_STATES.test(code) ||
        // A socket in the file system that is not there; any other file that is missing is another matter.
        (code === 'ENOENT' && syscall === 'connect')),
  )
}

/** Whether others kept what a statement needed for longer than it could wait. */
export function isHeldUp(error: unknown): boolean {
  return error instanceof HeldUp || sqlStateOf(error) === LOCK_NOT_AVAILABLE
}

/**
 * Whether what failed may go well later: the database was out of reach, others had what was needed, or too much
 * was asked at once.
 */
export function mayPassLater(error: unknown): boolean {
  return isUnavailable(error) || isHeldUp(error) || error instanceof Overloaded
}

/** Whether a statement was ended because it took longer than it may. */
export function isCutShort(error: unknown): boolean {
  return sqlStateOf(error) === QUERY_CANCELED
}

/** Whether a statement was too large or too deep for the server. */
export function isTooLarge(error: unknown): boolean {
  return LIMIT_STATES.test(sqlStateOf(error) ?? '')
}

/** Whether an expression divided by zero, which one does to end its statement. */
export function isDivisionByZero(error: unknown): boolean {
  return sqlStateOf(error) === DIVISION_BY_ZERO
}

/** The name of the unique or foreign key constraint that a write broke, where that is what went wrong. */
export function violatedConstraint(error: unknown): string | undefined {
  const violation = causes(error).find(
    ({ code }) => code === UNIQUE_VIOLATION || code === FOREIGN_KEY_VIOLATION,
  )
  return violation?.constraint_name ?? violation?.constraint
}

/** Postgres's own code for why it refused a statement; undefined where it did not. */
export function sqlStateOf(error: unknown): string | undefined {
  return causes(error).find(({ code }) => code !== undefined && SQL_STATE.test(code))?.code
}

interface DriverError {
  readonly code?: string
  readonly syscall?: string
  readonly constraint?: string
  readonly constraint_name?: string
}

function causes(error: unknown): DriverError[] {
  const found: DriverError[] = []
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    found.push(cause as DriverError)
    if (cause instanceof AggregateError) found.push(...cause.errors.flatMap(causes))
  }
  return found
}
