import { expect, test } from 'vitest'
import { openTestDatabase } from './support/database.ts'
import { schema } from '../src/graphql/schema.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'

const ACCEPTED = 'it must be one of D2D, STREET.'

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
    `Argument "filter" of Query.pledges: Value "PHONE" does not exist in "RecruitmentType" enum: ${ACCEPTED}`,
  )
  expect(await messageFor('{ pledges(filter: { type: "STREET" }) { totalCount } }')).toBe(
    `Argument "filter" of Query.pledges: Enum "RecruitmentType" cannot represent non-enum value: "STREET": ${ACCEPTED}`,
  )
  expect(await messageFor(query, { type: ['STREET', 'DOOR'] })).toBe(
    `Variable "$type" got invalid value "DOOR" at "type[1]"; Value "DOOR" does not exist in "RecruitmentType" enum: ${ACCEPTED}`,
  )
  expect(await messageFor(query, { type: [7] })).toBe(
    `Variable "$type" got invalid value 7 at "type[0]"; Enum "RecruitmentType" cannot represent non-string value: 7: ${ACCEPTED}`,
  )
  await database.close()
})
