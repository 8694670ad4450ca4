import { LRUCache } from 'lru-cache'
import type { CancelSignal } from './cancel-signal.ts'
import type { Connection } from './connection.ts'
import type { Lane } from './lane.ts'
import { isCutShort, isUnavailable, NobodyWaits } from './problem.ts'

/** A statement whose text is stable: only the bound values differ from one run to the next. */
export interface Statement {
  readonly text: string
  /** Whether Postgres should keep it parsed on each connection. */
  readonly isPrepared: boolean
}

/** Values as Postgres text: an array as '{a,b}', an instant as RFC 3339. */
export type TextValues = readonly (string | null)[]

export interface ReadLanes {
  /** Its connections do one read at a time, for as long as a statement may run. */
  readonly own: Lane
  /** Several reads share each of its connections, and a statement is cut short after a moment. */
  readonly shared: Lane
}

/** What takes longer would keep those waiting who share the connection. */
const LONGEST_QUICK_MILLISECONDS = 100

// A statement may have been slow only because everything was slow at the time.
const SLOW_FOR_MILLISECONDS = 60_000
const MOST_SLOW_STATEMENTS = 1_000

/**
 * Makes reads on Postgres. Most reads take about a millisecond. For these, sending a statement and hearing of its
 * answer cost more than the work in between, so they share few connections, and what is sent together is one call
 * of the system. A read that takes long must not keep the others waiting: a statement is at first run on a
 * connection of its own, and shares one only after it was quick.
 */
export class Reads {
  readonly #lanes: ReadLanes
  readonly #slow = new LRUCache<string, true>({
    max: MOST_SLOW_STATEMENTS,
    ttl: SLOW_FOR_MILLISECONDS,
  })

  constructor(lanes: ReadLanes) {
    this.#lanes = lanes
  }

  /** Makes a read; see `Database.read`. */
  async read(statement: Statement, values: TextValues, signal?: CancelSignal) {
    if (statement.isPrepared && !this.#slow.has(statement.text)) {
      const rows = await this.#readQuickly(statement, values, signal)
      if (rows) return rows
    }
    return await this.#lanes.own.use(async (connection) => {
      const beganAt = performance.now()
      const rows = await rowsBy(connection, statement, values, signal)
      const took = performance.now() - beganAt
      if (took > LONGEST_QUICK_MILLISECONDS) this.#slow.set(statement.text, true)
      return rows
    }, signal)
  }

  /**
   * Makes a read on a shared connection. Answers nothing where the read took too long there, or lost the connection
   * because of another: the read has to be made again. Nothing is cancelled here, because a cancellation could meet
   * the statement of somebody else.
   */
  async #readQuickly(statement: Statement, values: TextValues, signal?: CancelSignal) {
    try {
      return await this.#lanes.shared.use(
        (connection) => rowsBy(connection, statement, values),
        signal,
      )
    } catch (error) {
      if (!isCutShort(error) && !isUnavailable(error)) throw error
      if (isCutShort(error)) this.#slow.set(statement.text, true)
      if (signal?.aborted) throw new NobodyWaits()
      return undefined
    }
  }
}

/** Runs a read on a connection, and answers each row as a list of its columns. */
export async function rowsBy(
  connection: Connection,
  { text, isPrepared }: Statement,
  values: TextValues,
  signal?: CancelSignal,
): Promise<readonly unknown[]> {
  const { rows } = await connection.run(text, values, { isPrepared, hasListRows: true, signal })
  return rows
}
