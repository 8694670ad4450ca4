import { randomUUID } from 'node:crypto'
import {
  type ExecutionResult,
  getNamedType,
  type GraphQLInputObjectType,
  isInputObjectType,
  parse,
  subscribe,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { actsOn, baseInputs, foreignNames } from './support/crawl-act.ts'
import { type ScalarValues, scalarValues, valuesFor } from './support/crawl-values.ts'
import {
  type CrawledField,
  cursorsIn,
  fieldsWithArguments,
  operationsOf,
  ordersOf,
  unreachedTypes,
} from './support/crawl.ts'
import { openTestDatabase } from './support/database.ts'
import { createContext, createGateway, EVERYTHING } from './support/execution.ts'
import { type Foreign, FOREIGN, insertForeign, withoutForeign } from './support/foreign.ts'
import { insertWorld, loadWorld } from './support/world.ts'

/** Two databases that differ in nothing but what the account may not see, and one for acts. */
let database: Database
let innocent: Database
let acted: Database
let records: Foreign
let actedRecords: Foreign
let actor: Actor
let scalars: ScalarValues

const NODE_TYPES = schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => name)
const FIELDS = fieldsWithArguments(schema)
const MUTATIONS = Object.values(schema.getMutationType()!.getFields())

beforeAll(async () => {
  database = await openTestDatabase()
  records = await insertForeign(database)
  innocent = await openTestDatabase()
  const world = await loadWorld(database)
  await insertWorld(innocent, withoutForeign(world, records))
  acted = await openTestDatabase()
  actedRecords = await insertForeign(acted)
  actor = { ...EVERYTHING, organizations: [records.visible.ours] }
  // Whatever text a foreign row has, in whichever column it is, now or later.
  const texts = new Set(
    [...JSON.stringify(world).matchAll(/"([^"\\]*FOREIGN[^"\\]*)"/g)].map(([, text = '']) => text),
  )
  scalars = scalarValues(
    records,
    [...texts, FOREIGN.slice(0, 3), 'nothing of the kind'],
    NODE_TYPES,
  )
})
afterAll(async () => {
  await Promise.all([database, innocent, acted].map((each) => each.close()))
})

test('every type with fields that have arguments is reached by a query', () => {
  expect(unreachedTypes(schema, FIELDS)).toEqual([])
})

test.each(FIELDS)(
  '$coordinate tells nothing foreign, whatever its arguments are',
  async (field) => {
    for (const { about, source, variables } of operationsOf(field, scalars)) {
      await expectNoTrace(about, source, variables)
    }
  },
)

test.each(FIELDS)('$coordinate tells nothing foreign beside any cursor', async (field) => {
  for (const { about, source, variables } of ordersOf(field, scalars)) {
    // Cursors as whoever sees everything gets them: of foreign records too.
    const all = await createGateway({ database }).execute(source, { ...variables, first: 100 })
    expect(all.errors, about).toBeUndefined()
    const seen = cursorsIn(await createGateway({ database, actor }).execute(source, variables))
    for (const cursor of new Set(cursorsIn(all))) {
      // The feed refuses a cursor whose change is not there, as in the other database; nobody can guess one.
      if (isOfFeed(field) && !seen.includes(cursor)) continue
      await expectNoTrace(about, source, { ...variables, first: 1, after: cursor })
      await expectNoTrace(about, source, { ...variables, last: 1, before: cursor })
    }
  }
})

test.each(Object.values(schema.getSubscriptionType()!.getFields()))(
  'the subscription $name tells what the query of the same name does, whatever its arguments are',
  async ({ name, args }) => {
    const first = await createGateway({ database, actor }).execute(
      `{ ${name}(first: 1) { edges { cursor } } }`,
    )
    const [cursor] = cursorsIn(first)
    expect(cursor).toBeDefined()
    const others = args.filter((argument) => argument.name !== 'after')
    const attempts = others.flatMap((argument) =>
      valuesFor(argument.type, scalars, `Subscription.${name}(${argument.name})`).map((value) => ({
        argument,
        value,
      })),
    )
    for (const { argument, value } of attempts) {
      const given = `after: $after, ${argument.name}: $value`
      const declared = `($after: String, $value: ${String(argument.type)})`
      const variables = { after: cursor, value }
      const page = await createGateway({ database: innocent, actor }).execute(
        `query ${declared} { ${name}(${given}, first: 100) { edges { cursor node { id actor kind } } } }`,
        variables,
      )
      const expected = page.data[name].edges as unknown[]
      const source = `subscription ${declared} { ${name}(${given}) { cursor node { id actor kind } } }`
      expect(await heard(source, variables, name, expected.length)).toEqual(expected)
    }
  },
)

