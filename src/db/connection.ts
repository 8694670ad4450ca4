import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import type { CancelSignal } from './cancel-signal.ts'
import { ConnectionLost, NobodyWaits } from './problem.ts'

export interface ConnectionOptions {
  readonly url: string
  /** What the session is set to. */
  readonly settings: Readonly<Record<string, string | number>>
  /** For how long the server may say nothing while a statement is under way; for any time when absent. */
  readonly longestSilenceMilliseconds?: number | undefined
  /** Is called with what was notified, on a connection that listens. */
  readonly onNotify?: (channel: string) => void
}

export interface RunOptions {
  /** Whether Postgres should keep the statement parsed on this connection. */
  readonly isPrepared?: boolean
  /** Whether rows are answered as lists of values, and not as objects. */
  readonly hasListRows?: boolean
  /** Cancels the statement, because nobody waits for what it answers. */
  readonly signal?: CancelSignal | undefined
}

/** What a statement answered. */
export interface Answer {
  readonly rows: readonly unknown[]
  /** What the server says was done, such as COMMIT. */
  readonly command: string
}

/** A statement that is under way. */
type Query = postgres.PendingQuery<postgres.Row[]>

// An outage must be over soon after the database is back, so that nobody may wait long for a way that is dead.
const OPENING_TIMEOUT_SECONDS = 3
const CANCEL_PAUSE_MILLISECONDS = 500

// Between them, so that not all connections that were opened together are replaced together.
const SHORTEST_LIFE_MILLISECONDS = 30 * 60_000
const LONGEST_LIFE_MILLISECONDS = 60 * 60_000

// A backend never gives back what planning a big statement took.
const LONGEST_USUAL_STATEMENT = 16_384

// Together they hold a backend to a few megabytes of parsed statements.
const MOST_PREPARED_STATEMENTS = 100
const MOST_PREPARED_CHARACTERS = 262_144

/**
 * One connection to a Postgres server. The driver's own pool is not used: it sends statements of several clients
 * down one connection, where each waits for those before it and none can be cancelled by itself, and it has no end
 * to the time for which it waits for a server that went away without a word.
 */
export class Connection {
  readonly openedAt = performance.now()
  readonly #client: postgres.Sql
  readonly #options: ConnectionOptions
  readonly #life =
    SHORTEST_LIFE_MILLISECONDS +
    Math.random() * (LONGEST_LIFE_MILLISECONDS - SHORTEST_LIFE_MILLISECONDS)
  readonly #lost = new AbortController()
  #pid: number | undefined
  #hasRunBigStatement = false
  #underWay = 0
  #sent = 0
  #waitsSince: number | undefined
  #heardAt = performance.now()

