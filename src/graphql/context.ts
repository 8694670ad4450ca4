import type { Actor } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import type { OperationBudget } from '../cost/budget.ts'
import type { Database } from '../db/database.ts'
import type { ChangeFeed } from '../feed/watching.ts'
import type { Storage } from '../storage/storage.ts'
import type { RequestScope } from './request-scope.ts'

/** What every resolver is given. */
export interface Context {
  readonly actor: Actor
  readonly database: Database
  /** Where signatures are kept. */
  readonly storage: Storage
  /** Tells acts the instant at which they decide, which is later than `now` where they had to wait. */
  readonly clock: Clock
  /** The instant at which the operation began: one for everything that it reads. */
  readonly now: Date
  /** What the request has under way; absent where nobody can go away and nothing else goes on. */
  readonly scope?: RequestScope
  /** How far the feed of changes has come. */
  readonly feed: ChangeFeed
  /** What the operation costs; absent where nobody measured it. */
  readonly budget?: OperationBudget
  /** The most bytes that each root field may answer, where the operation can ask for more. */
  readonly mostBytes?: number | undefined
  /** The account as it is by now, for what goes on for long; undefined once it is shut out. */
  readonly renewActor: () => Actor | undefined | Promise<Actor | undefined>
}
