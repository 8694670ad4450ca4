import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { CHANGED, type ChangedRecords, insertChanged } from './support/changes.ts'
import { openTestDatabase } from './support/database.ts'
import { type Answer, createGateway, EVERYTHING } from './support/execution.ts'

const EVERY_SIZE = [1, 2, 3, CHANGED, 100]

let database: Database
let records: ChangedRecords
let us: Actor

beforeAll(async () => {
  database = await openTestDatabase()
  records = await insertChanged(database)
  us = { ...EVERYTHING, organizations: [records.pledge.owningOrganizationUuid] }
})
afterAll(() => database.close())

function ask(source: string, variables = {}, actor = EVERYTHING): Promise<Answer> {
  return createGateway({ database, actor }).execute(source, variables)
}

interface Page {
  readonly edges: { readonly cursor: string; readonly node: { readonly actor: string } }[]
  readonly totalCount: number
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

const LISTS = {
  'Query.changes': (args: string, selection: string) => `{ changes${args} ${selection} }`,
  'Pledge.changes': (args: string, selection: string) =>
    `{ pledge(uuid: "${records.pledge.uuid}") { changes${args} ${selection} } }`,
  'Call.changes': (args: string, selection: string) =>
    `{ call(uuid: "${records.call.uuid}") { changes${args} ${selection} } }`,
}
type ListName = keyof typeof LISTS
const LIST_NAMES = Object.keys(LISTS) as ListName[]

const SELECTION =
  '{ edges { cursor node { actor } } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }'

async function page(list: ListName, args: object, actor: Actor): Promise<Page> {
  const written = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  const { data, errors } = await ask(
    LISTS[list](written.length > 0 ? `(${written.join(', ')})` : '', SELECTION),
    {},
    actor,
  )
  expect(errors).toBeUndefined()
  return (list === 'Query.changes' ? data : (data.pledge ?? data.call)).changes
}

const actorsOf = ({ edges }: Page) => edges.map(({ node }) => node.actor)

describe.each(LIST_NAMES)('%s', (list) => {
  const expected = () =>
    ({
      'Query.changes': records.ours,
      'Pledge.changes': records.ours.filter((_, index) => index % 2 === 0),
      'Call.changes': records.ours.filter((_, index) => index % 2 === 1),
    })[list]

  test.each(EVERY_SIZE)('is oldest first, each change once, in pages of %i', async (size) => {
    const found: string[] = []
    let last = await page(list, { first: size }, us)
    found.push(...actorsOf(last))
    while (last.pageInfo.hasNextPage) {
      last = await page(list, { first: size, after: last.pageInfo.endCursor }, us)
      expect(last.pageInfo.hasPreviousPage).toBe(true)
      found.push(...actorsOf(last))
    }
    expect(found).toEqual(expected())
    expect(last.totalCount).toBe(expected().length)
  })

  test.each(EVERY_SIZE)(
    'has the newest as `last`, in pages of %i back to the oldest',
    async (size) => {
      const found: string[] = []
      let last = await page(list, { last: size }, us)
      found.unshift(...actorsOf(last))
      while (last.pageInfo.hasPreviousPage) {
        last = await page(list, { last: size, before: last.pageInfo.startCursor }, us)
        expect(last.pageInfo.hasNextPage).toBe(true)
        found.unshift(...actorsOf(last))
      }
      expect(found).toEqual(expected())
    },
  )

  test('tells exactly what is beside a page between any two cursors', async () => {
    const all = await page(list, {}, us)
    const cursors = all.edges.map(({ cursor }) => cursor)
    const places = [undefined, ...cursors.keys()]
    for (const after of places) {
      for (const before of places) {
        for (const end of ['first', 'last'] as const) {
          const found = await page(
            list,
            {
              [end]: 2,
              ...(after !== undefined && { after: cursors[after] }),
              ...(before !== undefined && { before: cursors[before] }),
            },
            us,
          )
          const between = expected().slice((after ?? -1) + 1, before)
          const wanted = end === 'first' ? between.slice(0, 2) : between.slice(-2)
          const start = expected().indexOf(wanted[0] ?? '')
          const isEmpty = wanted.length === 0
          expect({ end, after, before, actors: actorsOf(found), ...found.pageInfo }).toEqual({
            end,
            after,
            before,
            actors: wanted,
            hasPreviousPage: isEmpty ? after !== undefined : start > 0,
            hasNextPage: isEmpty ? before !== undefined : start + wanted.length < expected().length,
            startCursor: cursors[start] ?? null,
            endCursor: isEmpty ? null : cursors[start + wanted.length - 1],
          })
        }
      }
    }
  })

  test.each(['first: 0', 'first: 101', 'last: -1', 'first: 1, last: 1'])(
    'refuses %s',
    async (args) => {
      const { errors } = await ask(LISTS[list](`(${args})`, '{ totalCount }'))
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT'])
    },
  )

  test('refuses whatever is no cursor of its own', async () => {
    const { cursor } = (await page(list, {}, us)).edges[0]!
    const bytes = Buffer.from(cursor, 'base64url')
    const [name = ''] = bytes.toString('latin1').split(':')
    const others = await Promise.all(
      LIST_NAMES.filter((other) => other !== list).map(async (other) => page(other, {}, us)),
    )
    const { data } = await ask('{ pledges { edges { cursor } } }')
    const row = bytes.subarray(-24)
    const forged = [`:`, `:${'a'.repeat(24)}`, '', '|', '|-1', '|1.5', '|0x1', '|1e0', '|01', '|1']
    const bad = [
      ...others.map(({ edges }) => edges[0]!.cursor),
      data.pledges.edges[0].cursor,
      ...['', 'x', '💥', 'a'.repeat(10_000), `${cursor}=`, `${cursor}A`, cursor.slice(0, -1)],
      ...forged.map((each) => btoa(`${name}${each}`)),
      ...['|99999999999999999999', `|'; drop table changes; --`].map((each) =>
        btoa(`${name}${each}`),
      ),
      btoa(`${name}|1|5cf67f69-34d0-46fe-b904-20d56248a844`),
      ...[Buffer.from(' '), Buffer.from(`${name}|`), Buffer.from(`${name}::::`)].map((prefix) =>
        Buffer.concat([prefix, row]).toString('base64url'),
      ),
      Buffer.concat([bytes, Buffer.alloc(1)]).toString('base64url'),
      // Of no change, and of another one than the place is of.
      ...[bytes.length - 20, bytes.length - 1].map((place) => {
        const altered = Buffer.from(bytes)
        altered[place] = altered[place]! ^ 1
        return altered.toString('base64url')
      }),
    ]
    for (const argument of ['after', 'before']) {
      for (const each of bad) {
        const { errors } = await ask(
          LISTS[list](`(${argument}: ${JSON.stringify(each)})`, '{ totalCount }'),
        )
        expect({ each, told: errors?.map(({ extensions }) => extensions) }).toEqual({
          each,
          told: [{ code: 'BAD_USER_INPUT', argument }],
        })
      }
    }
  })

  test('takes null as absent', async () => {
    const nothing = { first: null, last: null, after: null, before: null }
    expect(await page(list, nothing, us)).toEqual(await page(list, {}, us))
  })
})

test('the feed of whoever has all organizations has everything', async () => {
  expect(actorsOf(await page('Query.changes', {}, EVERYTHING))).toEqual(records.everybodys)
})

test('nothing of a foreign record shows, not on either side of its cursor either', async () => {
  const { edges } = await page('Query.changes', { first: 100 }, EVERYTHING)
  const foreign = edges.filter(({ node }) => node.actor.startsWith('foreign'))
  expect(foreign).toHaveLength(CHANGED)
  for (const { cursor } of foreign) {
    const [before, after] = [
      await page('Query.changes', { last: 1, before: cursor }, us),
      await page('Query.changes', { first: 1, after: cursor }, us),
    ]
    for (const { node } of [...before.edges, ...after.edges]) {
      expect(node.actor).not.toContain('foreign')
    }
  }
  const { data } = await ask('{ changes(first: 100) { nodes { id actor } } }')
  const ids = data.changes.nodes
    .filter(({ actor }: { actor: string | null }) => actor?.startsWith('foreign'))
    .map(({ id }: { id: string }) => id)
  const found = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }, us)
  expect(found.data.nodes).toEqual(ids.map(() => null))
})
