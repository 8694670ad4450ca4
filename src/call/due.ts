import { and, asc, isNotNull, lte, sql } from 'drizzle-orm'
import { type DueWork, type LockConfig, workOff } from '../act/due.ts'
import type { Database } from '../db/database.ts'
import { decideExpiry, unrecordedExpiry } from './rules.ts'
import { calls } from './table.ts'

/**
 * Expires every call whose date to expire has come, and waits for those that somebody acts on at this moment:
 * afterwards none of them is stored as requested any more.
 */
export async function expireDue(database: Database, now: Date): Promise<void> {
  await workOff(database, dueExpiries(now, {}))
}

/**
 * Expires every call whose date to expire has come, but for those that somebody acts on at this moment. Answers
 * how many there were.
 */
export function sweepExpiries(
  database: Database,
  now: Date,
  isToStop?: () => boolean,
): Promise<number> {
  return workOff(database, dueExpiries(now, { skipLocked: true }), isToStop)
}

/** The next date at which a call is to expire by itself; undefined where there is none. */
export async function nextExpiry({ drizzle }: Database): Promise<Date | undefined> {
  const [next] = await drizzle
    .select({ expiresAt: calls.expiresAt })
    .from(calls)
    .where(and(IS_TO_EXPIRE, isNotNull(calls.expiresAt)))
    .orderBy(asc(calls.expiresAt))
    .limit(1)
  return next?.expiresAt ?? undefined
}

// As the index of expiring calls has it, with nothing bound: otherwise Postgres cannot tell that it serves.
const IS_TO_EXPIRE = sql`${calls.status} = 'REQUESTED' and ${calls.externalApplicationName} is null`

function dueExpiries(now: Date, lock: LockConfig): DueWork {
  return {
    table: calls,
    record: 'callUuid',
    async take(transaction, most) {
      const due = await transaction
        .select({
          uuid: calls.uuid,
          status: calls.status,
          externalApplicationName: calls.externalApplicationName,
          expiresAt: calls.expiresAt,
        })
        .from(calls)
        .where(and(IS_TO_EXPIRE, lte(calls.expiresAt, now)))
        // In one order for all who wait, so that no two wait for each other.
        .orderBy(asc(calls.expiresAt), asc(calls.uuid))
        .limit(most)
        .for('no key update', lock)
      return due.flatMap(({ uuid, ...call }) => {
        const expiredAt = unrecordedExpiry(call, now)
        return expiredAt ? [{ uuid, ...decideExpiry(expiredAt, expiredAt) }] : []
      })
    },
  }
}
