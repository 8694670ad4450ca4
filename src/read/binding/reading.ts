import { expireDue } from '../../call/due.ts'
import { settledWithin } from '../../core/deadline.ts'
import type { Database } from '../../db/database.ts'
import { HeldUp } from '../../db/problem.ts'
import type { Context } from '../../graphql/context.ts'
import type { Reading } from '../execute.ts'

/** For how long a read waits for somebody to let go of what has become due. Then its client is told to try again. */
const LONGEST_WAIT_MILLISECONDS = 2_000

const underWay = new WeakMap<Database, Promise<void>>()

/** One at a time: those who wait for somebody to let go of a call must not hold all connections meanwhile. */
async function catchUp(database: Database, now: Date): Promise<void> {
  let running = underWay.get(database)
  if (!running) {
    running = expireDue(database, now).finally(() => underWay.delete(database))
    // Those who have stopped waiting do not hear of its end.
    running.catch(() => undefined)
    underWay.set(database, running)
  }
  await settledWithin(LONGEST_WAIT_MILLISECONDS, running, () => new HeldUp())
}

type ReadingContext = Pick<Context, 'database' | 'mostBytes' | 'scope'>

/** How the planner reads for an operation: it never answers a call as requested whose date to expire has come. */
export function readingOf({ database, mostBytes, scope }: ReadingContext): Reading {
  return {
    read: (statement, values) =>
      scope ? scope.read(database, statement, values) : database.read(statement, values),
    catchUp: (now) => catchUp(database, now),
    mostBytes,
  }
}

/** How the planner reads for whoever follows the feed, until the signal is given. */
export function followingOf(
  { database, mostBytes }: ReadingContext,
  signal?: AbortSignal,
): Reading {
  return {
    read: (statement, values) => database.read(statement, values, { lane: 'followers', signal }),
    catchUp: (now) => catchUp(database, now),
    mostBytes,
  }
}
