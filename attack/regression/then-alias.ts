import { setTimeout } from 'node:timers/promises'
import { follow } from '../support/event-stream.ts'
import type { Regression } from './regression.ts'
import { bodyOf, post } from './request.ts'
import type { Trial } from './trial.ts'

const HEARS_MILLISECONDS = 3_000

export const thenAlias: Regression = {
  name: 'then-alias',
  was: '`then` as an alias, or as a key of a stored JSON object, was taken for a promise, and ended a subscription.',
  must: '`then`, `constructor` and their like are names like any other.',
  async attack(trial) {
    const gateway = await trial.gateway()
    const { pledge } = trial.tenant(0)
    for (const name of ['then', 'constructor', 'toString', 'prototype', 'hasOwnProperty']) {
      const reply = await post(gateway.graphqlUrl, trial.attacker, {
        query: `{ viewer { ${name}: email } ${name}: pledges(first: 1) { nodes { ${name}: uuid } } }`,
      })
      const data = bodyOf(reply)?.data as
        { viewer?: Record<string, unknown>; [key: string]: unknown } | undefined
      const holds =
        data?.viewer?.[name] === trial.attacker.email && JSON.stringify(data[name]).includes('-')
      trial.must(`an alias ${name}`, holds, reply.text.slice(0, 120))
    }
    const text = '{"then": 1, "constructor": "x", "nested": {"then": [1]}}'
    const reply = await post(
      gateway.graphqlUrl,
      trial.attacker,
      { query: '' },
      {
        body: `{"query": "mutation ($p: JSONObject) { updatePledge(input: { pledgeUuid: \\"${pledge}\\", externalProperties: $p }) { ... on UpdatePledgePayload { pledge { uuid externalProperties } } } }", "variables": {"p": ${text}}}`,
      },
    )
    trial.must(
      'a stored key then',
      reply.status === 200 && reply.text.includes('"nested"'),
      `HTTP ${reply.status} ${reply.text.slice(0, 160)}`,
    )
    await subscribe(trial, gateway.graphqlUrl, pledge)
  },
}

async function subscribe(trial: Trial, graphqlUrl: string, pledge: string): Promise<void> {
  const leaving = new AbortController()
  const results: string[] = []
  const stream = follow(graphqlUrl, {
    account: trial.attacker,
    query: 'subscription { then: changes { then: cursor node { then: kind } } }',
    variables: {},
    onResult: (result) => results.push(JSON.stringify(result)),
    signal: leaving.signal,
  })
  await setTimeout(HEARS_MILLISECONDS)
  for (const label of ['one', 'two']) {
    await post(graphqlUrl, trial.attacker, {
      query: `mutation { updatePledge(input: { pledgeUuid: "${pledge}", recruitingLocationLabel: "${label}" }) { __typename } }`,
    })
  }
  await setTimeout(HEARS_MILLISECONDS)
  leaving.abort()
  await stream
  trial.must(
    'then in a subscription',
    results.length === 2 && results.every((text) => text.includes('PLEDGE_UPDATED')),
    `${results.length} of 2 changes: ${results.join(' ').slice(0, 160)}`,
  )
}
