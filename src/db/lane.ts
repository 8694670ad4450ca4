import type { CancelSignal } from './cancel-signal.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Gate } from './gate.ts'

export interface LaneOptions extends ConnectionOptions {
  /** The most connections that are open at once. */
  readonly size: number
  /** For how long work may wait for one of them. */
  readonly longestWaitMilliseconds: number
}

// One that was silently dropped on the way, as networks do to those that say nothing, is found out when it is used.
const LONGEST_IDLENESS_MILLISECONDS = 60_000

/**
 * Connections for one kind of work, which no other kind can take. They are opened when they are first needed, and
 * each does one thing at a time.
 */
export class Lane {
  readonly #options: LaneOptions
  readonly #gate: Gate
  readonly #connections = new Set<Connection>()
  /** The one that was used last is used next, so that those that are not needed grow old. */
  readonly #idle: Connection[] = []
  #isClosed = false

  constructor(options: LaneOptions) {
    this.#options = options
    this.#gate = new Gate({
      most: options.size,
      longestWaitMilliseconds: options.longestWaitMilliseconds,
    })
  }

  /** Every connection that is open. */
  get connections(): Iterable<Connection> {
    return this.#connections
  }

  /** Whether a connection is open and does nothing. */
  isIdle(connection: Connection): boolean {
    return this.#idle.includes(connection)
  }

  /** Works with a connection, which nobody else has meanwhile. */
  use<Result>(
    work: (connection: Connection) => Promise<Result>,
    signal?: CancelSignal,
  ): Promise<Result> {
    return this.#gate.pass(async () => {
      const connection = this.#idle.pop() ?? (await this.#open())
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
    const open = [...this.#connections]
    const clock = setTimeout(() => {
      for (const connection of open) connection.destroy()
    }, timeoutMilliseconds)
    await Promise.all(open.map((connection) => connection.retire()))
    clearTimeout(clock)
  }

  async #open(): Promise<Connection> {
    const connection = await Connection.open(this.#options, (lost) => {
      this.#forget(lost)
    })
    this.#connections.add(connection)
    return connection
  }

  #release(connection: Connection): void {
    if (connection.isLost) this.#forget(connection)
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
