import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { skipN } from 'pure-rand/utils/skipN'

/** Items with how often each comes up. */
export interface Weighted<Item> {
  readonly items: readonly Item[]
  /** At each item's place, its weight and those of all before it together. */
  readonly weightsUpTo: readonly number[]
}

/** Gives each item its weight: how often it comes up, in proportion to the others. */
export function weigh<Item>(
  pairs: readonly (readonly [item: Item, weight: number])[],
): Weighted<Item> {
  let sum = 0
  return {
    items: pairs.map(([item]) => item),
    weightsUpTo: pairs.map(([, weight]) => (sum += weight)),
  }
}

// Seeds that differ in a few bits start with outputs that differ in a few bits.
const WARM_UP_STEPS = 64

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** A sequence of choices that is the same for the same seed, on every machine. */
export class Random {
  readonly #generator

  /** Only the lower 32 bits of a seed count. */
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed)
    skipN(this.#generator, WARM_UP_STEPS)
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    return uniformFloat64(this.#generator)
  }

  /** A whole number between two others, both included. */
  integer(least: number, most: number): number {
    return uniformInt(this.#generator, least, most)
  }

  /** True as often as the probability says. */
  isLucky(probability: number): boolean {
    return this.fraction() < probability
  }

  /** Any of the items, each as likely. */
  pick<Item>(items: readonly Item[]): Item {
    return itemAt(items, this.integer(0, items.length - 1))
  }

  /** Any of the items, the first ones more often than the last ones. */
  pickEarly<Item>(items: readonly Item[]): Item {
    return itemAt(items, Math.floor(this.fraction() ** 2 * items.length))
  }

  /** Any of the items, as often as its weight says. */
  pickWeighted<Item>({ items, weightsUpTo }: Weighted<Item>): Item {
    const target = this.fraction() * (weightsUpTo.at(-1) ?? 0)
    let index = 0
    while ((weightsUpTo[index] ?? Infinity) <= target) index += 1
    return itemAt(items, index)
  }

  /** So many different items, in the order of the list. */
  pickSome<Item>(items: readonly Item[], count: number): Item[] {
    let wanted = Math.min(count, items.length)
    return items.filter((_, index) => {
      const isWanted = this.fraction() * (items.length - index) < wanted
      if (isWanted) wanted -= 1
      return isWanted
    })
  }

  /** A version 4 UUID. */
  uuid(): string {
    const [first, second, third, fourth] = [this.#bits(), this.#bits(), this.#bits(), this.#bits()]
    const version = (second & 0xffff0fff) | 0x00004000
    const variant = (third & 0x3fffffff) | 0x80000000
    return `${hex(first)}-${high(version)}-${low(version)}-${high(variant)}-${low(variant)}${hex(fourth)}`
  }

  #bits(): number {
    return this.#generator.next()
  }
}

function itemAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new RangeError('there is nothing to pick from')
  return item
}

function hex(bits: number): string {
  return high(bits) + low(bits)
}

function high(bits: number): string {
  return `${HEX[bits >>> 24] ?? ''}${HEX[(bits >>> 16) & 0xff] ?? ''}`
}

function low(bits: number): string {
  return `${HEX[(bits >>> 8) & 0xff] ?? ''}${HEX[bits & 0xff] ?? ''}`
}
