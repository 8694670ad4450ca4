import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { OperatorError } from '../core/error.ts'
import { createTurns, discardRest, type Exchange, watchReaders } from './connection.ts'
import { HEADERS_TOO_LARGE, type RequestError } from './error.ts'
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './limits.ts'
import { answerParserError, writeRefusal } from './raw-refusal.ts'

export interface ServerOptions {
  readonly listener: RequestListener
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  readonly limits?: Partial<ConnectionLimits> | undefined
  /** Why a request is not even looked at, for an answer that costs next to nothing; undefined where it is. */
  readonly refuse?: ((request: IncomingMessage) => RequestError | undefined) | undefined
}

/** A server that listens. */
export interface RunningServer {
  /** Where it is found, without a path. */
  readonly url: string
  /**
   * Stops listening once every open request is answered, or after so long: until then it goes on, so that
   * whoever asks after its health hears that it is leaving. Then it drops what is left.
   */
  stop(graceMilliseconds: number): Promise<void>
}

// Longer than load balancers keep a connection idle: whoever closes first must not be this side.
const KEEP_ALIVE_MILLISECONDS = 65_000

/** How long after its headers a request may be complete, with time to be let in and to wait for its turn. */
const WAIT_FOR_BODY_MILLISECONDS = 60_000

const CHECK_INTERVAL_MILLISECONDS = 1_000

/** For how long a refused body is read where bodies may take for ever. */
const DISCARD_MILLISECONDS = 10_000

const ANY_ADDRESS: ReadonlySet<string> = new Set(['127.0.0.1', '0.0.0.0', '::1', '::'])

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there; stop it, or set PORT to another one',
  EADDRNOTAVAIL: 'this machine has no such address; set HOST to one that it has',
  ENOTFOUND: 'there is no such host; set HOST to an address of this machine',
  EACCES: 'that takes more rights than this process has; set PORT to one above 1023',
}

/** Starts to listen. Throws an OperatorError where that is not possible. */
export async function listen(options: ServerOptions): Promise<RunningServer> {
  const { listener, host, port, refuse } = options
  const limits = { ...DEFAULT_CONNECTION_LIMITS, ...options.limits }
  const discardMilliseconds = limits.bodyTimeoutMilliseconds || DISCARD_MILLISECONDS
  const openResponses = new Set<ServerResponse>()
  let isStopping = false
  let whenIdle = () => {}

  const begin = ({ request, response }: Exchange) => {
    const { socket } = request
    // Nothing depends on the host that a client names, and not all that it may say is part of a URL.
    request.headers.host = 'localhost'
    // The next request goes to a process that stays.
    if (isStopping) response.setHeader('Connection', 'close')
    openResponses.add(response)
    // Before Node sees to the rest, which it would read without a bound.
    response.prependOnceListener('finish', () => {
      discardRest(request, discardMilliseconds)
    })
    response.once('close', () => {
      openResponses.delete(response)
      turns.end(response, socket)
      if (openResponses.size === 0) whenIdle()
    })
    const refusal = hasTooManyHeaders(request, limits) ? HEADERS_TOO_LARGE : refuse?.(request)
    if (refusal) writeRefusal(response, refusal, request.headers.accept)
    else listener(request, response)
  }
  const turns = createTurns({ maxWaiting: limits.maxPipelinedRequests, begin })

  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      connectionsCheckingInterval: CHECK_INTERVAL_MILLISECONDS,
      headersTimeout: limits.bodyTimeoutMilliseconds,
      // The body has a time of its own, which is told to the client; this is for bodies that nobody reads.
      requestTimeout:
        limits.bodyTimeoutMilliseconds &&
        limits.bodyTimeoutMilliseconds + WAIT_FOR_BODY_MILLISECONDS,
      ...(limits.maxHeaderBytes > 0 && { maxHeaderSize: limits.maxHeaderBytes }),
    },
    (request, response) => {
      turns.add({ request, response })
    },
  )
  // Node leaves out what is beyond its own bound, without a word.
  server.maxHeadersCount = 0
  server.on('clientError', (error, socket) => {
    answerParserError(error, socket, turns.isBusy(socket as Exchange['request']['socket']))
  })
  const stopWatching =
    limits.answerTimeoutMilliseconds > 0
      ? watchReaders(openResponses, limits.answerTimeoutMilliseconds)
      : () => {}
  await startListening(server, host, port)
  return {
    url: urlOf(server, host, port),
    async stop(graceMilliseconds) {
      isStopping = true
      if (openResponses.size > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve
          setTimeout(resolve, graceMilliseconds).unref()
        })
      }
      stopWatching()
      server.close()
      server.closeAllConnections()
    },
  }
}

function hasTooManyHeaders({ rawHeaders }: IncomingMessage, { maxHeaders }: ConnectionLimits) {
  return maxHeaders > 0 && rawHeaders.length > 2 * maxHeaders
}

function startListening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code = '', message }: NodeJS.ErrnoException) => {
      const problem = LISTEN_PROBLEMS[code] ?? message
      reject(new OperatorError(`cannot listen on port ${port} of ${host}: ${problem}`))
    })
    server.listen(port, host, resolve)
  })
}

function urlOf(server: Server, host: string, port: number): string {
  const address = server.address()
  const takenPort = typeof address === 'object' && address ? address.port : port
  const name = ANY_ADDRESS.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${takenPort}`
}
