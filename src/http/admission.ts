import { OVERLOADED, type RequestError, requestError, tooMany } from './error.ts'
import type { Limits } from './limits.ts'
import { Quota } from './quota.ts'

/** How many may be in work and wait; 0 in work sets no bound. */
interface PlaceLimits {
  readonly places: number
  readonly queue: number
  readonly waitMilliseconds: number
}

/** Places for what is in work at once, and a queue before them that nobody stays in for long. */
class Places {
  readonly #limits: PlaceLimits
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>()
  #running = 0

  constructor(limits: PlaceLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#running
  }

  /** Whether whoever comes now can only be sent away. */
  get isFull(): boolean {
    const { places, queue } = this.#limits
    return places > 0 && this.#running >= places && this.#waiting.size >= queue
  }

  /**
   * Takes a place: at once, which answers nothing, or once one is free. Throws or rejects where none will be free
   * in time.
   */
  enter(): Promise<void> | undefined {
    if (this.isFull) throw requestError(OVERLOADED)
    const { places, waitMilliseconds } = this.#limits
    if (places === 0 || this.#running < places) {
      this.#running += 1
      return undefined
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(begin)
        reject(requestError(OVERLOADED))
      }, waitMilliseconds)
      this.#waiting.add(begin)
    })
  }

  /** Leaves a place, to the one who has waited longest. */
  leave(): void {
    for (const begin of this.#waiting) {
      this.#waiting.delete(begin)
      begin()
      return
    }
    this.#running -= 1
  }
}

export interface AdmissionOptions {
  readonly limits: Limits
  /** Whether the process is generally late with its work; never, unless it is given. */
  readonly isLate?: () => boolean
}

/** Decides which operations are begun, and when. */
export interface Admission {
  /** Whether a query that comes now could not be begun in time: it need not be looked at. */
  isOverloaded(): boolean
  /** Why an operation of this account could not be begun now; undefined where it could. */
  refusalOf(account: string): RequestError | undefined
  /**
   * Runs an operation of an account once it may begin. Throws or rejects with a GraphQLError where it may not.
   */
  run(account: string, isMutation: boolean, operation: () => unknown): unknown
}

/**
 * With more at work at once than the process and its database can do, all of it becomes slower and in the end
 * nothing is answered in time. Mutations have places of their own: those that wait for a lock must not keep anybody
 * from reading.
 */
export function createAdmission({ limits, isLate = () => false }: AdmissionOptions): Admission {
  const placesOf = () =>
    new Places({
      places: limits.maxConcurrentOperations,
      queue: limits.maxQueuedOperations,
      waitMilliseconds: limits.maxQueueWaitMilliseconds,
    })
  const queries = placesOf()
  const mutations = placesOf()
  const operations = new Quota({ process: 0, account: limits.maxOperationsPerAccount })
  const tooManyOperations = tooMany('operations', limits.maxOperationsPerAccount)
  return {
    // Alone, an operation is begun however late the process is: it may be late because of something else.
    isOverloaded: () => queries.isFull || (queries.running > 0 && isLate()),
    refusalOf: (account) => (operations.isUsedUp(account) ? tooManyOperations : undefined),
    run(account, isMutation, operation) {
      if (operations.take(account)) throw requestError(tooManyOperations)
      const places = isMutation ? mutations : queries
      const give = () => {
        operations.give(account)
      }
      const fail = (error: unknown) => {
        give()
        throw error
      }
      const begin = () =>
        runUntilEnd(operation, () => {
          give()
          places.leave()
        })
      let place: Promise<void> | undefined
      try {
        place = places.enter()
      } catch (error) {
        return fail(error)
      }
      return place ? place.then(begin, fail) : begin()
    },
  }
}

function runUntilEnd(operation: () => unknown, whenOver: () => void): unknown {
  let result: unknown
  try {
    result = operation()
  } catch (error) {
    whenOver()
    throw error
  }
  if (result instanceof Promise) result.then(whenOver, whenOver)
  else whenOver()
  return result
}
