import type { ServerResponse } from 'node:http'
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention'
import type { GraphQLSchema } from 'graphql'
import {
  createYoga,
  type GraphQLParams,
  isAsyncIterable,
  type Plugin,
  type YogaServerInstance,
} from 'graphql-yoga'
import type { Logger } from 'pino'
import type { Actor } from './core/actor.ts'
import type { Clock } from './core/clock.ts'
import { DEFAULT_OPERATION_LIMITS, type OperationLimits } from './cost/limits.ts'
import type { RateLimit } from './cost/rules.ts'
import type { Database } from './db/database.ts'
import { ChangeFeed } from './feed/watching.ts'
import type { Context } from './graphql/context.ts'
import { RequestScope } from './graphql/request-scope.ts'
import { type Admission, createAdmission } from './http/admission.ts'
import { createAuthentication } from './http/authentication.ts'
import { useDeadline } from './http/deadline.ts'
import { requestError, translateError, UNAUTHENTICATED, UNEXPECTED } from './http/error.ts'
import { useEventStream } from './http/event-stream.ts'
import { createFileRoute } from './http/file.ts'
import { GRAPHQL_PATH, type RequestContext, useGate } from './http/gate.ts'
import type { Graphiql } from './http/graphiql.ts'
import { createDatabaseCheck } from './http/health.ts'
import { type IntrospectionAudience, isIntrospection } from './http/introspection.ts'
import { DEFAULT_LIMITS, type Limits } from './http/limits.ts'
import { useOperationCache } from './http/operation-cache.ts'
import { useOperationLimits } from './http/operation-limits.ts'
import { readParameters } from './http/parameters.ts'
import { useAdmission } from './http/places.ts'
import { Quota } from './http/quota.ts'
import { useReport } from './http/report.ts'
import { useSubscriptions } from './http/subscription.ts'
import { DEFAULT_MAX_TOKEN_AGE_SECONDS } from './http/token.ts'
import { usePlannedAnswers } from './read/binding/yoga-plugin.ts'
import { schema as servedSchema } from './schema.ts'
import type { Storage } from './storage/storage.ts'

export interface AppOptions {
  readonly database: Database
  /** Where signatures are kept. */
  readonly storage: Storage
  readonly clock: Clock
  readonly logger: Logger
  /** The feed that subscriptions follow, for whoever has to end them; one of its own when absent. */
  readonly feed?: ChangeFeed
  /** What is served, for tests of what does not depend on it. */
  readonly schema?: GraphQLSchema
  /** Who may introspect; those with a valid token unless it says otherwise. */
  readonly introspection?: IntrospectionAudience
  /** The page for a browser; none unless it is given. */
  readonly graphiql?: Graphiql | undefined
  /** The origins of browser frontends that may read answers; none unless they are given. */
  readonly corsOrigins?: readonly string[]
  /** The longest `exp - iat` of a token. */
  readonly maxTokenAgeSeconds?: number
  /** How large one operation may be. */
  readonly operationLimits?: OperationLimits
  /** How much each account may ask for; as much as it likes when absent. */
  readonly rateLimit?: RateLimit | undefined
  /** How much this process takes on, where that is not as usual. */
  readonly limits?: Partial<Limits>
  /** What decides which operations are begun, for whoever has to know how that goes; one of its own when absent. */
  readonly admission?: Admission
  /** For how long an operation may go on before its client is told to try again. */
  readonly deadlineMilliseconds?: number
  /** Whether no new work should be sent here any more. */
  readonly isShuttingDown?: () => boolean
}

/** The gateway as a function from request to response; it is a listener for node:http as well. */
export type App = YogaServerInstance<RequestContext, Context>

/** Whoever asks for nothing but what the schema says about itself. */
const NOBODY: Actor = { email: '', permissions: new Set(), organizations: [] }

/** Longer than the database lets any statement of a gateway run. */
const DEFAULT_DEADLINE_MILLISECONDS = 30_000

const CORS_METHODS = ['GET', 'POST']
const CORS_HEADERS = ['Authorization', 'Content-Type', 'GraphQL-Cost', 'X-GraphQL-Yoga-CSRF']
const CORS_MAX_AGE_SECONDS = 7_200

