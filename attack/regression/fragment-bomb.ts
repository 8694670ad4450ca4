import type { Regression } from './regression.ts'

/** The second and third stay below what an operation may be nested. */
const BOMBS = [
  { levels: 12, aliases: 3 },
  { levels: 7, aliases: 4 },
  { levels: 6, aliases: 8 },
] as const

/** Fragments that each ask for the next one so many times, under other names. */
function bomb(levels: number, aliases: number): string {
  const fragments = Array.from({ length: levels }, (_, level) => {
    const spreads = Array.from(
      { length: aliases },
      (_unused, index) => `a${index}: person { pledges(first: 1) { nodes { ...F${level + 1} } } }`,
    )
    return `fragment F${level} on Pledge { ${spreads.join(' ')} }`
  })
  return [
    '{ pledges(first: 1) { nodes { ...F0 } } }',
    ...fragments,
    `fragment F${levels} on Pledge { uuid }`,
  ].join(' ')
}

export const fragmentBomb: Regression = {
  name: 'fragment-bomb',
  was: 'Twelve levels of fragments in 1.8 KB were compiled exponentially: 44 seconds, and then out of memory.',
  must: 'Fragments are counted and not expanded, so that the refusal is quick, the second time too.',
  async attack(trial) {
    for (const { levels, aliases } of BOMBS) {
      const gateway = await trial.gateway()
      await trial.mustRefuse(`${levels} levels of ${aliases} aliases`, gateway, {
        query: bomb(levels, aliases),
      })
    }
  },
}
