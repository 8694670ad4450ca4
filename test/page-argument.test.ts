import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { type Answer, createGateway, type Gateway } from './support/execution.ts'
import {
  insertListed,
  type List,
  type ListedRecords,
  LISTS,
  pageOperation,
} from './support/lists.ts'

let database: Database
let records: ListedRecords
let gateway: Gateway

beforeAll(async () => {
  database = await openTestDatabase()
  records = await insertListed(database)
  gateway = createGateway({ database })
})
afterAll(() => database.close())

const BAD_SIZES = [
  { args: { first: 0 }, argument: 'first' },
  { args: { first: -1 }, argument: 'first' },
  { args: { first: 101 }, argument: 'first' },
  { args: { first: 2_147_483_647 }, argument: 'first' },
  { args: { last: 0 }, argument: 'last' },
  { args: { last: -1 }, argument: 'last' },
  { args: { last: 101 }, argument: 'last' },
  { args: { first: 5, last: 5 }, argument: 'last' },
]

const MALFORMED_CURSORS = ['', ' ', 'x', '%', 'null', 'MQ==', 'a'.repeat(10_000), '\u0000', '💥']

describe.each(LISTS)('$coordinate', (list) => {
  test.each(BAD_SIZES)('refuses $args, naming `$argument`', async ({ args, argument }) => {
    for (const selection of ['{ totalCount }', '{ nodes { uuid } }', '{ __typename }']) {
      expectRefusal(await ask(list, selection, args), list, argument)
    }
    const literal = Object.entries(args).map(([name, value]) => `${name}: ${String(value)}`)
    expectRefusal(await askLiterally(list, literal.join(', ')), list, argument)
  })

  test('takes null as absent', async () => {
    const nothing = { first: null, last: null, after: null, before: null }
    const answer = await ask(list, '{ nodes { uuid } }', nothing)
    expect(answer).toEqual(await ask(list, '{ nodes { uuid } }', {}))
    expect(answer.errors).toBeUndefined()
    expect(await ask(list, '{ nodes { uuid } }', { first: null, last: 7 })).toEqual(answer)
  })

  test.each(['after', 'before'])('refuses a malformed cursor as `%s`', async (argument) => {
    for (const cursor of MALFORMED_CURSORS) {
      const args = { [argument]: cursor }
      expectRefusal(await ask(list, '{ nodes { uuid } }', args), list, argument)
      expectRefusal(await ask(list, '{ totalCount }', args), list, argument)
    }
    expectRefusal(await askLiterally(list, `${argument}: "x"`), list, argument)
  })

  test('refuses a cursor that was tampered with', async () => {
    const text = atob(await cursorOf(list))
    const [name, , uuid] = text.split('|') as [string, string, string]
    const forged = [
      text.replace(uuid, uuid.toUpperCase()),
      text.replace(uuid, '00000000-0000-0000-0000-000000000000'),
      `${text}|`,
      ` ${text}`,
      `${name}|x|${uuid}`,
      `${name}||${uuid}`,
      `${name}|1e3|${uuid}`,
      `${name}|0x10|${uuid}`,
      `${name}|1.5|${uuid}`,
      `${name}|99999999999999999999|${uuid}`,
      `${name}|-99999999999999|${uuid}`,
      `${name}|'; drop table pledges; --|${uuid}`,
    ]
    for (const cursor of forged.map((each) => btoa(each))) {
      expectRefusal(await ask(list, '{ nodes { uuid } }', { after: cursor }), list, 'after')
    }
  })

  test('refuses the cursors of every other list', async () => {
    for (const other of LISTS) {
      if (other === list) continue
      const answer = await ask(list, '{ totalCount }', { after: await cursorOf(other) })
      expectRefusal(answer, list, 'after')
    }
  })

  test('refuses the cursors of every other order of its own', async () => {
    for (const order of list.orders) {
      for (const other of list.orders) {
        const before = await cursorOf(list, other)
        const answer = await ask(list, '{ totalCount }', { before, ...orderBy(list, order) })
        if (order === other) expect(answer.errors).toBeUndefined()
        else expectRefusal(answer, list, 'before')
      }
    }
  })
})

test('an order needs both its field and its direction', async () => {
  for (const orderBy of [
    '{ field: CREATED_AT }',
    '{ direction: ASC }',
    '{ field: UUID, direction: ASC }',
  ]) {
    const { data, errors } = await gateway.execute(
      `{ pledges(orderBy: ${orderBy}) { totalCount } }`,
    )
    expect(data).toBeUndefined()
    expect(errors).toHaveLength(1)
  }
})

function ask(list: List, selection: string, variables: object): Promise<Answer> {
  return gateway.execute(pageOperation(list, selection, records), { ...variables })
}

function askLiterally({ name, parent }: List, args: string): Promise<Answer> {
  const field = `${name}(${args}) { totalCount }`
  return gateway.execute(
    parent
      ? `{ ${parent}(uuid: "${records[`${parent}s`][0]!.uuid}") { ${field} } }`
      : `{ ${field} }`,
  )
}

async function cursorOf(list: List, order = list.orders[0]!): Promise<string> {
  const { data } = await ask(list, '{ edges { cursor } }', { first: 1, ...orderBy(list, order) })
  return (list.parent ? data[list.parent] : data)[list.name].edges[0].cursor
}

function orderBy({ orderType }: List, [field, direction]: List['orders'][number]) {
  return orderType ? { orderBy: { field, direction } } : {}
}

function expectRefusal({ data, errors }: Answer, { coordinate }: List, argument: string) {
  expect(errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'BAD_USER_INPUT', argument },
  ])
  expect(errors![0]!.message).toContain(`"${argument}" of ${coordinate} must be `)
  expect(Object.values(data ?? { none: null })).toEqual([null])
}
