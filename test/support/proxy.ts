import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

const POSTGRES_PORT = 5432

/** A way to a database server that can be cut, as a network can. */
export interface Proxy {
  /** The database, by this way. */
  readonly url: string
  /** Ends every connection, and takes no new one. */
  readonly cut: () => Promise<void>
  readonly restore: () => Promise<void>
  /** Lets nothing through any more, and says so to nobody. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Drops for good whatever is sent on the connections that are open, without a word. New ones work. */
  readonly swallow: () => void
}

/** Opens a way to the database of this URL. */
export async function openProxy(databaseUrl: string): Promise<Proxy> {
  const url = new URL(databaseUrl)
  const target = { host: url.hostname, port: Number(url.port || POSTGRES_PORT) }
  /** Both ends of every connection, each with where what comes from it goes. */
  const sockets = new Map<Socket, Socket>()
  const swallowed = new Set<Socket>()
  let isFrozen = false
  const server = createServer((client) => {
    const upstream = connect(target)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.set(from, to)
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      if (!isFrozen) from.pipe(to)
    }
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    async cut() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of [...sockets.keys(), ...swallowed]) socket.destroy()
      await closed
    },
    restore: () => listen(port),
    freeze() {
      isFrozen = true
      for (const [from, to] of sockets) from.unpipe(to)
    },
    swallow() {
      for (const [from, to] of sockets) {
        from.unpipe(to)
        from.resume()
        sockets.delete(from)
        swallowed.add(from)
      }
    },
    thaw() {
      isFrozen = false
      for (const [from, to] of sockets) from.pipe(to)
    },
  }
}
