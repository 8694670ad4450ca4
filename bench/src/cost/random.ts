import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Chooses at random: the same for the same seed. */
export interface Random {
  oneOf<Value>(values: readonly Value[]): Value
  /** So many different ones, or all where there are fewer, in their order. */
  some<Value>(values: readonly Value[], count: number): Value[]
}

export function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed)
  const below = (limit: number) => uniformInt(generator, 0, limit - 1)
  return {
    oneOf(values) {
      if (values.length === 0) throw new Error('there is nothing to choose from')
      return values[below(values.length)] as (typeof values)[number]
    },
    some(values, count) {
      const places = [...values.keys()]
      while (places.length > count) places.splice(below(places.length), 1)
      return values.filter((_, place) => places.includes(place))
    },
  }
}
