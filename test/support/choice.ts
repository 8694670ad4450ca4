import * as fc from 'fast-check'

/** Makes one random choice after another. */
export interface Choice {
  readonly among: <Value>(values: readonly Value[]) => Value
  /** Whether something happens that happens in this share of all cases. */
  readonly chance: (share: number) => boolean
  /** A number from 0 to the largest. */
  readonly upTo: (largest: number) => number
  readonly from: <Value>(arbitrary: fc.Arbitrary<Value>) => Value
  /** What is made, or null. */
  readonly maybe: <Value>(make: () => Value) => Value | null
}

// Otherwise fast-check prefers the extremes: the first and the last of whatever is to choose from.
const evenNat = (largest: number) => fc.noBias(fc.nat(largest))

/** Random values that are made step by step. */
export function chosen<Value>(make: (choice: Choice) => Value): fc.Arbitrary<Value> {
  return fc.gen().map((generate) => {
    const upTo = (largest: number) => generate(evenNat, largest)
    const chance = (share: number) => upTo(99) < share * 100
    return make({
      among: (values) => values[upTo(values.length - 1)]!,
      chance,
      upTo,
      from: (arbitrary) => generate(() => arbitrary),
      maybe: (makeValue) => (chance(0.5) ? makeValue() : null),
    })
  })
}
