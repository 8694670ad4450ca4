import { LRUCache } from 'lru-cache'
import type { Clock } from '../core/clock.ts'
import { type Bucket, type RateLimit, withdraw } from './rules.ts'

/** What an account has left of its rate limit. */
export interface RateLimitState {
  readonly isAllowed: boolean
  /** The most that the account may ask for at once. */
  readonly limit: number
  /** What is left, in whole units, rounded down. */
  readonly remaining: number
  /** The instant at which everything is left again. */
  readonly resetAt: Date
  /** In how many whole seconds the operation may be sent again; 0 where the operation is allowed. */
  readonly retryAfterSeconds: number
}

// A bucket that is dropped counts as full. By then the account has been quiet while many others asked.
const MOST_ACCOUNTS = 10_000

/**
 * Keeps a bucket for each account. The buckets are this process's own: several gateways together allow as many times
 * as much. A shared store would cost each operation a round trip, and the limit protects the process it is in.
 */
export class RateLimiter {
  readonly #limit: RateLimit
  readonly #clock: Clock
  readonly #buckets = new LRUCache<string, Bucket>({ max: MOST_ACCOUNTS })

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit
    this.#clock = clock
  }

  /** Takes the cost of an operation out of an account's bucket, if the bucket holds as much. */
  spend(account: string, cost: number): RateLimitState {
    const { isAllowed, bucket, resetAt, retryAfterSeconds } = withdraw(
      this.#limit,
      this.#buckets.get(account),
      cost,
      this.#clock(),
    )
    this.#buckets.set(account, bucket)
    const remaining = Math.floor(bucket.level)
    return { isAllowed, limit: this.#limit.burst, remaining, resetAt, retryAfterSeconds }
  }
}
