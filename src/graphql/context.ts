import type { Actor } from '../core/actor.ts'
import type { Database } from '../db/database.ts'

/** What every resolver is given. */
export interface Context {
  readonly actor: Actor
  readonly database: Database
  /** The instant at which the operation began: one for everything that it answers. */
  readonly now: Date
}
