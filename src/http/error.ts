import { GraphQLError, type GraphQLErrorExtensions, type GraphQLFormattedError } from 'graphql'
import { isCutShort, isHeldUp, isUnavailable, NobodyWaits, Overloaded } from '../db/problem.ts'
import { StorageError } from '../storage/storage.ts'
import { TookTooLong } from './deadline.ts'

/** What went wrong with a request as a whole, for `extensions.code`. */
export type RequestErrorCode =
  | 'UNAUTHENTICATED'
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'NOT_ACCEPTABLE'
  | 'LINK_EXPIRED'
  | 'REQUEST_TIMEOUT'
  | 'REQUEST_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RATE_LIMITED'
  | 'TOO_MANY_REQUESTS'
  | 'OVERLOADED'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'

export interface RequestError {
  readonly status: number
  readonly code: RequestErrorCode
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  /** What else a program is told. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

// The executor goes on to repeat the literal, with whatever is in it.
const INVALID_ARGUMENT = /^Argument "(\w{1,64})" has invalid value /

const LONGEST_MESSAGE = 300

/** Of the places in the operation that an error is about. */
const MOST_NODES = 10

/** The same for every cause, so that nothing can be learnt by trying. */
export const UNAUTHENTICATED: RequestError = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'A valid token is needed.',
  headers: { 'WWW-Authenticate': 'Bearer' },
}

export const SERVICE_UNAVAILABLE: RequestError = {
  status: 503,
  code: 'SERVICE_UNAVAILABLE',
  message: 'The database cannot be reached at the moment. Try again later.',
}

const HELD_UP: RequestError = {
  ...SERVICE_UNAVAILABLE,
  message: 'Others keep what this needs for too long at the moment. Try again later.',
}

/** Nobody reads this. */
const GIVEN_UP: RequestError = {
  ...SERVICE_UNAVAILABLE,
  message: 'It was given up, because nobody waits for it any more.',
}

const TOOK_TOO_LONG: RequestError = {
  ...SERVICE_UNAVAILABLE,
  message:
    'It took too long. What was to be changed may have been, or may yet be: look before you try again.',
}

const STORAGE_UNAVAILABLE: RequestError = {
  ...SERVICE_UNAVAILABLE,
  message: 'Stored files cannot be written or read at the moment. Try again later.',
}

export const UNEXPECTED: RequestError = {
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Unexpected error',
}

export const HEADERS_TOO_LARGE: RequestError = {
  status: 431,
  code: 'REQUEST_TOO_LARGE',
  message:
    'The target and the headers of the request are too large, or there are too many headers. Send less of them, and an operation in the body.',
  headers: { Connection: 'close' },
}

export const TOO_SLOW: RequestError = {
  status: 408,
  code: 'REQUEST_TIMEOUT',
  message: 'The request did not arrive in time. Send it again, and all of it at once.',
  headers: { Connection: 'close' },
}

/** Soon enough for a client, and late enough for others to be answered before. */
const RETRY_AFTER = { 'Retry-After': '1' }

export const OVERLOADED: RequestError = {
  status: 503,
  code: 'OVERLOADED',
  message:
    'The gateway has more to do than it can begin with in time. The operation was not begun: send it again later.',
  headers: RETRY_AFTER,
}

/** What an account is told that has as much under way as it may have. */
export function tooMany(what: string, limit: number): RequestError {
  return {
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    message: `This account has too many ${what} under way: at most ${limit} at once. Nothing was begun: send it again when others have ended.`,
    headers: RETRY_AFTER,
    extensions: { limit },
  }
}

/** The problem as an error that Yoga answers with its status and headers. */
export function requestError(problem: RequestError): GraphQLError {
  const { status, code, message, headers, extensions } = problem
  return new GraphQLError(message, {
    extensions: { code, ...extensions, http: { status, ...(headers && { headers }) } },
  })
}

