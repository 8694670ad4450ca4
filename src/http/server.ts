import { createServer, type RequestListener, type Server } from 'node:http'
import { OperatorError } from '../core/error.ts'

export interface ServerOptions {
  readonly listener: RequestListener
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
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

const ANY_ADDRESS: ReadonlySet<string> = new Set(['127.0.0.1', '0.0.0.0', '::1', '::'])

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there; stop it, or set PORT to another one',
  EADDRNOTAVAIL: 'this machine has no such address; set HOST to one that it has',
  ENOTFOUND: 'there is no such host; set HOST to an address of this machine',
  EACCES: 'that takes more rights than this process has; set PORT to one above 1023',
}

/** Starts to listen. Throws an OperatorError where that is not possible. */
export async function listen({ listener, host, port }: ServerOptions): Promise<RunningServer> {
  const openRequests = new Set<object>()
  let isStopping = false
  let whenIdle = () => {}
  const server = createServer((request, response) => {
    // Nothing depends on the host that a client names, and not all that it may say is part of a URL.
    request.headers.host = 'localhost'
    // The next request goes to a process that stays.
    if (isStopping) response.setHeader('Connection', 'close')
    openRequests.add(response)
    response.once('close', () => {
      openRequests.delete(response)
      if (openRequests.size === 0) whenIdle()
    })
    listener(request, response)
  })
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS
  await startListening(server, host, port)
  return {
    url: urlOf(server, host, port),
    async stop(graceMilliseconds) {
      isStopping = true
      if (openRequests.size > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve
          setTimeout(resolve, graceMilliseconds).unref()
        })
      }
      server.close()
      server.closeAllConnections()
    },
  }
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
