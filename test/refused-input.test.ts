import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'

const MOST_BYTES = 4_096
const SECRET = 'NL91ABNA0417164300'
const UUID = '5cf67f69-34d0-46fe-b904-20d56248a844'
const CREATE =
  'mutation ($input: CreatePledgeInput!) { createPledge(input: $input) { __typename } }'

let database: Database
let gateway: Gateway
let token: string

beforeAll(async () => {
  database = await openTestDatabase()
  gateway = openGateway(database, schema)
  token = await tokenOf(await createTestAccount(database))
})
afterAll(() => database.close())

/** The errors with which an operation is refused before it is begun: short, and without what was given. */
async function refusalsOf(query: string, variables = {}) {
  const { body, text } = await gateway.post(query, token, { variables })
  expect(body.data).toBeUndefined()
  expect(text).not.toContain(SECRET)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES)
  return body.errors ?? []
}

/** The one error about all that does not fit. */
async function refusalOf(query: string, variables = {}) {
  const [error, ...others] = await refusalsOf(query, variables)
  expect(others).toEqual([])
  expect(error?.extensions['code']).toBe('BAD_USER_INPUT')
  return { message: error!.message, fields: error!.extensions['fields'] }
}

describe('what does not fit its type in a variable', () => {
  test('is named by its place, and is not repeated', async () => {
    const { message, fields } = await refusalOf(CREATE, {
      input: {
        personUuid: SECRET,
        owningOrganizationUuid: null,
        recruitingOrganizationUuid: UUID,
        type: SECRET,
        initialDonationAmount: 7.5,
        preferredPaymentDay: SECRET,
        focusAreaUuids: [UUID, SECRET],
        externalProperties: SECRET,
        externalSource: SECRET,
        iban: SECRET,
      },
    })
    expect(fields).toEqual([
      ['input', 'externalProperties'],
      ['input', 'externalSource'],
      ['input', 'focusAreaUuids', '1'],
      ['input', 'initialDonationAmount'],
      ['input', 'owningOrganizationUuid'],
      ['input', 'personUuid'],
      ['input', 'preferredPaymentDay'],
      ['input', 'type'],
      ['input', 'iban'],
    ])
    for (const told of [
      'Variable "$input.externalSource" must be an object.',
      'Variable "$input.focusAreaUuids.1" must be a version 4 UUID',
      'Variable "$input.owningOrganizationUuid" must not be null.',
      'Variable "$input.preferredPaymentDay" must be a whole number from',
      'Variable "$input.type" must be one of D2D, STREET.',
      'Variable "$input.iban" is not a field of this input.',
    ]) {
      expect(message).toContain(told)
    }
  })

  test('is named where it is missing', async () => {
    const { fields } = await refusalOf(CREATE, {
      input: { externalSource: { name: SECRET } },
    })
    expect(fields).toEqual([
      ['input', 'externalSource', 'id'],
      ['input', 'owningOrganizationUuid'],
      ['input', 'personUuid'],
      ['input', 'recruitingOrganizationUuid'],
      ['input', 'type'],
    ])
    expect(await refusalOf(CREATE)).toEqual({
      fields: [['input']],
      message: 'Variable "$input" must not be null.',
    })
    expect((await refusalOf(CREATE, { input: [] })).fields).toEqual([['input']])
  })

  test('is named ten times at most, and in few words however much was sent', async () => {
    const list =
      'query ($types: [RecruitmentType!]) { pledges(filter: { type: $types }) { totalCount } }'
    const { fields, message } = await refusalOf(list, {
      types: Array.from({ length: 20_000 }, () => SECRET.repeat(2)),
    })
    expect(fields).toEqual(Array.from({ length: 10 }, (_, nth) => ['types', String(nth)]))
    expect(message).toMatch(/There is more\.$/)
    const many = Object.fromEntries(
      Array.from({ length: 10 }, (_, nth) => [`k${nth}${'x'.repeat(50_000)}`, SECRET]),
    )
    const { fields: names } = await refusalOf(CREATE, { input: many })
    expect(JSON.stringify(names).length).toBeLessThan(2_000)
  })

  test('is not repeated where it stands in the place of a name', async () => {
    const { fields } = await refusalOf(CREATE, {
      input: {
        personUuid: UUID,
        owningOrganizationUuid: UUID,
        recruitingOrganizationUuid: UUID,
        type: 'D2D',
        [`${SECRET} of jan@example.org`]: 1,
      },
    })
    expect(fields).toEqual([['input']])
  })

  test('is refused before a subscription is begun', async () => {
    const query =
      'subscription ($kind: [ChangeKind!]) { changes(filter: { kind: $kind }) { cursor } }'
    const { text } = await gateway.fetch({
      method: 'POST',
      accept: 'text/event-stream',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { kind: [SECRET] } }),
    })
    expect(text).toContain('"fields":[["kind","0"]]')
    expect(text).not.toContain(SECRET)
  })
})

describe('what does not fit its type in a literal', () => {
  test('is named by its argument, all of it in one error', async () => {
    const { message, fields } = await refusalOf(`{
      pledges(first: "${SECRET}", filter: { type: [STREET, ${SECRET}], nothing: "${SECRET}" }) { totalCount }
      pledge(uuid: "${SECRET}") { uuid }
    }`)
    expect(fields).toEqual([['first'], ['filter', 'type', '1'], ['filter', 'nothing'], ['uuid']])
    expect(message).toContain(
      'Argument "filter.type.1" of Query.pledges must be one of D2D, STREET.',
    )
    expect(message).toContain('Argument "uuid" of Query.pledge must be a version 4 UUID')
  })

  test('is named in the default of a variable and in a directive', async () => {
    const { message, fields } = await refusalOf(
      `query ($size: Int = "${SECRET}") { viewer { email @skip(if: "${SECRET}") } pledges(first: $size) { totalCount } }`,
    )
    expect(fields).toEqual([['size'], ['if']])
    expect(message).toContain('The default of variable "$size" must be a whole number')
    expect(message).toContain('Argument "if" of @skip must be true or false.')
  })

  test('is not repeated where a variable within it is null', async () => {
    const query = `mutation ($name: String = "x") { createPledge(input: { personUuid: "${UUID}", owningOrganizationUuid: "${UUID}", recruitingOrganizationUuid: "${UUID}", type: D2D, recruitingLocationLabel: "${SECRET}", externalSource: { name: $name, id: "1" } }) { __typename } }`
    const { text, body } = await gateway.post(query, token, { variables: { name: null } })
    expect(text).not.toContain(SECRET)
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })
})

describe('whatever else is wrong with an operation', () => {
  test('is told in few words, however long its names are', async () => {
    const name = 'x'.repeat(300_000)
    for (const query of [
      `{ ${name} }`,
      `{ pledges(${name}: 1) { totalCount } }`,
      `{ viewer { ...${name} } }`,
      `{ viewer { ... on ${name} { email } } }`,
      `query ($${name}: Int) { viewer { email } }`,
      `{ viewer { email } ${name}`,
      `query ($${name}: Int!) { pledges(first: $${name}) { totalCount } }`,
    ]) {
      expect(await refusalsOf(query)).toHaveLength(1)
    }
  })

  test('is told some ten times', async () => {
    const fields = Array.from({ length: 5_000 }, (_, nth) => `no${nth}`).join(' ')
    expect((await refusalsOf(`{ ${fields} }`)).length).toBeLessThanOrEqual(11)
  })
})
