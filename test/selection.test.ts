import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { encodeCursor } from '../src/read/cursor.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING, type Gateway } from './support/execution.ts'
import { insertCall, insertPledge, insertTransaction, type Pledge } from './support/records.ts'

let database: Database
let pledge: Pledge
let gateways: readonly Gateway[]

beforeAll(async () => {
  database = await openTestDatabase()
  pledge = await insertPledge(database)
  await insertCall(database, { pledgeUuid: pledge.uuid })
  await insertTransaction(database, { pledgeUuid: pledge.uuid })
  // A scope is one more thing that a statement binds, or does not.
  const scoped = { ...EVERYTHING, organizations: [pledge.owningOrganizationUuid] }
  gateways = [createGateway({ database }), createGateway({ database, actor: scoped })]
})
afterAll(() => database.close())

describe('as little as can be selected', () => {
  const cursor = () =>
    encodeCursor('Query.pledges CREATED_AT DESC', {
      at: pledge.createdAt.toISOString(),
      uuid: pledge.uuid,
    })
  const filter = 'filter: { status: [LEAD], createdAfter: "2020-01-01T00:00:00Z" }'

  test.each([
    ['{ totalCount }', { totalCount: 1 }],
    ['{ __typename }', { __typename: 'PledgeConnection' }],
    ['{ pageInfo { __typename } }', { pageInfo: { __typename: 'PageInfo' } }],
    ['{ pageInfo { hasNextPage } }', { pageInfo: { hasNextPage: false } }],
    ['{ pageInfo { hasPreviousPage } }', { pageInfo: { hasPreviousPage: false } }],
    ['{ edges { __typename } }', { edges: [{ __typename: 'PledgeEdge' }] }],
    ['{ nodes { __typename } }', { nodes: [{ __typename: 'Pledge' }] }],
    ['{ nodes { signatureUrl } }', { nodes: [{ signatureUrl: null }] }],
    ['{ nodes { uuid @skip(if: true) } }', { nodes: [{}] }],
    ['{ nodes @skip(if: true) { uuid } }', {}],
  ])('is answered: %s', async (selection, expected) => {
    for (const list of ['pledges', `pledges(${filter})`, 'pledges(last: 1)']) {
      expect(await answersTo(`{ ${list} ${selection} }`)).toEqual([{ pledges: expected }])
      const nested = `{ person(uuid: "${pledge.personUuid}") { ${list} ${selection} } }`
      expect(await answersTo(nested)).toEqual([{ person: { pledges: expected } }])
    }
  })

  test('is answered with cursors that only a page would need', async () => {
    const place = `after: "${cursor()}", before: "${cursor()}"`
    expect(await answersTo(`{ pledges(${place}) { totalCount } }`)).toEqual([
      { pledges: { totalCount: 1 } },
    ])
    expect(await answersTo(`{ pledges(last: 2, ${place}, ${filter}) { __typename } }`)).toEqual([
      { pledges: { __typename: 'PledgeConnection' } },
    ])
  })

  test('is answered of one record', async () => {
    for (const selection of ['{ __typename }', '{ owningOrganization { __typename } }']) {
      const [data] = await answersTo(`{ pledge(uuid: "${pledge.uuid}") ${selection} }`)
      expect(JSON.stringify(data)).toContain('"__typename"')
    }
    const id = btoa(`Pledge:${pledge.uuid}`)
    expect(await answersTo(`{ node(id: "${id}") { __typename } }`)).toEqual([
      { node: { __typename: 'Pledge' } },
    ])
  })
})