/** Puts the gateway together. It opens no port and reads no environment. */
export function createApp(options: AppOptions): App {
  const { database, storage, clock, logger, schema = servedSchema, graphiql } = options
  const { introspection = 'accounts', corsOrigins = [] } = options
  const { maxTokenAgeSeconds = DEFAULT_MAX_TOKEN_AGE_SECONDS } = options
  const { deadlineMilliseconds = DEFAULT_DEADLINE_MILLISECONDS } = options
  const { operationLimits = DEFAULT_OPERATION_LIMITS, rateLimit } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const { admission = createAdmission({ limits }), isShuttingDown = () => false } = options
  const { feed = new ChangeFeed({ database, logger }) } = options
  const tellsSchema = introspection !== 'off'
  const authentication = createAuthentication({ database, clock, maxTokenAgeSeconds })
  return createYoga<RequestContext, Context>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ actor = NOBODY, request, res }) => ({
      actor,
      database,
      storage,
      clock,
      now: clock(),
      scope: scopeOf(request, res),
      feed,
      renewActor: () => authentication.renew(request.headers.get('authorization')),
    }),
    // The order matters where plugins replace how an operation is executed. Each of them wraps what the plugins before
    // it have set, but `usePlannedAnswers` replaces it: whatever stands before that one would be lost in silence. So
    // `useDeadline` and `useAdmission` come after it. Without the deadline, clients would wait for ever on a silent
    // database. Admission is the outermost, so that the time in its queue does not count towards the deadline.
    plugins: [
      useGate({
        authentication,
        admitsAnonymous: introspection === 'public',
        graphiql,
        files: storage.served && createFileRoute(storage.served, clock),
        deadlineMilliseconds,
        whyNotReady: createDatabaseCheck(database),
        isShuttingDown,
        admission,
        logger,
      }),
      useParameters(limits),
      useCSRFPrevention(),
      useOperationCache({ tellsSchema, mostTokens: operationLimits.tokens }),
      useOperationLimits({ schema, limits: operationLimits, rateLimit, clock }),
      usePlannedAnswers({ tellsSchema }),
      useDeadline(deadlineMilliseconds),
      useAdmission(admission),
      useEventStream(),
      useSubscriptions(limits),
      useReport(logger),
    ],
    maskedErrors: { errorMessage: UNEXPECTED.message, maskError: translateError },
    cors: corsFor(corsOrigins),
    // What the plugins above do instead.
    parserAndValidationCache: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    healthCheckEndpoint: ' ',
    maxRequestBodySize: false,
    multipart: false,
  })
}

/** Ends what a request has under way once its client has gone. */
function scopeOf(request: Request, response: ServerResponse | undefined): RequestScope {
  const scope = new RequestScope()
  const end = () => {
    scope.end()
  }
  // Node tells of a closed connection itself. The signal of the web's request costs ten times as much.
  if (response) response.once('close', end)
  else if (request.signal.aborted) end()
  else request.signal.addEventListener('abort', end, { once: true })
  return scope
}

/** Reads requests, and lets nobody unknown ask for more than introspection. */
function useParameters(limits: Limits): Plugin<object, RequestContext> {
  const { maxBodyBytes, bodyTimeoutMilliseconds } = limits
  const bytesInFlight = new Quota({
    process: atLeast(maxBodyBytes, limits.maxBodyBytesInFlight),
    account: atLeast(maxBodyBytes, limits.maxBodyBytesPerAccount),
  })
  return {
    onRequestParse({ serverContext, setRequestParser }) {
      const { req, actor } = serverContext
      setRequestParser(async (request) => {
        const read = await readParameters(request, req, {
          maxBytes: maxBodyBytes,
          timeoutMilliseconds: bodyTimeoutMilliseconds,
          account: actor?.email ?? NOBODY.email,
          bytesInFlight,
        })
        serverContext.releaseBody = read.release
        if (!actor && !isIntrospection(read.parameters)) throw requestError(UNAUTHENTICATED)
        // Yoga checks what is in them, and refuses a list.
        return read.parameters as GraphQLParams
      })
    },
    onResultProcess({ result, serverContext }) {
      // A subscription keeps its parameters for as long as it is open.
      if (!isAsyncIterable(result)) serverContext.releaseBody?.()
    },
  }
}

/** A bound that the largest body fits below; 0 sets none. */
function atLeast(maxBodyBytes: number, bound: number): number {
  return bound && Math.max(bound, maxBodyBytes)
}

function corsFor(origins: readonly string[]) {
  if (origins.length === 0) return false
  return (request: Request) =>
    origins.includes(request.headers.get('origin') ?? '') && {
      // Several origins, as Yoga sees it, make the answer vary by origin.
      origin: [...origins, ...origins],
      methods: CORS_METHODS,
      allowedHeaders: CORS_HEADERS,
      credentials: false,
      maxAge: CORS_MAX_AGE_SECONDS,
    }
}
