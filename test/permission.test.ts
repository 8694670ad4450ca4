import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Permission, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { insertCall, insertPledge, insertTransaction } from './support/records.ts'

/** A field that needs a permission: where it is answered, and an operation that selects it. */
interface Guarded {
  readonly path: string
  readonly query: string
}

const uuids = { pledge: '', call: '', person: '', transaction: '' }
type Name = keyof typeof uuids

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
  const pledge = await insertPledge(database)
  const { uuid: pledgeUuid, personUuid } = pledge
  Object.assign(uuids, {
    pledge: pledgeUuid,
    person: personUuid,
    call: (await insertCall(database, { pledgeUuid })).uuid,
    transaction: (await insertTransaction(database, { pledgeUuid })).uuid,
  })
})
afterAll(() => database.close())

const GUARDED: Partial<Record<Permission, Guarded[]>> = {
  PLEDGES_READ: [
    { path: 'pledge', query: '{ viewer { email } pledge(uuid: "PLEDGE") { uuid } }' },
    { path: 'pledges', query: '{ viewer { email } pledges { totalCount } }' },
    { path: 'call.pledge', query: '{ call(uuid: "CALL") { status pledge { uuid } } }' },
    {
      path: 'transaction.pledge',
      query: '{ transaction(uuid: "TRANSACTION") { status pledge { uuid } } }',
    },
    {
      path: 'person.pledges',
      query: '{ person(uuid: "PERSON") { lastName pledges { totalCount } } }',
    },
  ],
  CALLS_READ: [
    { path: 'call', query: '{ viewer { email } call(uuid: "CALL") { uuid } }' },
    { path: 'calls', query: '{ viewer { email } calls { totalCount } }' },
    { path: 'pledge.calls', query: '{ pledge(uuid: "PLEDGE") { status calls { totalCount } } }' },
    { path: 'person.calls', query: '{ person(uuid: "PERSON") { lastName calls { totalCount } } }' },
  ],
  PERSONS_READ: [
    { path: 'person', query: '{ viewer { email } person(uuid: "PERSON") { uuid } }' },
    { path: 'persons', query: '{ viewer { email } persons { totalCount } }' },
    { path: 'pledge.person', query: '{ pledge(uuid: "PLEDGE") { status person { uuid } } }' },
    { path: 'call.person', query: '{ call(uuid: "CALL") { status person { uuid } } }' },
  ],
  TRANSACTIONS_READ: [
    {
      path: 'transaction',
      query: '{ viewer { email } transaction(uuid: "TRANSACTION") { uuid } }',
    },
    { path: 'transactions', query: '{ viewer { email } transactions { totalCount } }' },
    {
      path: 'pledge.transactions',
      query: '{ pledge(uuid: "PLEDGE") { status transactions { totalCount } } }',
    },
    {
      path: 'pledges',
      query: '{ viewer { email } pledges(filter: { hasIdealQrTransaction: true }) { totalCount } }',
    },
    {
      path: 'pledges',
      query:
        '{ viewer { email } pledges(filter: { hasIdealQrTransaction: false }) { nodes { uuid } } }',
    },
    {
      path: 'person.pledges',
      query:
        '{ person(uuid: "PERSON") { lastName pledges(filter: { hasIdealQrTransaction: true }) { totalCount } } }',
    },
  ],
}

const NODES: readonly [Permission, string, Name][] = [
  ['PLEDGES_READ', 'Pledge', 'pledge'],
  ['CALLS_READ', 'Call', 'call'],
  ['PERSONS_READ', 'Person', 'person'],
  ['TRANSACTIONS_READ', 'Transaction', 'transaction'],
]

const everyGuarded = Object.entries(GUARDED).flatMap(([permission, fields]) =>
  fields.map((field) => ({ permission: permission as Permission, ...field })),
)

describe.each(everyGuarded)('without $permission, in $query,', ({ permission, path, query }) => {
  test('the field is null with an error, and its neighbours are answered', async () => {
    const { data, errors } = await answerWithout(permission, query)
    expect(errors?.map(({ path, extensions }) => ({ path, extensions }))).toEqual([
      { path: path.split('.'), extensions: { code: 'FORBIDDEN', permission } },
    ])
    expect(errors![0]!.message).toContain(permission)
    const whole = await answerWithout(undefined, query)
    expect(whole.errors).toBeUndefined()
    expect(data).toEqual(withNullAt(whole.data, path.split('.')))
  })
})