describe('a response key', () => {
  const LONG = 'a'.repeat(64)

  test('may be longer than a name in Postgres, in every place of a list', async () => {
    const [data] = await answersTo(`{ ${LONG}: pledges {
      ${LONG}1: nodes { uuid ${LONG}1: status ${LONG}2: person { ${LONG}: lastName } }
      ${LONG}2: nodes { ${LONG}: type ${LONG}3: createdAt ${LONG}4: status }
      ${LONG}3: edges { ${LONG}1: node { ${LONG}2: calls { ${LONG}: totalCount } ${LONG}: uuid } ${LONG}: cursor }
      ${LONG}4: edges { node { type } }
    } }`)
    const { uuid, createdAt } = pledge
    expect(data).toEqual({
      [LONG]: {
        [`${LONG}1`]: [{ uuid, [`${LONG}1`]: 'LEAD', [`${LONG}2`]: { [LONG]: 'Jansen' } }],
        [`${LONG}2`]: [
          { [LONG]: 'D2D', [`${LONG}3`]: createdAt.toISOString(), [`${LONG}4`]: 'LEAD' },
        ],
        [`${LONG}3`]: [
          {
            [`${LONG}1`]: { [`${LONG}2`]: { [LONG]: 1 }, [LONG]: uuid },
            [LONG]: expect.any(String) as string,
          },
        ],
        [`${LONG}4`]: [{ node: { type: 'D2D' } }],
      },
    })
  })

  test('may be what JavaScript or GraphQL calls something else', async () => {
    const odd = [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'toJSON',
      '__typename',
      'then',
    ]
    for (const key of odd) {
      const query = `{ pledges { ${key}: totalCount } x: pledges { nodes { ${key}: uuid } edges { ${key}: cursor } } }`
      const [data] = await answersTo(query)
      const text = JSON.stringify(data)
      expect(text).toContain(`{"pledges":{"${key}":1}`)
      expect(text).toContain(`{"${key}":"${pledge.uuid}"}`)
      const nested = `{ ${key}: pledges { nodes { ${key}: person { ${key}: lastName } } } }`
      expect(JSON.stringify(await answersTo(nested))).toContain(`{"${key}":{"${key}":"Jansen"}}`)
    }
    const id = btoa(`Pledge:${pledge.uuid}`)
    const node = `{ node(id: "${id}") { ... on Pledge { __typename: status __proto__: uuid } } }`
    expect(JSON.stringify(await answersTo(node))).toContain('"__typename":"LEAD"')
  })

  test('of that kind is forbidden as any other is', async () => {
    const permissions = new Set(PERMISSIONS.filter((each) => each !== 'PERSONS_READ'))
    const gateway = createGateway({ database, actor: { ...EVERYTHING, permissions } })
    for (const key of ['__proto__', 'constructor', 'toString']) {
      const { errors } = await gateway.execute(
        `{ pledges { nodes { ${key}: person { name: lastName } } } }`,
      )
      expect(errors).toMatchObject([
        { path: ['pledges', 'nodes', 0, key], extensions: { code: 'FORBIDDEN' } },
      ])
    }
  })
})

describe('too much for one statement', () => {
  const person = (depth: number, innermost: string, args = '') =>
    `${`person { pledges${args} { nodes { `.repeat(depth)}${innermost}${' } } }'.repeat(depth)}`

  test.each([
    ['nested 300 levels deep', `{ pledges { nodes { ${person(100, 'uuid')} } } }`],
    ['nested so by arguments', `{ pledges { nodes { ${person(60, 'uuid', '(first: 1)')} } } }`],
    [
      'nested so below a look-up',
      `{ person(uuid: "5cf67f69-34d0-46fe-b904-20d56248a844") { pledges { nodes { ${person(50, 'uuid')} } } } }`,
    ],
    [
      'nested so below a node',
      `{ node(id: "${btoa('Pledge:5cf67f69-34d0-46fe-b904-20d56248a844')}") { ... on Pledge { ${person(50, 'uuid')} } } }`,
    ],
    ['1,700 fields of one record', `{ pledges { nodes { ${keys(1_700, 'uuid')} } } }`],
    [
      '1,700 fields of a look-up',
      `{ pledge(uuid: "5cf67f69-34d0-46fe-b904-20d56248a844") { ${keys(1_700, 'uuid')} } }`,
    ],
    ['1,700 lists', `{ pledges { nodes { ${keys(1_700, 'calls(first: 1) { totalCount }')} } } }`],
  ])('is told as such: %s', async (_what, query) => {
    for (const gateway of gateways) {
      const { data, errors } = await gateway.execute(query)
      expect(errors).toHaveLength(1)
      expect(errors![0]!.extensions).toEqual({ code: 'OPERATION_TOO_LARGE' })
      expect(errors![0]!.message).toMatch(/too many fields|too deeply/)
      expect(Object.values(data)).toEqual([null])
    }
  })

  test('is told in time: a statement longer than the database can take', async () => {
    const fields = keys(100, 'createdAt', 'k'.repeat(60))
    const lists = keys(130, `transactions { nodes { ${fields} } }`)
    const { errors } = await gateways[0]!.execute(`{ pledges { nodes { ${lists} } } }`)
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_LARGE' } }])
  })

  test('is not what anybody would ask for', async () => {
    const deep = `{ pledges { nodes { ${person(11, 'uuid transactions { totalCount }')} } } }`
    const wide = `{ pledges { nodes { ${keys(500, 'status')} ${keys(50, 'calls { totalCount }', 'c')} } } }`
    expect(JSON.stringify(await answersTo(deep))).toContain('{"totalCount":1}')
    expect(JSON.stringify(await answersTo(wide))).toContain('"c49":{"totalCount":1}')
  })

  test('leaves the database as it was', async () => {
    expect(await answersTo('{ pledges { totalCount } }')).toEqual([{ pledges: { totalCount: 1 } }])
  })
})

function keys(count: number, field: string, prefix = 'k'): string {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index)}: ${field}`).join(
    ' ',
  )
}

/** What each kind of viewer is answered, once where it is the same. */
async function answersTo(query: string): Promise<unknown[]> {
  const answers = new Map<string, unknown>()
  for (const gateway of gateways) {
    const { data, errors } = await gateway.execute(query)
    expect(errors).toBeUndefined()
    answers.set(JSON.stringify(data), data)
  }
  return [...answers.values()]
}
