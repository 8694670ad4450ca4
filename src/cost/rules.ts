/** How much an account may ask for: a token bucket, in units of cost. */
export interface RateLimit {
  /** How much a full bucket holds: the most that an account may ask for at once. */
  readonly burst: number
  /** How much flows back each second. */
  readonly perSecond: number
}

/** How much an account's bucket held at an instant. */
export interface Bucket {
  readonly level: number
  readonly at: Date
}

/** What becomes of a bucket when an operation takes its cost out. */
export interface Withdrawal {
  readonly isAllowed: boolean
  /** The bucket afterwards: without the cost where the operation is allowed. */
  readonly bucket: Bucket
  /** The instant at which the bucket is full again, if nobody takes anything out. */
  readonly resetAt: Date
  /** In how many whole seconds the bucket holds the cost; 0 where the operation is allowed. */
  readonly retryAfterSeconds: number
}

/** Takes the cost of an operation out of an account's bucket; a new account's bucket is full. */
export function withdraw(
  { burst, perSecond }: RateLimit,
  bucket: Bucket | undefined,
  cost: number,
  now: Date,
): Withdrawal {
  const secondsOf = (amount: number) => amount / perSecond
  // A clock that is set back must not empty a bucket.
  const seconds = bucket ? Math.max(0, (now.getTime() - bucket.at.getTime()) / 1_000) : 0
  const filled = bucket ? Math.min(burst, bucket.level + seconds * perSecond) : burst
  const isAllowed = cost <= filled
  const level = isAllowed ? filled - cost : filled
  return {
    isAllowed,
    bucket: { level, at: now },
    resetAt: new Date(now.getTime() + secondsOf(burst - level) * 1_000),
    retryAfterSeconds: isAllowed ? 0 : Math.ceil(secondsOf(cost - filled)),
  }
}
