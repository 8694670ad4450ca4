import { type DestinationStream, type Level, type Logger, pino } from 'pino'
import { DrizzleQueryError } from 'drizzle-orm'

/** How much is logged: from this level on, or nothing. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = Level | 'silent'

/** Makes a logger that writes JSON lines. Tokens and donors' data must never come into it. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: describeError } }
  return destination ? pino(options, destination) : pino(options)
}

const SQL_STATE = /^[0-9A-Z]{5}$/

// Classes of Postgres's errors about connections, rights, names, sizes and the server itself. The messages of all
// others, such as that of an invalid cast, can have the value in them that was refused.
const TELLABLE_CLASS = /^(08|25|28|3D|40|42|53|54|55|57|58)/

/** What names things of the schema, and says nothing of a row. The drivers differ in how they call them. */
const SCHEMA_NAMES = [
  'severity',
  'schema',
  'schema_name',
  'table',
  'table_name',
  'column',
  'column_name',
  'constraint',
  'constraint_name',
] as const

/**
 * What is logged of an error, by an allow-list: drivers hang the bound values, and Postgres a whole row, on their
 * errors, and either may be a donor's.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof DrizzleQueryError) {
    // Its own message has the values of the statement.
    return { ...Object(describeError(error.cause)), query: error.query }
  }
  const { name, cause, code, syscall } = error as NodeJS.ErrnoException
  const isOfPostgres = typeof code === 'string' && SQL_STATE.test(code)
  const message =
    !isOfPostgres || TELLABLE_CLASS.test(code) ? error.message : 'Postgres refused a statement'
  return {
    type: name,
    message,
    stack: [`${name}: ${message}`, ...framesOf(error)].join('\n'),
    ...(code !== undefined && { code }),
    ...(syscall !== undefined && { syscall }),
    ...(isOfPostgres && namesIn(error)),
    ...(cause !== undefined && { cause: describeError(cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(describeError) }),
  }
}

/** The lines of a stack that say where: those before them repeat the message. */
function framesOf({ stack = '' }: Error): string[] {
  return stack.split('\n').filter((line) => /^ {4}at /.test(line))
}

function namesIn(error: object): object {
  const fields = error as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    SCHEMA_NAMES.flatMap((name) =>
      typeof fields[name] === 'string' ? [[name, fields[name]]] : [],
    ),
  )
}
