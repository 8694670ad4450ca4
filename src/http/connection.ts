import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** One request and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What a connection is at. */
interface Connection {
  /** The response that is under way. */
  current: ServerResponse | undefined
  /** The requests that came since. */
  readonly waiting: Exchange[]
  /** Whether there were more than may wait: the connection ends after those that do. */
  isOverrun: boolean
}

export interface TurnsOptions {
  /** How many requests may wait for the one before them; 0 sets no bound. */
  readonly maxWaiting: number
  readonly begin: (exchange: Exchange) => void
}

/** Lets the requests of each connection take turns. */
export interface Turns {
  /** Begins with a request, or lets the request wait for those before. */
  add(exchange: Exchange): void
  /** Ends the turn of a response that is closed, and begins with the next request. */
  end(response: ServerResponse, socket: Socket): void
  /** Whether a request of this connection is being answered. */
  isBusy(socket: Socket): boolean
}

/**
 * Node takes all requests that a connection sends ahead, and keeps their answers until each one's turn comes. One
 * client could so have thousands of answers made and kept. Here the next request begins when the one before is
 * answered, and nothing more is read meanwhile. Where too many were sent ahead the connection is closed after those
 * that were taken: that tells the client which to send again.
 */
export function createTurns({ maxWaiting, begin }: TurnsOptions): Turns {
  const connections = new WeakMap<Socket, Connection>()
  const next = (connection: Connection, socket: Socket) => {
    const exchange = connection.waiting.shift()
    if (!exchange) {
      socket.destroySoon()
      return
    }
    if (connection.waiting.length === 0) {
      if (connection.isOverrun) exchange.response.setHeader('Connection', 'close')
      else socket.resume()
    }
    connection.current = exchange.response
    begin(exchange)
  }
  return {
    add(exchange) {
      const { socket } = exchange.request
      let connection = connections.get(socket)
      if (!connection) {
        connection = { current: undefined, waiting: [], isOverrun: false }
        connections.set(socket, connection)
      }
      if (!connection.current && !connection.isOverrun) {
        connection.current = exchange.response
        begin(exchange)
        return
      }
      if (maxWaiting > 0 && connection.waiting.length >= maxWaiting) connection.isOverrun = true
      if (!connection.isOverrun) connection.waiting.push(exchange)
      // At the end of a message Node starts to read again by itself: only after that does a pause last.
      process.nextTick(() => {
        if (connection.waiting.length > 0 || connection.isOverrun) socket.pause()
      })
    },
    end(response, socket) {
      const connection = connections.get(socket)
      if (connection?.current !== response) return
      connection.current = undefined
      if (socket.destroyed) connection.waiting.length = 0
      else if (connection.waiting.length > 0 || connection.isOverrun) next(connection, socket)
    },
    isBusy: (socket) => connections.get(socket)?.current !== undefined,
  }
}

/** How much of an unread body is taken off the wire, so that its sender gets to see the answer. */
const MOST_DISCARDED_BYTES = 16_777_216

/**
 * Reads the rest of a request that is answered already, and throws it away: who is cut off while sending does not
 * get to see why the request was refused. Who goes on for too long is cut off all the same.
 */
export function discardRest(request: IncomingMessage, milliseconds: number): void {
  const { socket } = request
  if (request.complete || socket.destroyed) return
  const cutOff = () => socket.destroy()
  const timer = setTimeout(cutOff, milliseconds).unref()
  let size = 0
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MOST_DISCARDED_BYTES) cutOff()
  })
  request.once('close', () => {
    clearTimeout(timer)
  })
  request.once('end', () => {
    clearTimeout(timer)
  })
}

/** How often within its time it is looked whether a client takes its answer. */
const LOOKS = 4

/**
 * Closes the connections of clients that take nothing of their answers for so long. An answer that a client does not
 * read stays in memory, and costs the client nothing. Answers the function that stops it.
 */
export function watchReaders(responses: Iterable<ServerResponse>, milliseconds: number) {
  const watched = new WeakSet<Socket>()
  const timer = setInterval(() => {
    for (const { socket } of responses) {
      if (!socket) continue
      const isToTake = socket.writableLength > 0
      if (isToTake === watched.has(socket)) continue
      // The socket itself sees whether any of it is taken. Without an answer to take, silence is no fault.
      socket.setTimeout(isToTake ? milliseconds : 0)
      if (isToTake) watched.add(socket)
      else watched.delete(socket)
    }
  }, milliseconds / LOOKS).unref()
  return () => {
    clearInterval(timer)
  }
}
