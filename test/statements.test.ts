import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type DocumentNode, execute, Kind, parse, validate } from 'graphql'
import { format } from 'sql-formatter'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import type { Statement } from '../src/db/reads.ts'
import { encodeGlobalId } from '../src/read/global-id.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { insertCall, insertPledge, type Pledge } from './support/records.ts'

const FOLDER = fileURLToPath(new URL('operations', import.meta.url))

const OPERATIONS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => file.replace(/\.graphql$/, ''))

interface Read {
  readonly statement: Statement
  readonly values: readonly (string | null)[]
}

let database: Database
let pledge: Pledge
let reads: Read[]

beforeAll(async () => {
  const opened = await openTestDatabase()
  pledge = await insertPledge(opened)
  await insertCall(opened, { personUuid: pledge.personUuid, pledgeUuid: pledge.uuid })
  database = {
    ...opened,
    read(statement, values) {
      reads.push({ statement, values })
      return opened.read(statement, values)
    },
  }
})

afterAll(() => database.close())

function documentOf(operation: string): DocumentNode {
  const document = parse(readFileSync(`${FOLDER}/${operation}.graphql`, 'utf8'))
  expect(validate(schema, document)).toEqual([])
  return document
}

function actorOf(organizations: Actor['organizations']): Actor {
  return { email: 'reader@charity.example', permissions: new Set(PERMISSIONS), organizations }
}

/** Runs an operation and answers the statements that it caused. */
async function run(document: DocumentNode, actor: Actor, more = {}): Promise<Read[]> {
  reads = []
  const variableValues = {
    first: 20,
    uuid: pledge.uuid,
    ids: [encodeGlobalId('Pledge', pledge.uuid), encodeGlobalId('Call', randomUUID())],
    owners: [pledge.owningOrganizationUuid],
    updatedAfter: '2026-01-01T00:00:00Z',
    ...more,
  }
  const contextValue = { actor, database, now: new Date() }
  const { errors } = await execute({ schema, document, variableValues, contextValue })
  expect(errors).toBeUndefined()
  return reads
}

const texts = (found: readonly Read[]) => found.map(({ statement }) => statement.text)

describe.each(OPERATIONS)('the operation %s', (operation) => {
  const scopes = { all: 'all', scoped: [randomUUID()] } as const

  test.each(['all', 'scoped'] as const)('reads by the committed statement (%s)', async (kind) => {
    const document = documentOf(operation)
    const found = await run(document, actorOf(scopes[kind]))
    const sql = texts(found)
      .map((text) => format(text, { language: 'postgresql', expressionWidth: 80 }))
      .join(';\n\n')
    await expect(`${sql};\n`).toMatchFileSnapshot(`${FOLDER}/${operation}.${kind}.sql`)
  })

  test('is one statement for each root field that reads records', async () => {
    const [definition] = documentOf(operation).definitions
    const rootFields =
      definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections.length : 0
    const found = await run(documentOf(operation), actorOf(scopes.scoped))
    expect(found).toHaveLength(rootFields)
  })

  test('has the same text for other organizations and other values, which are only bound', async () => {
    const document = documentOf(operation)
    const one = await run(document, actorOf([pledge.owningOrganizationUuid]))
    const other = await run(document, actorOf([randomUUID(), randomUUID()]), {
      first: 99,
      uuid: randomUUID(),
      ids: [encodeGlobalId('Call', randomUUID()), encodeGlobalId('Pledge', randomUUID())],
      owners: [randomUUID(), randomUUID()],
      updatedAfter: '2020-02-02T00:00:00Z',
    })
    expect(texts(other)).toEqual(texts(one))
    expect(other.map(({ values }) => values)).not.toEqual(one.map(({ values }) => values))
  })

  test('is prepared when it comes again and again', async () => {
    const document = documentOf(operation)
    const actor = actorOf(scopes.scoped)
    for (const isPrepared of [false, false, true]) {
      const found = await run(document, actor)
      expect(found.map(({ statement }) => statement.isPrepared)).not.toContain(!isPrepared)
    }
  })
})

describe('a statement', () => {
  test('reads the columns that are selected, and no others', async () => {
    const [found] = await run(parse('{ pledges { nodes { status } } }'), actorOf('all'))
    expect(found?.statement.text).toContain('"status"')
    expect(found?.statement.text).not.toMatch(/donation_amount|person_uuid|transactions|\*/)
  })

  test('counts only where the count is selected', async () => {
    const [without] = await run(parse('{ calls { nodes { uuid } } }'), actorOf('all'))
    const [with_] = await run(parse('{ calls { totalCount } }'), actorOf('all'))
    expect(without?.statement.text).not.toContain('count(*)')
    expect(with_?.statement.text).toContain('count(*)')
  })

  test('is one even where a relation is selected twice with other arguments', async () => {
    const found = await run(
      parse(
        '{ pledges { nodes { one: calls(first: 1) { nodes { uuid } } two: calls(first: 2, filter: { status: [EXPIRED] }) { totalCount } } } }',
      ),
      actorOf('all'),
    )
    expect(found).toHaveLength(1)
  })

  test('leaves out what a directive leaves out', async () => {
    const document = parse(
      'query ($persons: Boolean!) { pledges { nodes { uuid person @include(if: $persons) { lastName } } } }',
    )
    const [without] = await run(document, actorOf('all'), { persons: false })
    const [with_] = await run(document, actorOf('all'), { persons: true })
    expect(without?.statement.text).not.toContain('persons')
    expect(with_?.statement.text).toContain('persons')
  })

  test('is not read where a permission is missing', async () => {
    const document = parse('{ pledges { nodes { uuid } } }')
    reads = []
    const actor = { ...actorOf('all'), permissions: new Set<never>() }
    const answer = await execute({
      schema,
      document,
      contextValue: { actor, database, now: new Date() },
    })
    expect(answer.errors?.[0]?.extensions['code']).toBe('FORBIDDEN')
    expect(reads).toEqual([])
  })
})
