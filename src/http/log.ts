import { type DestinationStream, type Level, type Logger, pino, stdSerializers } from 'pino'
import { DrizzleQueryError } from 'drizzle-orm'

/** How much is logged: from this level on, or nothing. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = Level | 'silent'

/** Makes a logger that writes JSON lines. Tokens and donors' data must never come into it. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: describeError } }
  return destination ? pino(options, destination) : pino(options)
}

/** The message of a failed statement holds the bound values, which may be a donor's. */
function describeError(error: unknown): unknown {
  if (error instanceof DrizzleQueryError) {
    return { ...Object(describeError(error.cause)), query: error.query }
  }
  return error instanceof Error ? stdSerializers.err(error) : error
}