describe.each(NODES)('without %s', (permission, typename, name) => {
  const id = () => btoa(`${typename}:${uuids[name]}`)
  const forbidden = { code: 'FORBIDDEN', permission }

  test(`\`node\` is null with an error for a ${typename}, whether or not it exists`, async () => {
    for (const each of [id(), btoa(`${typename}:5cf67f69-34d0-46fe-b904-20d56248a844`)]) {
      const { data, errors } = await answerWithout(permission, `{ node(id: "${each}") { id } }`)
      expect(data).toEqual({ node: null })
      expect(errors).toMatchObject([{ path: ['node'], extensions: forbidden }])
    }
  })

  test(`\`nodes\` has null and an error at the place of a ${typename} alone`, async () => {
    const ids = NODES.map(([, type, each]) => btoa(`${type}:${uuids[each]}`))
    const place = ids.indexOf(id())
    const { data, errors } = await answerWithout(
      permission,
      `{ nodes(ids: ${JSON.stringify(ids)}) { id } }`,
    )
    expect(data.nodes).toEqual(ids.map((each, index) => (index === place ? null : { id: each })))
    expect(errors).toMatchObject([{ path: ['nodes', place], extensions: forbidden }])
    expect(errors).toHaveLength(1)
  })
})

test.each([
  ['PLEDGES_READ', '{ pledges(first: -1) { totalCount } }'],
  ['CALLS_READ', '{ pledge(uuid: "PLEDGE") { calls(after: "x") { totalCount } } }'],
  ['PERSONS_READ', '{ pledge(uuid: "PLEDGE") { person { calls(last: 0) { totalCount } } } }'],
  [
    'TRANSACTIONS_READ',
    '{ pledges(first: 101, filter: { hasIdealQrTransaction: true }) { totalCount } }',
  ],
] as const)('%s is missed before any argument is looked at', async (permission, query) => {
  const { errors } = await answerWithout(permission, query)
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission } }])
})

test('a filter that is null needs no permission', async () => {
  const query = '{ pledges(filter: { hasIdealQrTransaction: null }) { totalCount } }'
  expect(await answerWithout('TRANSACTIONS_READ', query)).toEqual({
    data: { pledges: { totalCount: 1 } },
  })
})

test('what is missing for many rows is told once, with the number of places', async () => {
  await insertPledge(database)
  const permissions = PERMISSIONS.filter((each) => each !== 'PERSONS_READ')
  const token = await tokenOf(await createTestAccount(database, { permissions }))
  const { body } = await openGateway(database, schema).post(
    '{ pledges { nodes { status person { uuid } } edges { node { who: person { uuid } } } } pledge(uuid: "PLEDGE") { person { uuid } } }'.replace(
      'PLEDGE',
      uuids.pledge,
    ),
    token,
  )
  expect(body.data).toMatchObject({
    pledges: {
      nodes: [
        { status: 'LEAD', person: null },
        { status: 'LEAD', person: null },
      ],
    },
  })
  const missing = { code: 'FORBIDDEN', permission: 'PERSONS_READ' }
  expect(body.errors?.map(({ path, extensions }) => ({ path, extensions }))).toEqual(
    expect.arrayContaining([
      { path: ['pledges', 'nodes', 0, 'person'], extensions: { ...missing, count: 2 } },
      { path: ['pledges', 'edges', 0, 'node', 'who'], extensions: { ...missing, count: 2 } },
      { path: ['pledge', 'person'], extensions: missing },
    ]),
  )
  expect(body.errors).toHaveLength(3)
})

test('the viewer and organizations need none', async () => {
  const { data, errors } = await createGateway({
    database,
    actor: { ...EVERYTHING, permissions: new Set() },
  }).execute('{ viewer { email permissions organizations { name } } organizations { totalCount } }')
  expect(errors).toBeUndefined()
  expect(data.viewer).toEqual({ email: EVERYTHING.email, permissions: [], organizations: null })
})

function answerWithout(permission: Permission | undefined, query: string) {
  const permissions = new Set(PERMISSIONS.filter((each) => each !== permission))
  const source = Object.entries(uuids).reduce(
    (text, [name, uuid]) => text.replace(name.toUpperCase(), uuid),
    query,
  )
  return createGateway({ database, actor: { ...EVERYTHING, permissions } }).execute(source)
}

function withNullAt(data: Record<string, unknown>, [key, ...rest]: string[]): object {
  const inner = data[key!] as Record<string, unknown>
  return { ...data, [key!]: rest.length === 0 ? null : withNullAt(inner, rest) }
}
