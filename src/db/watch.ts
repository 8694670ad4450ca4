import type { Connection } from './connection.ts'
import type { Lane } from './lane.ts'

export interface WatchOptions {
  /** Every lane but the one by which the watch asks. */
  readonly lanes: readonly Lane[]
  /** The lane by which the watch asks, and nothing waits for long. */
  readonly health: Lane
}

const ROUND_MILLISECONDS = 250

/** A statement that takes longer is not wrong, but asked after. */
const SUSPICIOUS_MILLISECONDS = 1_000

/** The backend of a connection, as the server describes it. */
interface Backend {
  readonly pid: number
  readonly works: boolean
}

const BACKENDS = `select pid, state = 'active' and wait_event is distinct from 'ClientRead' as works
from pg_stat_activity where pid = any($1::text::int[])`

/**
 * Finds connections on which the server will never say anything again, though nobody closed them: a network can
 * drop what is sent without a word. TCP would go on trying for a quarter of an hour.
 *
 * A connection is taken away when its statement takes longer than the server lets any run; when the server says
 * that it is not at work on that statement; and when the server was out of reach and is back, but this
 * connection has heard nothing since.
 */
export class Watch {
  readonly #options: WatchOptions
  /** Connections that seem to be dead, each with how many statements were sent on it. */
  readonly #suspected = new WeakMap<Connection, number>()
  readonly #rounds: NodeJS.Timeout
  #lostContactAt: number | undefined
  #isAsking = false

  constructor(options: WatchOptions) {
    this.#options = options
    this.#rounds = setInterval(() => {
      this.#goRound()
    }, ROUND_MILLISECONDS).unref()
  }

  /** Ends the watch. */
  stop(): void {
    clearInterval(this.#rounds)
  }

  #goRound(): void {
    const { lanes, health } = this.#options
    let isSuspicious = this.#lostContactAt !== undefined
    for (const lane of [...lanes, health]) {
      lane.endIdle()
      for (const connection of lane.connections) {
        if (connection.isOverdue) {
          if (lane === health) this.#lostContactAt ??= connection.heardAt
          lane.destroy(connection)
        } else if ((connection.silence ?? 0) > SUSPICIOUS_MILLISECONDS) isSuspicious = true
      }
    }
    if (isSuspicious && !this.#isAsking) void this.#ask()
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    try {
      const { lanes, health } = this.#options
      const watched = lanes.flatMap((lane) =>
        [...lane.connections].map((connection) => ({ lane, connection, sent: connection.sent })),
      )
      const pids = watched.flatMap(({ connection: { pid } }) => pid ?? [])
      const backends = await health.use((connection) =>
        connection.run(BACKENDS, [`{${pids.join(',')}}`]),
      )
      const works = new Map((backends.rows as Backend[]).map((row) => [row.pid, row.works]))
      const lostContactAt = this.#lostContactAt
      this.#lostContactAt = undefined
      for (const { lane, connection, sent } of watched) {
        const isSilentSinceOutage =
          lostContactAt !== undefined && connection.heardAt < lostContactAt
        if (isSilentSinceOutage || this.#isDead(connection, sent, works)) lane.destroy(connection)
      }
    } catch {
      // Asked again in the next round: as long as the server is out of reach, nothing is known.
    } finally {
      this.#isAsking = false
    }
  }

  /**
   * Whether the server says that nobody is at work on what a connection waits for. It has to say so twice: the
   * first time, the answer may be on its way.
   */
  #isDead(connection: Connection, sent: number, works: ReadonlyMap<number, boolean>): boolean {
    const { pid } = connection
    if (pid === undefined || connection.sent !== sent) return false
    const isAlive = connection.silence === undefined ? works.has(pid) : works.get(pid) === true
    const isSuspectedAgain = this.#suspected.get(connection) === sent
    this.#suspected.delete(connection)
    if (isAlive || (connection.silence ?? Infinity) < SUSPICIOUS_MILLISECONDS) return false
    if (!isSuspectedAgain) this.#suspected.set(connection, sent)
    return isSuspectedAgain
  }
}
