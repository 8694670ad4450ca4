import type { Regression } from './regression.ts'

const LEVELS = 12

/** Fragments that each ask for the next one so many times, under other names. */
function bomb(aliases: number): string {
  const fragments = Array.from({ length: LEVELS }, (_, level) => {
    const spreads = Array.from(
      { length: aliases },
      (_unused, index) => `a${index}: person { pledges(first: 1) { nodes { ...F${level + 1} } } }`,
    )
    return `fragment F${level} on Pledge { ${spreads.join(' ')} }`
  })
  return [
    '{ pledges(first: 1) { nodes { ...F0 } } }',
    ...fragments,
    `fragment F${LEVELS} on Pledge { uuid }`,
  ].join(' ')
}

export const fragmentBomb: Regression = {
  name: 'fragment-bomb',
  was: 'Twelve levels of fragments in 1.8 KB were compiled exponentially: 44 seconds, and then out of memory.',
  must: 'Fragments are counted and not expanded, so that the refusal is quick, the second time too.',
  async attack(trial) {
    for (const aliases of [2, 3]) {
      const gateway = await trial.gateway()
      await trial.mustRefuse(`${aliases} aliases`, gateway, { query: bomb(aliases) })
    }
  },
}