  private constructor(options: ConnectionOptions, onLost: (connection: Connection) => void) {
    this.#options = options
    this.#client = postgres(options.url, {
      max: 1,
      connect_timeout: OPENING_TIMEOUT_SECONDS,
      backoff: () => 0,
      max_lifetime: null,
      fetch_types: false,
      max_prepared_statements: MOST_PREPARED_STATEMENTS,
      max_prepared_characters: MOST_PREPARED_CHARACTERS,
      onnotice: () => undefined,
      connection: { ...options.settings },
      ondata: () => {
        this.#heardAt = performance.now()
      },
      onclose: () => {
        // The driver would open another one by itself, in the middle of what was under way.
        this.destroy()
        onLost(this)
      },
      ...(options.onNotify && { onnotify: options.onNotify }),
    } as postgres.Options<Record<string, never>>)
    // Values are read and written as Drizzle wants them, also where a statement does not come from there.
    drizzle(this.#client)
  }

  /** Opens a connection. Rejects where that is not done in a few seconds. */
  static async open(
    options: ConnectionOptions,
    onLost: (connection: Connection) => void = () => undefined,
  ): Promise<Connection> {
    const connection = new Connection(options, onLost)
    const clock = setTimeout(() => {
      connection.destroy()
    }, OPENING_TIMEOUT_SECONDS * 1000)
    try {
      await connection.#introduce()
      return connection
    } catch (error) {
      connection.destroy()
      throw error
    } finally {
      clearTimeout(clock)
    }
  }

  /** The process of the server that is behind it; undefined where a pooler is in between. */
  get pid(): number | undefined {
    return this.#pid
  }

  /** Whether it is of no use any more. */
  get isLost(): boolean {
    return this.#lost.signal.aborted
  }

  /** Tells that it is of no use any more. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Whether another one should take its place before its next use. */
  get isWorn(): boolean {
    return this.#hasRunBigStatement || performance.now() - this.openedAt > this.#life
  }

  /** When it last heard of the server, by the clock of `performance.now`. */
  get heardAt(): number {
    return this.#heardAt
  }

  /** How many statements were sent, by which one that is under way is told from a later one. */
  get sent(): number {
    return this.#sent
  }

  /** For how long the server has said nothing while a statement is under way; undefined while none is. */
  get silence(): number | undefined {
    if (this.#waitsSince === undefined) return undefined
    return performance.now() - Math.max(this.#waitsSince, this.#heardAt)
  }

  /** Whether the server has said nothing for longer than any statement may take. */
  get isOverdue(): boolean {
    return (this.silence ?? 0) > (this.#options.longestSilenceMilliseconds ?? Infinity)
  }

  /** Runs a statement. Without a value to bind, its text may be several. */
  async run(
    text: string,
    values: readonly unknown[] = [],
    { isPrepared = false, hasListRows = false, signal }: RunOptions = {},
  ): Promise<Answer> {
    if (signal?.aborted) throw new NobodyWaits()
    if (this.isLost) throw new ConnectionLost()
    this.#hasRunBigStatement ||= text.length > LONGEST_USUAL_STATEMENT
    const statement = this.#client.unsafe(text, [...values] as never[], {
      prepare: isPrepared && text.length <= LONGEST_USUAL_STATEMENT,
    })
    const query = (hasListRows ? statement.values() : statement) as unknown as Query
    const cancelled = signal && this.#cancelWhenAborted(query, signal)
    try {
      const rows = await this.#answerTo(query)
      return { rows, command: rows.command }
    } catch (error) {
      throw signal?.aborted ? new NobodyWaits() : error
    } finally {
      // A cancellation that is still on its way must not meet the next statement.
      await cancelled?.()
    }
  }

  /** Ends it at once, and whatever is under way with it. */
  destroy(): void {
    this.#lost.abort()
    void this.#client.end({ timeout: 0 })
  }

  /** Ends it once what is under way is done. */
  async retire(): Promise<void> {
    this.#lost.abort()
    await this.#client.end()
  }

  /** What is sent first tells whether what answers is the server itself. */
  async #introduce(): Promise<void> {
    const rows = await this.#answerTo(
      this.#client.unsafe('select pg_backend_pid() as pid') as unknown as Query,
    )
    const { pid } = rows[0] as { pid: number }
    if (pid === rows.state.pid) this.#pid = pid
  }

  async #answerTo(query: Query) {
    this.#sent += 1
    this.#underWay += 1
    this.#waitsSince ??= performance.now()
    try {
      return await query
    } finally {
      this.#underWay -= 1
      if (this.#underWay === 0) this.#waitsSince = undefined
    }
  }

  /** Answers how to stop doing so, which waits until no cancellation is on its way. */
  #cancelWhenAborted(query: Query, signal: CancelSignal): () => Promise<void> {
    let over: AbortController | undefined
    let cancelling: Promise<void> | undefined
    const onAbort = () => {
      over = new AbortController()
      cancelling = this.#cancel(query, over.signal)
    }
    signal.addEventListener('abort', onAbort)
    return async () => {
      signal.removeEventListener('abort', onAbort)
      over?.abort()
      await cancelling
    }
  }

  /** Asks again and again, because a server that is between two steps of a statement does not listen. */
  async #cancel(query: Query, over: AbortSignal): Promise<void> {
    while (!over.aborted && !this.isLost) {
      try {
        await (query as unknown as { cancel(): Promise<void> }).cancel()
      } catch {
        // It is not known whether the request will arrive yet: nothing else may be sent that it could meet.
        this.destroy()
        return
      }
      await paused(CANCEL_PAUSE_MILLISECONDS, over)
    }
  }
}

function paused(milliseconds: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (over.aborted) {
      resolve()
      return
    }
    const end = () => {
      clearTimeout(clock)
      over.removeEventListener('abort', end)
      resolve()
    }
    const clock = setTimeout(end, milliseconds)
    over.addEventListener('abort', end)
  })
}
