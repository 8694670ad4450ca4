import type { CancelSignal } from './cancel-signal.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Gate } from './gate.ts'

export interface LaneOptions extends ConnectionOptions {
  /** The most connections that are open at once. */
  readonly size: number
  /** How many may work with one connection at once; one alone when absent. */
  readonly sharers?: number
  /** For how long work may wait for one of them. */
  readonly longestWaitMilliseconds: number
}

// A network can silently drop a connection that says nothing. That is found out only when the connection is used.
const LONGEST_IDLENESS_MILLISECONDS = 60_000

/**
 * Connections for one kind of work, which no other kind can take. A connection is opened when it is first needed.
 * It does one thing at a time, unless it may be shared: then statements are sent ahead, and Postgres runs them one
 * after the other.
 */
export class Lane {
  readonly #options: LaneOptions
  readonly #gate: Gate
  /** Every connection that is open, with how many work with it. */
  readonly #connections = new Map<Connection, number>()
  /** The one that was used last is used next, so that those that are not needed grow old. */
  readonly #idle: Connection[] = []
  readonly #opening = new Set<Promise<Connection>>()
  #isClosed = false

  constructor(options: LaneOptions) {
    this.#options = options
    this.#gate = new Gate({
      most: options.size * this.#sharers,
      longestWaitMilliseconds: options.longestWaitMilliseconds,
    })
  }

  /** Every connection that is open. */
  get connections(): Iterable<Connection> {
    return this.#connections.keys()
  }

  get #sharers(): number {
    return this.#options.sharers ?? 1
  }

  /** Works with a connection, which nobody else has meanwhile unless the connections of the lane are shared. */
  use<Result>(
    work: (connection: Connection) => Promise<Result>,
    signal?: CancelSignal,
  ): Promise<Result> {
    return this.#gate.pass(async () => {
      const connection = this.#takeOpen() ?? (await this.#take())
      try {
        return await work(connection)
      } finally {
        this.#release(connection)
      }
    }, signal)
  }

  /** Ends connections that have not been needed for a while. */
  endIdle(): void {
    const latest = performance.now() - LONGEST_IDLENESS_MILLISECONDS
    for (const connection of [...this.#idle]) {
      if (connection.heardAt < latest || connection.isWorn) this.#retire(connection)
    }
  }

  /** Takes a connection away at once: what is under way on it fails. */
  destroy(connection: Connection): void {
    connection.destroy()
    this.#forget(connection)
  }

  /** Ends every connection after what is under way, or after so long. */
  async close(timeoutMilliseconds: number): Promise<void> {
    this.#isClosed = true
    const open = [...this.#connections.keys()]
    const clock = setTimeout(() => {
      for (const connection of open) connection.destroy()
    }, timeoutMilliseconds)
    await Promise.all(open.map((connection) => connection.retire()))
    clearTimeout(clock)
  }

  /** Takes a connection that is open and has room; undefined where there is none, or another should be opened. */
  #takeOpen(): Connection | undefined {
    const connection = this.#idle.pop() ?? this.#leastShared()
    if (connection) this.#connections.set(connection, (this.#connections.get(connection) ?? 0) + 1)
    return connection
  }

  #leastShared(): Connection | undefined {
    if (this.#sharers === 1 || this.#hasRoom()) return undefined
    let least: Connection | undefined
    let fewest = this.#sharers
    for (const [connection, load] of this.#connections) {
      // Those who share it work on, and nobody else is to come: otherwise it would never be replaced.
      if (connection.isWorn) this.#retire(connection)
      else if (load < fewest) {
        least = connection
        fewest = load
      }
    }
    return this.#hasRoom() ? undefined : least
  }

  #hasRoom(): boolean {
    return this.#connections.size + this.#opening.size < this.#options.size
  }

  /** Opens a connection, or waits until one is open that has room. */
  async #take(): Promise<Connection> {
    for (;;) {
      if (this.#hasRoom() || this.#opening.size === 0) return await this.#open()
      await Promise.race(this.#opening)
      const connection = this.#takeOpen()
      if (connection) return connection
    }
  }

  async #open(): Promise<Connection> {
    const opening = Connection.open(this.#options, (lost) => {
      this.#forget(lost)
    })
    this.#opening.add(opening)
    try {
      const connection = await opening
      this.#connections.set(connection, 1)
      return connection
    } finally {
      this.#opening.delete(opening)
    }
  }

  #release(connection: Connection): void {
    const load = this.#connections.get(connection)
    if (load === undefined) return
    this.#connections.set(connection, load - 1)
    if (connection.isLost) this.#forget(connection)
    else if (load > 1) return
    else if (this.#isClosed || connection.isWorn) this.#retire(connection)
    else this.#idle.push(connection)
  }

  #retire(connection: Connection): void {
    this.#forget(connection)
    void connection.retire()
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection)
    const place = this.#idle.indexOf(connection)
    if (place !== -1) this.#idle.splice(place, 1)
  }
}
