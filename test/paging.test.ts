import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import {
  inOrder,
  insertListed,
  type List,
  LISTED,
  type ListedRecords,
  LISTS,
  type Order,
  pageOperation,
} from './support/lists.ts'

interface Page {
  readonly uuids: string[]
  readonly cursors: string[]
  readonly totalCount: number
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  readonly startCursor: string | null
  readonly endCursor: string | null
}

type PageArguments = Partial<Record<'first' | 'last', number> & Record<'after' | 'before', string>>

const SELECTION =
  '{ edges { cursor node { uuid } } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }'
const SIZES = [1, 2, 3, LISTED - 1, LISTED, 100]

let database: Database
let records: ListedRecords
/** Sees the same as whoever has all organizations, but through a scope. */
let scoped: Actor

beforeAll(async () => {
  database = await openTestDatabase()
  records = await insertListed(database)
  scoped = { ...EVERYTHING, organizations: records.organizations.map(({ uuid }) => uuid) }
})
afterAll(() => database.close())

const everyOrder = LISTS.flatMap((list) =>
  list.orders.flatMap((order) =>
    (['all organizations', 'a scope'] as const).map((viewer) => ({
      list,
      order,
      viewer,
      name: `${list.coordinate} by ${order.join(' ')} for ${viewer}`,
    })),
  ),
)

describe.each(everyOrder)('$name', ({ list, order, viewer }) => {
  const ask = (args: PageArguments) =>
    askFor(list, order, args, viewer === 'a scope' ? scoped : EVERYTHING)
  const expected = () => inOrder(records[list.rows], order)

  test.each(SIZES)('pages of %i forward bring each record once, in order', async (size) => {
    const uuids: string[] = []
    let page = await ask({ first: size })
    uuids.push(...page.uuids)
    while (page.hasNextPage) {
      page = await ask({ first: size, after: page.endCursor! })
      expect(page.hasPreviousPage).toBe(true)
      expect(page.uuids).not.toEqual([])
      uuids.push(...page.uuids)
    }
    expect(uuids).toEqual(expected())
    expect(page.totalCount).toBe(LISTED)
  })

  test.each(SIZES)('pages of %i backward bring each record once, in order', async (size) => {
    const uuids: string[] = []
    let page = await ask({ last: size })
    uuids.unshift(...page.uuids)
    while (page.hasPreviousPage) {
      page = await ask({ last: size, before: page.startCursor! })
      expect(page.hasNextPage).toBe(true)
      expect(page.uuids).not.toEqual([])
      uuids.unshift(...page.uuids)
    }
    expect(uuids).toEqual(expected())
    expect(page.totalCount).toBe(LISTED)
  })
})

const everyKind = everyOrder.filter(({ name }) =>
  [
    'Query.pledges by CREATED_AT DESC for all organizations',
    'Query.calls by UPDATED_AT ASC for a scope',
    'Query.persons by CREATED_AT DESC for a scope',
    'Pledge.transactions by CREATED_AT DESC for a scope',
  ].includes(name),
)

describe.each(everyKind)('between any two cursors, $name', ({ list, order, viewer }) => {
  test.each(['first', 'last'] as const)(
    '`%s` tells exactly what is beside the page',
    async (end) => {
      const actor = viewer === 'a scope' ? scoped : EVERYTHING
      const all = await askFor(list, order, { first: 100 }, actor)
      const places = [undefined, ...all.cursors.keys()]
      for (const after of places) {
        for (const before of places) {
          for (const size of [1, 3]) {
            const page = await askFor(
              list,
              order,
              {
                [end]: size,
                ...(after !== undefined && { after: all.cursors[after]! }),
                ...(before !== undefined && { before: all.cursors[before]! }),
              },
              actor,
            )
            const where = `${end} ${String(size)} after ${String(after)} before ${String(before)}`
            const between = all.uuids.slice((after ?? -1) + 1, before)
            const uuids = end === 'first' ? between.slice(0, size) : between.slice(-size)
            // An empty page lies at its cursors.
            const start = all.uuids.indexOf(uuids[0] ?? '')
            const hasPrevious = uuids.length > 0 ? start > 0 : after !== undefined
            const hasNext = uuids.length > 0 ? start + uuids.length < LISTED : before !== undefined
            expect({ where, ...page }).toMatchObject({
              where,
              uuids,
              hasPreviousPage: hasPrevious,
              hasNextPage: hasNext,
              startCursor: all.cursors[start] ?? null,
              endCursor: uuids.length > 0 ? all.cursors[start + uuids.length - 1] : null,
              totalCount: LISTED,
            })
          }
        }
      }
    },
  )
})

async function askFor(
  list: List,
  [field, direction]: Order,
  args: PageArguments,
  actor: Actor,
): Promise<Page> {
  const variables = { ...args, ...(list.orderType && { orderBy: { field, direction } }) }
  const { data, errors } = await createGateway({ database, actor }).execute(
    pageOperation(list, SELECTION, records),
    variables,
  )
  expect(errors).toBeUndefined()
  const { edges, totalCount, pageInfo } = (list.parent ? data[list.parent] : data)[list.name]
  return {
    uuids: edges.map(({ node }: { node: { uuid: string } }) => node.uuid),
    cursors: edges.map(({ cursor }: { cursor: string }) => cursor),
    totalCount,
    ...pageInfo,
  }
}
