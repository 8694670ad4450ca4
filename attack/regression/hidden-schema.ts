import type { Regression } from './regression.ts'
import { post } from './request.ts'

const GUESSES = [
  '{ pledgs { nodes { uuid } } }',
  '{ pledges { node { uuid } } }',
  '{ pledges { nodes { persn { lastName } } } }',
  '{ pledges(frst: 1) { totalCount } }',
  '{ pledges(filter: { stats: [LEAD] }) { totalCount } }',
  '{ pledges(filter: { status: [LEED] }) { totalCount } }',
  'query ($f: PledgeFiltr) { pledges(filter: $f) { totalCount } }',
  '{ viewer { ... on ServiceAcount { email } } }',
  'mutation { createPledg(input: {}) { __typename } }',
  '{ pledges { totalCount @inclde(if: true) } }',
  '{ viewer }',
  'mutation { createPledge(input: {}) { __typename } }',
  '{ __schema { types { name } } }',
  '{ __type(name: "Pledge") { fields { name } } }',
]

export const hiddenSchema: Regression = {
  name: 'hidden-schema',
  was: 'With INTROSPECTION=off the suggestions of error messages told the schema, name by name.',
  must: 'No message names anything that was not asked for.',
  async attack(trial) {
    const gateway = await trial.gateway({ INTROSPECTION: 'off' })
    for (const query of GUESSES) {
      const reply = await post(gateway.graphqlUrl, trial.attacker, { query })
      // That an object needs a selection is told with the name that was sent.
      const hasSuggestion = /did you mean \\"(?!\w+ \{)/i.test(reply.text)
      trial.must(
        query,
        reply.text.includes('"errors"') && !hasSuggestion && reply.status < 500,
        hasSuggestion ? reply.text.slice(0, 160) : 'no suggestion',
      )
    }
    const variables = await post(gateway.graphqlUrl, trial.attacker, {
      query: 'query ($f: PledgeFilter) { pledges(filter: $f) { totalCount } }',
      variables: { f: { stats: ['LEED'] } },
    })
    trial.must(
      'variables',
      !/did you mean/i.test(variables.text) && variables.text.includes('"errors"'),
      variables.text.slice(0, 160),
    )
  },
}
