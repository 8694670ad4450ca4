import type { Actor } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../db/database.ts'

/** What every resolver is given. */
export interface Context {
  readonly actor: Actor
  readonly database: Database
  /** Tells acts the instant at which they decide, which is later than `now` where they had to wait. */
  readonly clock: Clock
  /** The instant at which the operation began: one for everything that it reads. */
  readonly now: Date
}
