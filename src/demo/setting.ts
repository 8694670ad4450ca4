import { DonorBook } from './donor.ts'
import { Random } from './random.ts'
import { createWorld, type World } from './world.ts'

/** What every generator of the demo data draws on, and in whose order it draws. */
export interface Setting {
  readonly random: Random
  readonly world: World
  readonly donors: DonorBook
  readonly externalIds: ExternalIds
}

export function createSetting(seed: number): Setting {
  const random = new Random(seed)
  const world = createWorld(random)
  return { random, world, donors: new DonorBook(random), externalIds: new ExternalIds(random) }
}

const FIRST_EXTERNAL_NUMBER = 100_000
const LARGEST_GAP = 7

/** Hands out ids as other systems number their records: rising, with gaps, never twice. */
class ExternalIds {
  readonly #random
  #last = FIRST_EXTERNAL_NUMBER

  constructor(random: Random) {
    this.#random = random
  }

  next(prefix: string): string {
    this.#last += this.#random.integer(1, LARGEST_GAP)
    return `${prefix}${String(this.#last)}`
  }
}
