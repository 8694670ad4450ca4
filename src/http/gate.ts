import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { Actor } from '../core/actor.ts'
import { FILES_PATH } from '../storage/folder.ts'
import type { Admission } from './admission.ts'
import type { Authentication } from './authentication.ts'
import { isLoopbackHost } from './client-host.ts'
import { withinDeadline } from './deadline.ts'
import {
  errorBody,
  mediaTypeFor,
  OVERLOADED,
  outageOf,
  type RequestError,
  UNAUTHENTICATED,
  UNEXPECTED,
} from './error.ts'
import type { FileRoute } from './file.ts'
import { type Graphiql, GRAPHIQL_PATH } from './graphiql.ts'

/** What is known of a request while it is answered. */
export interface RequestContext {
  /** What Node received; absent when a request did not come over the network. */
  readonly req?: IncomingMessage
  /** Where Node sends the answer; absent in the same cases. */
  readonly res?: ServerResponse
  /** Whoever it comes from; absent where nobody has to say so. */
  actor?: Actor
  /** Gives back the bytes that its body takes; absent where there are none. */
  releaseBody?: () => void
}

export interface GateOptions {
  readonly authentication: Authentication
  /** Whether a request without a token may come further, to be looked at there. */
  readonly admitsAnonymous: boolean
  /** The page for a browser; absent where it is off. */
  readonly graphiql?: Graphiql | undefined
  /** Stored files; absent where links to them lead elsewhere. */
  readonly files?: FileRoute | undefined
  /** For how long a request may wait to be let in. */
  readonly deadlineMilliseconds: number
  /** Tells why the database lets this gateway serve nobody; undefined where it does. */
  readonly whyNotReady: () => Promise<string | undefined>
  readonly isShuttingDown: () => boolean
  readonly admission: Admission
  readonly logger: Logger
}

type MaybePromise<Value> = Value | Promise<Value>

export const GRAPHQL_PATH = '/graphql'

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST'])

const NOT_FOUND: RequestError = {
  status: 404,
  code: 'NOT_FOUND',
  message: `There is nothing here. GraphQL is at ${GRAPHQL_PATH}.`,
}

const METHOD_NOT_ALLOWED: RequestError = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: 'GraphQL is asked with POST, or with GET.',
  headers: { Allow: 'GET, POST' },
}

/**
 * Stands before GraphQL: answers every other route, and lets nobody by without a valid token. Whatever
 * goes wrong here is answered here, because beyond the plugins an error's stack would be sent.
 */
export function useGate(options: GateOptions): Plugin<object, RequestContext> {
  return {
    onRequest(payload) {
      const { request, serverContext, fetchAPI } = payload
      const end = (response: Response | undefined) => {
        if (response) payload.endResponse(response)
      }
      const fail = (error: unknown) => {
        const outage = outageOf(error)
        options.logger[outage ? 'warn' : 'error']({ err: error }, 'A request was not let in')
        end(refusal(outage ?? UNEXPECTED, request, fetchAPI.Response))
      }
      try {
        const response = answer(request, serverContext, options, fetchAPI.Response)
        if (response instanceof Promise) {
          return withinDeadline(options.deadlineMilliseconds, response).then(end, fail)
        }
        end(response)
      } catch (error) {
        fail(error)
      }
      return undefined
    },
  }
}

/** The response to a request that comes no further; undefined for one that does. */
function answer(
  request: Request,
  context: RequestContext,
  options: GateOptions,
  NewResponse: typeof Response,
): MaybePromise<Response | undefined> {
  const path = pathOf(request.url)
  if (path !== GRAPHQL_PATH) return answerBeside(path, request, options, NewResponse)
  if (!METHODS.has(request.method)) return refusal(METHOD_NOT_ALLOWED, request, NewResponse)
  if (options.graphiql && isBrowser(request)) {
    return options.graphiql.respond(NewResponse, isLoopbackHost(request, context.req))
  }
  if (options.admission.isOverloaded()) return refusal(OVERLOADED, request, NewResponse)
  const authorization = request.headers.get('authorization')
  if (authorization === null && options.admitsAnonymous) return undefined
  const admit = (actor: Actor | undefined) => {
    if (!actor) return refusal(UNAUTHENTICATED, request, NewResponse)
    context.actor = actor
    // Known before the body is read, so that who sends too much costs little.
    const problem = options.admission.refusalOf(actor.email)
    return problem && refusal(problem, request, NewResponse)
  }
  const actor = options.authentication.actorOf(authorization)
  return actor instanceof Promise ? actor.then(admit) : admit(actor)
}

/** The response to a request for anything but GraphQL. */
async function answerBeside(
  path: string,
  request: Request,
  { files, graphiql, isShuttingDown, whyNotReady }: GateOptions,
  NewResponse: typeof Response,
): Promise<Response> {
  if (path === '/health/live') return new NewResponse('live\n')
  if (files && path.startsWith(FILES_PATH)) {
    const answered = await files.respond(path.slice(FILES_PATH.length), request, NewResponse)
    return 'code' in answered ? refusal(answered, request, NewResponse) : answered
  }
  if (graphiql && path.startsWith(GRAPHIQL_PATH)) {
    const answered = await graphiql.respondPart(path, request, NewResponse)
    return answered ?? refusal(NOT_FOUND, request, NewResponse)
  }
  if (path !== '/health/ready') return refusal(NOT_FOUND, request, NewResponse)
  if (isShuttingDown()) return new NewResponse('shutting down\n', { status: 503 })
  const reason = await whyNotReady()
  return reason === undefined
    ? new NewResponse('ready\n')
    : new NewResponse(`${reason}\n`, { status: 503 })
}

/**
 * The refusal of a request of which nothing is looked at, because the gateway could not begin with an operation in
 * time: under twice the load that can be carried, only refusals that cost next to nothing leave time for the rest.
 * A frontend in a browser is refused further on, where its origin is known.
 */
export function overloadOf(
  admission: Admission,
  { method, url = '', headers }: IncomingMessage,
): RequestError | undefined {
  const isOperation = method === 'POST' && url.startsWith(GRAPHQL_PATH)
  if (!isOperation || headers.origin !== undefined) return undefined
  return admission.isOverloaded() ? OVERLOADED : undefined
}

/** The path of a URL, which is taken as it came: it may be nothing that a URL parser accepts. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  return start === -1 ? '/' : (url.slice(start).split(/[?#]/, 1)[0] ?? '/')
}

function isBrowser({ method, headers }: Request): boolean {
  return method === 'GET' && headers.get('accept')?.includes('text/html') === true
}

function refusal(problem: RequestError, { headers }: Request, NewResponse: typeof Response) {
  return new NewResponse(errorBody(problem), {
    status: problem.status,
    headers: { 'Content-Type': mediaTypeFor(headers.get('accept')), ...problem.headers },
  })
}
