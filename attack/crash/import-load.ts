import type { ChildProcess } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { runCommand } from '../support/command.ts'
import type { Variables } from '../support/process.ts'
import { randomFor, uuidFor } from '../support/random.ts'
import { CANARY, type Cast } from './cast.ts'
import type { Act, Ledger } from './ledger.ts'
import { IMPORTS, SILENT_LOG } from './promise.ts'
import type { Trace } from './trace.ts'
import type { Verdict } from './verdict.ts'

const LONGEST_FILE = 160
const SHORTEST_FILE = 20
/** How many external records there are in all: later files change what earlier ones created. */
const RECORDS = 240
const MOST_ATTEMPTS = 5
const PAUSE_MILLISECONDS = 1_500
const LONGEST_BEFORE_KILL_MILLISECONDS = 1_200
const SUMMARY = /^imported (\d+), unchanged (\d+), failed (\d+)$/m

/** What a file that was imported as such says of each of its records. */
export function importedBy(mark: string, focusAreas: readonly string[]) {
  const number = Number(mark.split(' ').at(-1))
  return {
    focusAreas: focusAreas.filter((_, index) => (number >> index) % 2 === 1),
    attempts: 1 + (number % MOST_ATTEMPTS),
  }
}

export interface ImportOptions {
  readonly seed: number
  readonly cast: Cast
  readonly ledger: Ledger
  readonly variables: Variables
  readonly trace: Trace
  readonly verdict: Verdict
}

/** Imports of external records, one after the other, each in a process of its own. */
export class ImportLoad {
  readonly #options: ImportOptions
  #files = 0
  #isPaused = true
  #running: Promise<void> = Promise.resolve()
  #child: ChildProcess | undefined
  /** How many imports went through, and how many failed or were killed. */
  readonly counts = { done: 0, broken: 0 }

  constructor(options: ImportOptions) {
    this.#options = options
  }

  resume(): void {
    this.#isPaused = false
    this.#running = this.#work()
  }

  /** Begins no other import, and answers once the present one has ended; it is killed after so long. */
  async pause(patienceMilliseconds: number): Promise<void> {
    this.#isPaused = true
    const timer = globalThis.setTimeout(() => {
      this.kill()
    }, patienceMilliseconds)
    await this.#running
    clearTimeout(timer)
  }

  /** Ends the present import without a word. */
  kill(): void {
    this.#child?.kill('SIGKILL')
  }

  async #work(): Promise<void> {
    while (!this.#isPaused) {
      this.#files += 1
      const number = this.#files
      const isDone = await this.#importFile(number, false)
      // Whoever does not know whether a file came in imports it again.
      if (!isDone && !this.#isPausedNow()) await this.#importFile(number, true)
      if (!this.#isPausedNow()) await setTimeout(PAUSE_MILLISECONDS)
    }
  }

  /** As a method, because it changes while one waits. */
  #isPausedNow(): boolean {
    return this.#isPaused
  }

  async #importFile(number: number, isAgain: boolean): Promise<boolean> {
    const { seed, trace, verdict, variables, ledger } = this.#options
    const random = randomFor(seed, 'file', number)
    const { acts, lines } = this.#write(number)
    const isToKill = !isAgain && random.isLucky(0.25)
    const killAfter = random.integer(0, LONGEST_BEFORE_KILL_MILLISECONDS)
    const outcome = await runCommand(['import', '-'], {
      variables,
      input: lines.join('\n'),
      onStart: (child) => {
        this.#child = child
        if (isToKill) globalThis.setTimeout(() => child.kill('SIGKILL'), killAfter).unref()
      },
    })
    this.#child = undefined
    const { code, stderr } = outcome
    const [, imported, unchanged, failed] = SUMMARY.exec(stderr) ?? []
    const told = { number, code, lines: lines.length, imported, unchanged, failed }
    trace.note('import', { ...told, ...(code !== 0 && { stderr: stderr.slice(-400) }) })
    verdict.expect(SILENT_LOG, !stderr.includes(CANARY), () => `import ${number}: ${stderr}`)
    verdict.expect(
      IMPORTS,
      code !== 0 || Number(imported) + Number(unchanged) === lines.length,
      () => `import ${number} says that all is well, and ${JSON.stringify(told)}`,
    )
    if (code !== 0) {
      this.counts.broken += 1
      // A line of ours is right in itself: only a database that is out of reach may be in its way.
      verdict.expect(IMPORTS, code === null || failed === undefined || failed === '0', () => {
        return `import ${number} refuses lines: ${stderr.slice(-400)}`
      })
      return false
    }
    this.counts.done += 1
    for (const act of acts) ledger.settle(act, 'acknowledged')
    return true
  }

  #write(number: number): { acts: Act[]; lines: string[] } {
    const { seed, cast, ledger } = this.#options
    const random = randomFor(seed, 'lines', number)
    const size = random.integer(SHORTEST_FILE, LONGEST_FILE)
    const places = Array.from({ length: RECORDS }, (_, index) => index)
    const mark = `${CANARY} file ${number}`
    const written = random.pickSome(places, size).map((place) => {
      const own = randomFor(seed, 'external', place)
      const charity = own.pick(cast.charities)
      const uuid = uuidFor(seed, 'external', place)
      const personUuid = own.pick(charity.persons)
      const { focusAreas, attempts } = importedBy(mark, charity.focusAreas)
      const isCall = place % 2 === 1
      const input = isCall
        ? {
            entity: 'call',
            ...{ uuid, personUuid, organizationUuid: cast.callCentre, notes: mark },
            externalMetadata: { applicationName: 'dialer', referenceId: uuid },
            attempts: Array.from({ length: attempts }, (_, index) => ({
              attemptedAt: new Date(Date.UTC(2025, 0, 1, number % 24, index)).toISOString(),
              attemptedByUuid: own.pick(cast.users),
            })),
          }
        : {
            entity: 'pledge',
            ...{ uuid, personUuid, owningOrganizationUuid: charity.uuid, type: 'D2D' },
            ...{ recruitingOrganizationUuid: cast.agency, recruitingLocationLabel: mark },
            externalSource: { name: 'crm', id: uuid },
            focusAreaUuids: focusAreas,
          }
      const kind = isCall ? ('importCall' as const) : ('importPledge' as const)
      const act = ledger.begin({ number: ledger.nextNumber(), kind, uuid, mark, input })
      return { act, line: JSON.stringify(input) }
    })
    return { acts: written.map(({ act }) => act), lines: written.map(({ line }) => line) }
  }
}
