import { type SQL, sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import { CHANGES_CHANNEL } from '../db/channel.ts'
import { type Database, rowsOf } from '../db/database.ts'
import { mayPassLater } from '../db/problem.ts'
import { markOf, type NumberedPosition } from '../read/numbered-cursor.ts'
import { placeChanges } from './placing.ts'
import { changes } from './table.ts'

/**
 * How often everybody looks around, whether or not anything was told: at whether changes of a process that died
 * wait for their place, and at whether the accounts that follow still may.
 */
const ROUND_MILLISECONDS = 5_000

/** Before every change. */
const BEGINNING: NumberedPosition = { number: 0, mark: '' }

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
  #newest: NumberedPosition = BEGINNING
  #history = 0
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

  /** The newest place that is known of; the beginning where none is. */
  get newest(): NumberedPosition {
    return this.#newest
  }

  /**
   * Which history of the feed is followed. It is another one once the newest change that was known is not there any
   * more: the database was exchanged for one that had not heard of it yet, as a standby that is behind.
   */
  get history(): number {
    return this.#history
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
      this.#options.database.listen(CHANGES_CHANNEL, () => {
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

  /** Reads the newest place. Rejects when the database cannot be reached. */
  async readNewest(): Promise<NumberedPosition> {
    const known = this.#newest
    const [row] = await rowsOf<{ number: string | null; mark: string | null; isKnown: boolean }>(
      this.#options.database.followers,
      sql`select ${this.#isThere(known)} as "isKnown", newest.* from (select) one left join
        (select ${changes.position}::text as number, ${markOf(sql`${changes.uuid}`)} as mark from ${changes}
          where ${changes.position} is not null order by ${changes.position} desc limit 1) newest on true`,
    )
    const found = { number: Number(row?.number ?? 0), mark: row?.mark ?? '' }
    // Of two that ask at once, the one that asked first may be answered last.
    if (this.#newest === known || found.number > this.#newest.number || !row?.isKnown) {
      if (!row?.isKnown && this.#newest === known) this.#history += 1
      this.#newest = found
    }
    return this.#newest
  }

  /** The mark of the change at a position; empty where there is none. */
  async markAt(position: number): Promise<string> {
    const [row] = await rowsOf<{ mark: string }>(
      this.#options.database.followers,
      sql`select ${markOf(sql`${changes.uuid}`)} as mark from ${changes} where ${changes.position} = ${position}`,
    )
    return row?.mark ?? ''
  }

  #isThere({ number, mark }: NumberedPosition): SQL {
    if (mark === '') return sql`true`
    return sql`exists (select from ${changes} where ${changes.position} = ${number} and ${markOf(sql`${changes.uuid}`)} = ${mark})`
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