describe('an act tells of foreign records what it tells of those that there are not', () => {
  test.each(MUTATIONS)('$name', async ({ name, args }) => {
    const [input] = args
    const type = getNamedType(input!.type) as GraphQLInputObjectType
    const base = baseInputs(name, type, actedRecords)
    const told = async (value: object) => {
      const source = `mutation ($input: ${type.name}!) { act: ${name}(input: $input) ${actsOn(schema, name)} }`
      const gateway = createGateway({ database: acted, actor: ours() })
      return JSON.stringify(await gateway.execute(source, { input: value }))
    }
    const fields = Object.values(type.getFields())
    for (const field of fields.filter((each) => getNamedType(each.type).name === 'UUID')) {
      const shaped = (uuid: string) => (String(field.type).startsWith('[') ? [uuid] : uuid)
      // That a UUID is taken cannot be hidden from whoever chooses it; whose it is can.
      const isChosen = field.name === 'uuid'
      const uuids = isChosen ? takenBy(name) : foreignUuids(actedRecords)
      for (const uuid of uuids) {
        const unknown = randomUUID()
        const text = await told({ ...base(), [field.name]: shaped(uuid) })
        const asUnknown = await told({ ...base(), [field.name]: shaped(unknown) })
        expect(text, `${name}(${field.name})`).not.toContain(FOREIGN)
        if (isChosen) expect(text).toContain('"CONFLICT"')
        else {
          expect(text.replaceAll(uuid, 'UUID'), `${name}(${field.name})`).toBe(
            asUnknown.replaceAll(unknown, 'UUID'),
          )
        }
      }
    }
    for (const field of fields.filter((each) => isInputObjectType(getNamedType(each.type)))) {
      for (const value of foreignNames(`${type.name}.${field.name}`, field.type, actedRecords)) {
        const text = await told({ ...base(), [field.name]: value })
        for (const trace of [...foreignUuids(actedRecords), 'FOREIGN location', 'FOREIGN result']) {
          expect(text, `${name}(${field.name})`).not.toContain(trace)
        }
      }
    }
  })
})

function isOfFeed({ field }: CrawledField): boolean {
  return getNamedType(field.type).name === 'ChangeConnection'
}

function ours(): Actor {
  return { ...EVERYTHING, organizations: [actedRecords.visible.ours] }
}

/** The UUIDs of foreign records of the kind that a mutation creates. */
function takenBy(mutation: string): readonly string[] {
  const kind = `${mutation.replace(/^(create|record)/, '').toLowerCase()}s`
  const taken = (actedRecords.foreign as Record<string, readonly string[]>)[kind]
  if (!taken)
    throw new Error(`the crawl for leaks has no foreign ${kind}: add some to insertForeign`)
  return taken
}

function foreignUuids({ foreign }: Foreign): string[] {
  return Object.values(foreign).flat()
}

/** The account is answered what it would be if the foreign records were not there at all. */
async function expectNoTrace(about: string, source: string, variables: Record<string, unknown>) {
  const told = `${about}: ${source} ${JSON.stringify(variables)}`
  const answer = await createGateway({ database, actor }).execute(source, variables)
  const text = JSON.stringify(answer.data ?? null)
  for (const trace of [FOREIGN, ...foreignUuids(records)]) expect(text, told).not.toContain(trace)
  expect(answer, told).toEqual(
    await createGateway({ database: innocent, actor }).execute(source, variables),
  )
}

/** So many events of a subscription, as the account hears them. */
async function heard(source: string, variableValues: object, name: string, count: number) {
  const contextValue = createContext({ database, actor })
  const stream = await subscribe({
    schema,
    document: parse(source),
    variableValues: { ...variableValues },
    contextValue,
  })
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream))
  const events: unknown[] = []
  while (events.length < count) {
    const { value } = (await stream.next()) as { value: ExecutionResult }
    events.push(JSON.parse(JSON.stringify(value.data?.[name])))
  }
  await stream.return()
  contextValue.feed.close()
  return events
}
