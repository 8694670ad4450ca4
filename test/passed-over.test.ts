import { execute, type GraphQLSchema, isObjectType, lexicographicSortSchema, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { answerPlanned } from '../src/read/binding/planned-answer.ts'
import { refusePassedOverResolvers } from '../src/read/binding/passed-over.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createContext } from './support/execution.ts'
import { fullSelection } from './support/full-selection.ts'
import { openGateway } from './support/gateway.ts'
import { insertCall, insertPledge, insertTransaction } from './support/records.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
  const { uuid: pledgeUuid, personUuid } = await insertPledge(database)
  await insertCall(database, { pledgeUuid, personUuid })
  await insertTransaction(database, { pledgeUuid })
})
afterAll(() => database.close())

/** Resolves a field; `next` is the resolver that the field has now. */
type Wrap = (coordinate: string, next: () => unknown) => unknown

/** A copy of the served schema in which the resolvers of these fields are wrapped; of all fields where none are given. */
function wrapped(wrap: Wrap, only?: readonly string[]): GraphQLSchema {
  const copy = lexicographicSortSchema(schema)
  for (const type of Object.values(copy.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`
      const { resolve } = field
      if (!resolve || (only && !only.includes(coordinate))) continue
      field.resolve = (...args) => wrap(coordinate, () => resolve(...args))
    }
  }
  return copy
}

const passOn: Wrap = (_coordinate, next) => next()

/** The fields whose resolvers run where an operation is executed, although it can be answered without them. */
async function fieldsPassedOver(query: string): Promise<Set<string>> {
  const ran = new Set<string>()
  const document = parse(query)
  const contextValue = createContext({ database })
  expect(await answerPlanned({ schema, document, contextValue }), query).toBeDefined()
  const recording = wrapped((coordinate, next) => {
    ran.add(coordinate)
    return next()
  })
  const { errors } = await execute({ schema: recording, document, contextValue })
  expect(errors).toBeUndefined()
  return ran
}

describe('a schema is refused', () => {
  test('where a field that is answered without its resolver has another resolver', async () => {
    const lists = ['calls', 'organizations', 'persons', 'pledges', 'transactions']
    const types = { calls: 'Call', pledges: 'Pledge', persons: 'Person' } as const
    const queries = lists.map(
      (list) =>
        `{ ${list} { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id uuid } } nodes { __typename } } }`,
    )
    for (const [list, name] of Object.entries(types)) {
      const selection = fullSelection(schema.getType(name)!, 1)
      // This field has a resolver of its own, which signs the link.
      queries.push(`{ ${list} { nodes ${selection.replace(/ signatureUrl /g, ' ')} } }`)
    }
    const passedOver = new Set<string>()
    for (const query of queries) {
      for (const coordinate of await fieldsPassedOver(query)) passedOver.add(coordinate)
    }
    expect([...passedOver]).toEqual(
      expect.arrayContaining([
        'Query.pledges',
        'Pledge.status',
        'PageInfo.endCursor',
        'CallEdge.node',
      ]),
    )
    for (const coordinate of passedOver) {
      expect(() => {
        refusePassedOverResolvers(wrapped(passOn, [coordinate]))
      }, coordinate).toThrow(`The read planner answers ${coordinate}, and the resolver there`)
    }
  })

  test('also where it is served', () => {
    const wrappedByPlugin = wrapped(passOn, ['Pledge.status'])
    expect(() => openGateway(database, wrappedByPlugin)).toThrow('Pledge.status')
  })
})

test('a schema may have other resolvers where they always run', () => {
  const coordinates = ['Query.viewer', 'Viewer.email', 'Query.node', 'Pledge.signatureUrl']
  const copy = wrapped(passOn, [...coordinates, 'Mutation.createPledge', 'Subscription.changes'])
  expect(() => {
    refusePassedOverResolvers(copy)
  }).not.toThrow()
})