/** The problem as the body of a response that no GraphQL operation is behind. */
export function errorBody({ code, message, extensions }: RequestError): string {
  const error: GraphQLFormattedError = { message, extensions: { code, ...extensions } }
  return JSON.stringify({ errors: [error] })
}

/** The media type in which a client that accepts these wants a GraphQL response. */
export function mediaTypeFor(accept: string | null): string {
  const type = accept?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json'
  return `${type}; charset=utf-8`
}

/**
 * Makes an error fit to be told: one that was meant for the client passes, with a code; a database or files
 * that cannot be reached are told as such; anything else is hidden. What is behind it stays in `originalError`,
 * which is for the log and never sent.
 */
export function translateError(error: unknown): GraphQLError {
  const cause = causeOf(error)
  const outage = outageOf(cause)
  if (outage) {
    const { status, code, message, headers } = outage
    return retold(error, message, { code, http: { status, ...(headers && { headers }) } })
  }
  if (error instanceof GraphQLError && cause instanceof GraphQLError) return withCode(error)
  const { code, message } = UNEXPECTED
  return retold(error, message, { code, unexpected: true })
}

/** What is told where what the gateway depends on cannot be reached or had; undefined for other errors. */
export function outageOf(error: unknown): RequestError | undefined {
  if (error instanceof StorageError) return STORAGE_UNAVAILABLE
  if (isHeldUp(error)) return HELD_UP
  if (error instanceof Overloaded) return OVERLOADED
  if (error instanceof NobodyWaits) return GIVEN_UP
  if (error instanceof TookTooLong || isCutShort(error)) return TOOK_TOO_LONG
  return isUnavailable(error) ? SERVICE_UNAVAILABLE : undefined
}

/** The error that was thrown, without what was wrapped around it. */
export function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error
}

/** Whether an operator has to hear of an error, because no client caused it. */
export function isOurs(error: GraphQLError): boolean {
  const { code } = error.extensions
  if (causeOf(error) instanceof NobodyWaits) return false
  return code === UNEXPECTED.code || code === SERVICE_UNAVAILABLE.code
}

/**
 * An error for which an operation was not begun, told as the client's mistake; the older media type of
 * GraphQL wants that to have status 200 all the same.
 */
export function asRefusal(error: GraphQLError): GraphQLError {
  if (isOurs(error)) return error
  const extensions = { http: { status: 400, spec: true }, ...error.extensions }
  return retold(error, shortMessage(error), extensions)
}

/**
 * A message of GraphQL's own repeats names of the operation, which may be as long as a request. What names its
 * places by itself is short already.
 */
function shortMessage({ message, extensions }: GraphQLError): string {
  if (extensions['fields'] !== undefined || message.length <= LONGEST_MESSAGE) return message
  return `${message.slice(0, LONGEST_MESSAGE)}…`
}

/** What is without a code is a value that does not fit its type, or what a plugin has against a request. */
function withCode(error: GraphQLError): GraphQLError {
  if (error.extensions['code'] !== undefined) return error
  const [, argument] = INVALID_ARGUMENT.exec(error.message) ?? []
  if (argument !== undefined) {
    const message = `Argument "${argument}" must have no variable in it that is null or absent where its type wants a value.`
    return retold(error, message, { code: 'BAD_USER_INPUT', fields: [[argument]] })
  }
  const code = error.nodes ? 'BAD_USER_INPUT' : 'BAD_REQUEST'
  return retold(error, error.message, { ...error.extensions, code })
}

function retold(error: unknown, message: string, extensions: GraphQLErrorExtensions) {
  const cause = causeOf(error)
  const originalError = cause instanceof Error ? cause : new Error(String(cause))
  if (!(error instanceof GraphQLError)) {
    return new GraphQLError(message, { originalError, extensions })
  }
  const { source = null, path = null } = error
  const nodes = error.nodes?.slice(0, MOST_NODES) ?? null
  const positions = error.positions?.slice(0, MOST_NODES) ?? null
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions })
}
