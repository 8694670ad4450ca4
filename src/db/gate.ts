import type { CancelSignal } from './cancel-signal.ts'
import { NobodyWaits, Overloaded } from './problem.ts'

export interface GateOptions {
  /** How many may be inside at once. */
  readonly most: number
  /** For how long somebody may wait before the gate; for any time when absent. */
  readonly longestWaitMilliseconds?: number
}

interface Waiter {
  readonly enter: () => void
  readonly refuse: (error: Error) => void
  readonly cameAt: number
}

/**
 * Lets only so many inside at once, and the others wait in the order in which they came. Whoever has waited for
 * too long is refused, so that a crowd costs those who come later a word and no minutes.
 */
export class Gate {
  readonly #options: GateOptions
  /** In the order in which they came: a set keeps it, and gives up one from the middle at once. */
  readonly #waiting = new Set<Waiter>()
  #inside = 0
  #clock: NodeJS.Timeout | undefined

  constructor(options: GateOptions) {
    this.#options = options
  }

  /**
   * Does something inside. Throws Overloaded where the wait is too long, and NobodyWaits where the signal is given
   * before it is let in.
   */
  async pass<Result>(work: () => Promise<Result>, signal?: CancelSignal): Promise<Result> {
    if (signal?.aborted) throw new NobodyWaits()
    if (this.#inside < this.#options.most) this.#inside += 1
    else await this.#wait(signal)
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  /** Refuses everybody who waits. */
  refuseAll(): void {
    for (const waiter of [...this.#waiting]) waiter.refuse(new NobodyWaits())
  }

  #wait(signal: CancelSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(waiter)
        signal?.removeEventListener('abort', giveUp)
      }
      const giveUp = () => {
        waiter.refuse(new NobodyWaits())
      }
      const waiter: Waiter = {
        cameAt: performance.now(),
        enter() {
          end()
          resolve()
        },
        refuse(error) {
          end()
          reject(error)
        },
      }
      this.#waiting.add(waiter)
      signal?.addEventListener('abort', giveUp)
      this.#startClock()
    })
  }

  /** The place of whoever leaves goes to the next one directly: nobody who comes meanwhile can take it. */
  #leave(): void {
    const [next] = this.#waiting
    if (next) next.enter()
    else this.#inside -= 1
  }

  /** One timer for all who wait, because a crowd of timers would cost as much as the crowd. */
  #startClock(): void {
    const { longestWaitMilliseconds: longest } = this.#options
    const [first] = this.#waiting
    if (longest === undefined || !first || this.#clock) return
    const left = first.cameAt + longest - performance.now()
    this.#clock = setTimeout(
      () => {
        this.#clock = undefined
        const latest = performance.now() - longest
        for (const waiter of this.#waiting) {
          if (waiter.cameAt > latest) break
          waiter.refuse(new Overloaded())
        }
        this.#startClock()
      },
      Math.max(left, 1),
    )
  }
}
