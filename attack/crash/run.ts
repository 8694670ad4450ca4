import { build } from '../support/command.ts'
import { randomFor } from '../support/random.ts'
import { SmallDisk } from '../support/small-disk.ts'
import { Arena } from './arena.ts'
import { diskFaults, type Fault, FAULTS } from './fault.ts'
import { Trace } from './trace.ts'
import { Verdict } from './verdict.ts'
import { World } from './world.ts'

const TABLE_DISK_MEGABYTES = 96
const LOG_DISK_MEGABYTES = 64
/** How much of a run is left for the faults of disks, which need a world of their own. */
const DISK_MILLISECONDS = 45_000
const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const MINUTE_MILLISECONDS = 60_000

export interface CrashOptions {
  /** Decides which faults happen, when, and what the clients do. */
  readonly seed: number
  /** For how long rounds are begun. */
  readonly minutes: number
  /** Only the faults whose names contain this; all of them when absent. */
  readonly only?: string
}

export interface CrashResult {
  readonly passed: number
  readonly failed: number
  /** Faults that this machine does not let us make. */
  readonly notPossible: number
}

/**
 * Lets clients act while gateways, Postgres and the network fail, and checks after each fault that everything is
 * kept that was promised. The same seed makes the same choices; how the operating system runs them is its own.
 */
export async function runCrash({ seed, minutes, only = '' }: CrashOptions): Promise<CrashResult> {
  const trace = new Trace(seed)
  const verdict = new Verdict(trace)
  const figures = new Figures()
  const stopping = new AbortController()
  const stop = () => {
    trace.say('stopping after this round')
    stopping.abort()
  }
  for (const signal of SIGNALS) process.once(signal, stop)
  trace.say(`crash simulation, seed ${seed}, ${minutes} min; trace: ${trace.file}`)
  await build()
  const until = performance.now() + minutes * MINUTE_MILLISECONDS
  const faults = Object.entries(FAULTS).filter(([name]) => name.includes(only))
  if (faults.length > 0) {
    const world = await World.start({ seed, hasStandby: true })
    const arena = new Arena(seed, world, trace, verdict)
    const { signal } = stopping
    await runRounds(arena, faults, { seed, until: until - DISK_MILLISECONDS, figures, signal })
  }
  const notPossible = stopping.signal.aborted
    ? 0
    : await runDiskRounds({ seed, only, trace, verdict, figures })
  for (const line of figures.lines(verdict)) trace.say(line)
  if (notPossible > 0) trace.say(`NOT POSSIBLE HERE: ${notPossible} faults, for the reason above`)
  if (verdict.failed > 0) {
    trace.say(`to see it again: npm run attack -- crash --seed ${seed} --minutes ${minutes}`)
  }
  trace.say(`${verdict.passed} passed, ${verdict.failed} failed`)
  await trace.close()
  for (const signal of SIGNALS) process.off(signal, stop)
  return { passed: verdict.passed, failed: verdict.failed, notPossible }
}

interface RoundOptions {
  readonly seed: number
  /** On the clock of this process; at least one round of each kind is made where it is absent. */
  readonly until?: number
  readonly figures: Figures
  /** Ends the rounds early. */
  readonly signal?: AbortSignal
}

/** Has every fault happen in an order of its own, and again, until the time is over. */
async function runRounds(
  arena: Arena,
  faults: readonly (readonly [string, Fault])[],
  { seed, until, figures, signal }: RoundOptions,
): Promise<void> {
  try {
    for (let number = 1; ;) {
      const order = shuffled(faults, seed, number)
      for (const [name, fault] of order) {
        await arena.round(number, name, fault)
        figures.faults.set(name, (figures.faults.get(name) ?? 0) + 1)
        number += 1
        if (signal?.aborted || (until !== undefined && performance.now() > until)) return
      }
      if (until === undefined) return
    }
  } finally {
    figures.add(arena)
    await arena.end()
  }
}

function shuffled<Item>(items: readonly Item[], seed: number, number: number): Item[] {
  const random = randomFor(seed, 'order', number)
  return items
    .map((item) => ({ item, place: random.fraction() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item)
}

/** Answers how many of the faults are not possible here. */
async function runDiskRounds({
  seed,
  only,
  trace,
  verdict,
  figures,
}: {
  readonly seed: number
  readonly only: string
  readonly trace: Trace
  readonly verdict: Verdict
  readonly figures: Figures
}): Promise<number> {
  const [tables, log] = [
    await SmallDisk.mount(TABLE_DISK_MEGABYTES),
    await SmallDisk.mount(LOG_DISK_MEGABYTES),
  ]
  try {
    if (typeof tables === 'string' || typeof log === 'string') {
      const why = [tables, log].find((disk) => typeof disk === 'string')
      trace.say(`NOT POSSIBLE HERE: full disks: ${why ?? ''}`)
      return 2
    }
    const faults = Object.entries(diskFaults(tables, log)).filter(([name]) => name.includes(only))
    if (faults.length === 0) return 0
    const world = await World.start({
      seed,
      hasStandby: false,
      tableFolder: tables.folder,
      cluster: {
        logFolder: log.folder,
        segmentMegabytes: 1,
        settings: { max_wal_size: "'16MB'", min_wal_size: "'2MB'" },
      },
    })
    await runRounds(new Arena(seed, world, trace, verdict), faults, { seed, figures })
    return 0
  } finally {
    for (const disk of [tables, log]) if (disk instanceof SmallDisk) await disk.remove()
  }
}

/** What a run came to. */
class Figures {
  readonly faults = new Map<string, number>()
  #acknowledged = 0
  #forgotten = 0
  #refused = 0
  #unavailable = 0
  #lost = 0
  #events = 0
  #told = 0
  #imports = { done: 0, broken: 0 }
  #longestBack = 0

  /** Adds what happened in one world. */
  add({ ledger, workload, imports, followers, longestBack }: Arena): void {
    this.#acknowledged += ledger.count('acknowledged')
    this.#forgotten += ledger.forgotten
    this.#refused += workload.refused
    this.#unavailable += workload.unavailable
    this.#lost += workload.lost
    for (const { eventCount, timesTold } of followers) {
      this.#events += eventCount
      this.#told += timesTold
    }
    this.#imports.done += imports.counts.done
    this.#imports.broken += imports.counts.broken
    this.#longestBack = Math.max(this.#longestBack, longestBack)
  }

  lines(verdict: Verdict): string[] {
    return [
      `acts: ${this.#acknowledged} acknowledged, ${this.#refused} refused, ${this.#unavailable} answered 503, ${this.#lost} without an answer, ${this.#forgotten} acknowledged and given up to a standby that was behind`,
      `imports: ${this.#imports.done} done, ${this.#imports.broken} killed or failed`,
      `followers: ${this.#events} events, told ${this.#told} times to begin anew`,
      `the longest until a gateway served again: ${this.#longestBack} ms`,
      `faults: ${[...this.faults].map(([name, count]) => `${count} × ${name}`).join(', ')}`,
      `compared: ${verdict.comparisons} things; violations: ${verdict.violations.length}`,
      ...[...verdict.broken].map(([promise, times]) => `broken in ${times} rounds: ${promise}`),
    ]
  }
}
