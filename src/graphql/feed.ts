import { sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import { placeChanges } from '../change/commands.ts'
import { changes } from '../change/table.ts'
import { type Database, rowsOf } from '../db/database.ts'
import { mayPassLater } from '../db/problem.ts'

/** Where the database tells that changes were placed. */
const CHANNEL = 'pledgeline_changes'

/**
 * How often everybody looks around, whether or not anything was told: at whether changes of a process that died
 * wait for their place, and at whether the accounts that follow still may.
 */
const ROUND_MILLISECONDS = 5_000

export interface FeedOptions {
  readonly database: Database
  readonly logger: Logger
}

/**
 * Knows how far the feed of changes has come, for all who follow it in this process, and wakes them when it has
 * come further. What is told by the database is only that there is something: it may be told late, twice or not
 * at all.
 */
export class ChangeFeed {
  readonly #options: FeedOptions
  readonly #waiting = new Set<() => void>()
  #newest = 0
  #followers = 0
  #isKept = false
  #isListening = false
  #isClosed = false
  #rounds: NodeJS.Timeout | undefined
  #isOnRound = false
  #isReading = false
  #isReadStale = false

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** The newest position that is known of; 0 where none is. */
  get newest(): number {
    return this.#newest
  }

  /** Whether whoever follows is to come to an end. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Looks around from now on even while nobody follows, so that pages of the feed are complete. */
  keep(): void {
    this.#isKept = true
    this.#startRounds()
  }

  /** Follows from now on; what this answers ends it. */
  join(): () => void {
    this.#followers += 1
    this.#startRounds()
    if (!this.#isListening) {
      this.#isListening = true
      this.#options.database.listen(CHANNEL, () => {
        this.#refresh()
      })
    }
    this.#refresh()
    let isFollowing = true
    return () => {
      if (isFollowing) this.#followers -= 1
      isFollowing = false
      this.#stopIdleRounds()
    }
  }

  /** Reads the newest position. Rejects when the database cannot be reached. */
  async readNewest(): Promise<number> {
    const [row] = await rowsOf<{ newest: string }>(
      this.#options.database.drizzle,
      sql`select coalesce(max(${changes.position}), 0)::text as newest from ${changes} where ${changes.position} is not null`,
    )
    this.#newest = Math.max(this.#newest, Number(row?.newest ?? 0))
    return this.#newest
  }

  /** Waits until the feed has come further, a round is over, the feed is closed, or the signal is given. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#isClosed || signal.aborted) return
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  /** Brings whoever follows to an end. The database is still needed until they have come to it. */
  close(): void {
    this.#isClosed = true
    this.#isKept = false
    clearInterval(this.#rounds)
    this.#rounds = undefined
    this.#wake()
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  /** Reads the newest position; where that is under way already, once more afterwards. */
  #refresh(): void {
    this.#isReadStale = true
    if (!this.#isReading) void this.#readWhileStale()
  }

  async #readWhileStale(): Promise<void> {
    this.#isReading = true
    try {
      while (this.#isReadStale && !this.#isClosed) {
        this.#isReadStale = false
        await this.readNewest()
        this.#wake()
      }
    } catch (error) {
      this.#report(error)
    } finally {
      this.#isReading = false
    }
  }

  #startRounds(): void {
    if (this.#isClosed) return
    this.#rounds ??= setInterval(() => void this.#goRound(), ROUND_MILLISECONDS).unref()
  }

  #stopIdleRounds(): void {
    if (this.#followers > 0 || this.#isKept) return
    clearInterval(this.#rounds)
    this.#rounds = undefined
  }

  async #goRound(): Promise<void> {
    this.#wake()
    if (this.#isOnRound) return
    this.#isOnRound = true
    try {
      await placeChanges(this.#options.database)
      this.#refresh()
    } catch (error) {
      this.#report(error)
    } finally {
      this.#isOnRound = false
    }
  }

  /** What failed is tried again in the next round. */
  #report(error: unknown): void {
    if (this.#isClosed) return
    const level = mayPassLater(error) ? 'warn' : 'error'
    this.#options.logger[level]({ err: error }, 'The newest change could not be read')
  }
}
