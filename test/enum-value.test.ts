import { expect, test } from 'vitest'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'

const ACCEPTED = 'must be one of D2D, STREET.'

test('whoever gives a value that an enum does not have is told which it has', async () => {
  const database = await openTestDatabase()
  const gateway = openGateway(database, schema)
  const token = await tokenOf(await createTestAccount(database))
  const query =
    'query ($type: [RecruitmentType!]) { pledges(filter: { type: $type }) { totalCount } }'
  const messageFor = async (text: string, variables = {}) => {
    const { body } = await gateway.post(text, token, { variables })
    expect(body.errors).toHaveLength(1)
    return body.errors?.[0]?.message
  }
  expect(await messageFor('{ pledges(filter: { type: PHONE }) { totalCount } }')).toBe(
    `Argument "filter.type" of Query.pledges ${ACCEPTED}`,
  )
  expect(await messageFor('{ pledges(filter: { type: "STREET" }) { totalCount } }')).toBe(
    `Argument "filter.type" of Query.pledges ${ACCEPTED}`,
  )
  expect(await messageFor(query, { type: ['STREET', 'DOOR'] })).toBe(
    `Variable "$type.1" ${ACCEPTED}`,
  )
  expect(await messageFor(query, { type: [7] })).toBe(`Variable "$type.0" ${ACCEPTED}`)
  await database.close()
})

test('nobody is told of the schema where introspection is off', async () => {
  const database = await openTestDatabase()
  const gateway = openGateway(database, schema, { introspection: 'off' })
  const token = await tokenOf(await createTestAccount(database))
  for (const [query, variables] of [
    ['{ pledge { uuid } pledgs { totalCount } }'],
    ['{ pledges(filte: {}) { totalCount } }'],
    ['{ pledges(filter: { typ: STREET }) { totalCount } }'],
    ['{ pledges(filter: { type: STREE }) { totalCount } }'],
    ['{ viewer { ... on Pledg { uuid } } }'],
    ['{ pledge(uuid: "x") { ... on Node { statu } } node(id: "x") { status } }'],
    ['query ($type: [RecruitmentTyp!]) { pledges(filter: { type: $type }) { totalCount } }'],
    [
      'query ($type: [RecruitmentType!]) { pledges(filter: { type: $type }) { totalCount } }',
      { type: ['STREE'] },
    ],
    [
      'query ($filter: PledgeFilter) { pledges(filter: $filter) { totalCount } }',
      { filter: { typ: 'STREET' } },
    ],
    ['mutation { updatePledg { __typename } }'],
  ] as const) {
    const { body, text } = await gateway.post(query, token, { variables })
    expect(body.errors, query).not.toEqual([])
    expect(text).not.toMatch(/did you mean|STREET|D2D/i)
  }
  await database.close()
})
