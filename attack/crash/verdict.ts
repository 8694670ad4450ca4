import type { Trace } from './trace.ts'

const MOST_TOLD_OF_A_KIND = 3

/** Counts what was looked at, and keeps what was found wrong. */
export class Verdict {
  readonly #trace: Trace
  readonly #violations: string[] = []
  readonly #toldOf = new Map<string, number>()
  readonly #findings = new Map<string, string[]>()
  passed = 0
  failed = 0
  /** How many single things were compared. */
  comparisons = 0

  constructor(trace: Trace) {
    this.#trace = trace
  }

  get violations(): readonly string[] {
    return this.#violations
  }

  /** Notes something that is wrong with what `promise` says. It counts with the next `judge` of that promise. */
  find(promise: string, detail: string): void {
    const found = this.#findings.get(promise)
    if (found) found.push(detail)
    else this.#findings.set(promise, [detail])
  }

  /** Compares one thing, and notes what is wrong where it does not hold. */
  expect(promise: string, holds: boolean, detail: () => string): void {
    this.comparisons += 1
    if (!holds) this.find(promise, detail())
  }

  /** Says whether a promise was kept since it was last judged. One promise in one round is one check. */
  judge(promise: string, round: string): void {
    const found = this.#findings.get(promise) ?? []
    this.#findings.delete(promise)
    if (found.length === 0) {
      this.passed += 1
      return
    }
    this.failed += 1
    for (const detail of found) {
      this.#trace.note('VIOLATION', { promise, round, detail })
      this.#violations.push(`${round}: ${promise}: ${detail}`)
    }
    for (const detail of found.slice(0, MOST_TOLD_OF_A_KIND)) {
      this.#trace.say(`VIOLATED ${promise}: ${detail}`)
    }
    const rest = found.length - MOST_TOLD_OF_A_KIND
    if (rest > 0) this.#trace.say(`VIOLATED ${promise}: and ${rest} more, in the trace`)
    this.#toldOf.set(promise, (this.#toldOf.get(promise) ?? 0) + 1)
  }

  /** How often each promise was broken. */
  get broken(): ReadonlyMap<string, number> {
    return this.#toldOf
  }
}
