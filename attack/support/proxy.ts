import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Two ends of a connection. */
interface Pair {
  readonly client: Socket
  readonly upstream: Socket
  /** What comes in on either end goes nowhere any more, for good, and neither end is told. */
  isMute: boolean
}

/** A way to a server that can be disturbed as networks are: it is cut, stands still, is slow, or loses everything. */
export class Proxy {
  readonly port: number
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #target: number
  #isFrozen = false
  #isMuting = false
  #delayMilliseconds = 0

  private constructor(server: Server, port: number, target: number) {
    this.#server = server
    this.port = port
    this.#target = target
    server.on('connection', (client) => {
      this.#join(client)
    })
  }

  /** Opens a way to a port of this machine. */
  static async open(targetPort: number): Promise<Proxy> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Proxy(server, (server.address() as AddressInfo).port, targetPort)
  }

  /** Has new connections lead elsewhere. */
  lead(targetPort: number): void {
    this.#target = targetPort
  }

  /** Ends every connection with a reset, and takes no new one. */
  async cut(): Promise<void> {
    this.closeConnections()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.closeConnections()
    await closed
  }

  /** Takes connections again after `cut`. */
  async restore(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  /** Ends every connection with a reset. */
  closeConnections(): void {
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
  }

  /** Lets nothing through until `thaw`, and loses nothing. New connections are taken and stand still too. */
  freeze(): void {
    this.#isFrozen = true
    for (const { client, upstream } of this.#pairs) {
      client.pause()
      upstream.pause()
    }
  }

  thaw(): void {
    this.#isFrozen = false
    for (const { client, upstream } of this.#pairs) {
      client.resume()
      upstream.resume()
    }
  }

  /**
   * Loses whatever is sent on any connection, for good, without closing one: as where a machine vanishes, or a
   * firewall has forgotten what it let through. Ends for new connections only, with `speak`.
   */
  mute(): void {
    this.#isMuting = true
    for (const pair of this.#pairs) pair.isMute = true
  }

  /** Lets what new connections send through again. Those that were muted stay so. */
  speak(): void {
    this.#isMuting = false
  }

  /**
   * Ends muted connections at the server's end alone, as a server does by itself in the course of hours: otherwise a
   * long run would use up all that it may have. The client's end stays open and mute.
   */
  endMutedAtServer(): void {
    for (const { upstream, isMute } of this.#pairs) if (isMute) upstream.destroy()
  }

  /** Has everything arrive so much later. */
  delay(milliseconds: number): void {
    this.#delayMilliseconds = milliseconds
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.cut()
  }

  #join(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1')
    const pair: Pair = { client, upstream, isMute: this.#isMuting }
    this.#pairs.add(pair)
    this.#pass(pair, client, upstream)
    this.#pass(pair, upstream, client)
    if (this.#isFrozen) upstream.pause()
    else client.resume()
  }

  #pass(pair: Pair, from: Socket, to: Socket): void {
    // What is sent first arrives first, also where the delay becomes less.
    const late: { readonly chunk: Buffer; readonly dueAt: number }[] = []
    const deliver = () => {
      for (let [first] = late; first; [first] = late) {
        const wait = first.dueAt - performance.now()
        if (wait > 0) {
          setTimeout(deliver, wait)
          return
        }
        late.shift()
        if (!pair.isMute && !to.destroyed) to.write(first.chunk)
      }
    }
    from.on('data', (chunk) => {
      if (pair.isMute) return
      late.push({ chunk, dueAt: performance.now() + this.#delayMilliseconds })
      if (late.length === 1) deliver()
    })
    from.on('error', () => undefined)
    to.on('error', () => undefined)
    from.on('close', () => {
      // Whoever is muted hears nothing of the end of the other one either.
      if (pair.isMute && from === pair.upstream) return
      this.#pairs.delete(pair)
      to.destroy()
    })
  }
}
