import type { Actor, Permission } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import { ForbiddenError } from '../core/user-error.ts'
import type { Database } from '../db/database.ts'
import type { Claim } from './claim.ts'

/** Whoever acts, on which database, and what tells the time. */
export interface Acting {
  readonly actor: Actor
  readonly database: Database
  /** Asked under the lock under which an act is decided, however long that was waited for. */
  readonly clock: Clock
  /** What the act is remembered by; absent where its client did not ask for that. */
  readonly claim?: Claim
}

/** Throws a ForbiddenError unless the actor has the permission. */
export function authorize({ permissions }: Actor, permission: Permission): void {
  if (!permissions.has(permission)) throw new ForbiddenError(permission)
}
