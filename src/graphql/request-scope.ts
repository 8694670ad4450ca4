import { CancelSource } from '../db/cancel-signal.ts'
import type { Database } from '../db/database.ts'
import { Gate } from '../db/gate.ts'
import { NobodyWaits } from '../db/problem.ts'
import type { Statement, TextValues } from '../db/reads.ts'

/** Few enough that one request with many root fields leaves connections to the others. */
const MOST_READS_AT_ONCE = 3

/** What one request has under way: so much at once, and no longer than somebody waits for it. */
export class RequestScope {
  readonly #gate = new Gate({ most: MOST_READS_AT_ONCE })
  readonly #signal = new CancelSource()

  /** Whether nobody waits for the answer any more. */
  get isOver(): boolean {
    return this.#signal.aborted
  }

  /** Cancels what is under way, because nobody waits for the answer any more. */
  end(): void {
    this.#signal.abort()
    this.#gate.refuseAll()
  }

  /** Throws NobodyWaits where nobody does: before an act is begun, never in the middle of one. */
  assertAwaited(): void {
    if (this.isOver) throw new NobodyWaits()
  }

  /** Reads for the request. */
  read(database: Database, statement: Statement, values: TextValues): Promise<string | null> {
    // Those who wait do not listen to the signal: thousands that did would take turns in hearing it.
    return this.#gate.pass(async () => {
      this.assertAwaited()
      return await database.read(statement, values, { signal: this.#signal })
    })
  }
}
