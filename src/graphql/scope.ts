import type { Database, Statement } from '../db/database.ts'
import { Gate } from '../db/gate.ts'
import { NobodyWaits } from '../db/problem.ts'

/** Few enough that one request with many root fields leaves connections to the others. */
const MOST_READS_AT_ONCE = 3

/** What one request has under way: so much at once, and no longer than somebody waits for it. */
export class RequestScope {
  readonly #gate = new Gate({ most: MOST_READS_AT_ONCE })
  #controller: AbortController | undefined
  #isOver = false

  /** Whether nobody waits for the answer any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Given once nobody waits for the answer any more. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#isOver) this.#controller.abort()
    }
    return this.#controller.signal
  }

  /** Cancels what is under way, because nobody waits for the answer any more. */
  end(): void {
    this.#isOver = true
    this.#gate.refuseAll()
    this.#controller?.abort()
  }

  /** Throws NobodyWaits where nobody does: before an act is begun, never in the middle of one. */
  assertAwaited(): void {
    if (this.#isOver) throw new NobodyWaits()
  }

  /** Reads for the request. */
  read(
    database: Database,
    statement: Statement,
    values: readonly (string | null)[],
  ): Promise<string | null> {
    // Those who wait do not listen to the signal: thousands that did would take turns in hearing it.
    return this.#gate.pass(async () => {
      this.assertAwaited()
      return await database.read(statement, values, { signal: this.signal })
    })
  }
}
