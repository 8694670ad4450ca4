import type { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import type { CancelSignal } from './cancel-signal.ts'
import { Gate } from './gate.ts'

/** What of a PGlite is one piece of work, before which others have to wait. */
const WORK: ReadonlySet<string | symbol> = new Set(['query', 'exec', 'transaction'])

type Act = (...given: readonly unknown[]) => Promise<unknown>

/**
 * A lane on the embedded database. That has one connection, for which all lanes queue; a lane lets so few stand
 * in that queue that a crowd of its own keeps the others waiting for a moment only.
 */
export class EmbeddedLane {
  readonly #client: PGlite
  readonly #gate: Gate

  constructor(client: PGlite, most: number, longestWaitMilliseconds: number) {
    this.#client = client
    this.#gate = new Gate({ most, longestWaitMilliseconds })
  }

  /** Works with the connection, which others may have before and after each statement. */
  use<Result>(work: (client: PGlite) => Promise<Result>, signal?: CancelSignal): Promise<Result> {
    return this.#gate.pass(() => work(this.#client), signal)
  }

  /** Drizzle in this lane. */
  drizzle() {
    const client = new Proxy(this.#client, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        const act = value.bind(target) as Act
        return WORK.has(name) ? (...given: unknown[]) => this.use(() => act(...given)) : act
      },
    })
    return drizzle(client)
  }
}
