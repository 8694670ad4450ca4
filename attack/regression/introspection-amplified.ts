import type { Regression } from './regression.ts'

/** The schema's description of itself many times over, the types of all of its fields included. */
function amplified(times: number): string {
  const aliases = (text: string) =>
    Array.from({ length: times }, (_, index) => `a${index}: ${text}`).join(' ')
  return [
    `{ ${aliases('__schema { types { ...Type } }')} }`,
    `fragment Type on __Type { ${aliases('fields { type { ...Named } args { type { ...Named } } }')} }`,
    'fragment Named on __Type { name description fields { name description } }',
  ].join(' ')
}

export const introspectionAmplified: Regression = {
  name: 'introspection-amplified',
  was: 'An operation of 1.3 KB over `__schema` was answered with 219 MB, and one of 3.9 KB ended the process.',
  must: 'Each field of introspection is asked for once; whatever asks more is refused before it is executed.',
  async attack(trial) {
    const gateway = await trial.gateway({ INTROSPECTION: 'public' })
    await trial.mustRefuse('two aliases', gateway, { query: amplified(2) })
    await trial.mustRefuse('twelve aliases', gateway, { query: amplified(12) })
  },
}
