import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { nextExpiry, sweepExpiries } from '../call/due.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../db/database.ts'
import { mayPassLater } from '../db/problem.ts'
import { placeChanges } from '../feed/placing.ts'
import { forgetOldActs } from './once.ts'
import { sweepFulfilments, sweepReleases } from '../pledge/due.ts'

export interface SweepOptions {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
}

/** The time-driven work of a gateway, under way. */
export interface Sweeping {
  /** Begins nothing more, and answers once what is under way is done: a batch at most. */
  stop(): Promise<void>
}

// Well within the minute after which a release or a fulfilment is to be seen.
const LONGEST_PAUSE_MILLISECONDS = 10_000
// A call that somebody else holds stays due: it is not asked after without a break.
const SHORTEST_PAUSE_MILLISECONDS = 250

type Task = (database: Database, now: Date, isToStop: () => boolean) => Promise<number>

const TASKS: readonly (readonly [what: string, task: Task])[] = [
  ['release the pledges that have cooled down', sweepReleases],
  ['fulfill the pledges that have ended', sweepFulfilments],
  ['expire the calls that are due', sweepExpiries],
  ['forget the acts that nobody repeats any more', forgetOldActs],
]

/** Answers after so many milliseconds, or as soon as it is told to stop. */
export type Pause = (milliseconds: number, signal: AbortSignal) => Promise<void>

/**
 * Does what is due now and, for as long as the process lives, whatever becomes due: every gateway does so, and
 * leaves alone what another one is about. What goes wrong is logged, and tried again. It keeps no process alive.
 */
export function startSweeping(options: SweepOptions, pause: Pause = pauseAside): Sweeping {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const next = await sweep(options, () => signal.aborted)
      await pause(pauseBefore(next, options.clock()), signal)
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/**
 * Does everything that is due, and gives the changes of processes that died their place in the feed. Answers
 * when it is known that something is due next; undefined where that is not known.
 */
export async function sweep(
  { database, clock, logger }: SweepOptions,
  isToStop: () => boolean = () => false,
): Promise<Date | undefined> {
  const attempt = async <Result>(what: string, work: () => Promise<Result>) => {
    if (isToStop()) return undefined
    try {
      return await work()
    } catch (error) {
      logger[mayPassLater(error) ? 'warn' : 'error']({ err: error }, `Could not ${what}`)
      return undefined
    }
  }
  for (const [what, task] of TASKS) {
    const count = await attempt(what, () => task(database, clock(), isToStop))
    if (count) logger.debug({ count }, `Had to ${what}`)
  }
  await attempt('give changes their place', () => placeChanges(database))
  return await attempt('find out what is due next', () => nextExpiry(database))
}

function pauseBefore(next: Date | undefined, now: Date): number {
  const pause = next ? next.getTime() - now.getTime() : LONGEST_PAUSE_MILLISECONDS
  return Math.min(Math.max(pause, SHORTEST_PAUSE_MILLISECONDS), LONGEST_PAUSE_MILLISECONDS)
}

async function pauseAside(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { ref: false, signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
