import { randomUUID } from 'node:crypto'
import { getNamedType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { encodeCursor } from '../src/read/cursor.ts'
import { schema } from '../src/schema.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import {
  type Foreign,
  FOREIGN,
  FOREIGN_MAX_CALL_ATTEMPTS,
  insertForeign,
  NAMED,
  withoutForeign,
} from './support/foreign.ts'
import { fullSelection } from './support/full-selection.ts'
import { LISTS } from './support/lists.ts'
import { RECORDED_AT } from './support/records.ts'
import { insertWorld, loadWorld } from './support/world.ts'

/** Two databases that differ in nothing but what the account may not see. */
let database: Database
let innocent: Database
let records: Foreign
let actor: Actor

beforeAll(async () => {
  database = await openTestDatabase()
  records = await insertForeign(database)
  innocent = await openTestDatabase()
  await insertWorld(innocent, withoutForeign(await loadWorld(database), records))
  actor = { ...EVERYTHING, organizations: [records.visible.ours] }
})
afterAll(async () => {
  await database.close()
  await innocent.close()
})

const query = schema.getQueryType()!.getFields()
const NODE_TYPES = schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => name)
const LOOKUPS = ['pledge', 'call', 'person', 'organization', 'transaction']

describe('what is out of scope is as if it did not exist', () => {
  test.each([...LISTS.filter(({ parent }) => parent === undefined), { name: 'changes' }])(
    'in $name, whatever is selected in it',
    async ({ name }) => {
      const selection = fullSelection(getNamedType(query[name]!.type), 6)
      await expectNoTrace(`{ ${name} ${selection} }`)
      await expectNoTrace(`{ ${name}(last: 100) ${selection} }`)
    },
  )

  test.each(LOOKUPS)('in look-ups by %s, whosever record it is', async (name) => {
    const selection = fullSelection(getNamedType(query[name]!.type), 2)
    for (const uuid of [...everyUuid(), randomUUID()]) {
      await expectNoTrace(`{ ${name}(uuid: "${uuid}") ${selection} }`)
    }
    for (const uuid of foreignUuids()) {
      expect(await answerFor(`{ ${name}(uuid: "${uuid}") ${selection} }`)).toEqual({
        data: { [name]: null },
      })
    }
  })

  test.each(NODE_TYPES)('in `node` and `nodes` of the type %s', async (typename) => {
    const selection = fullSelection(schema.getType('Node')!, 2)
    const idOf = (uuid: string) => btoa(`${typename}:${uuid}`)
    for (const uuid of everyUuid()) {
      await expectNoTrace(`{ node(id: "${idOf(uuid)}") ${selection} }`)
    }
    const ids = JSON.stringify([...everyUuid(), ...everyUuid()].map(idOf))
    await expectNoTrace(`{ nodes(ids: ${ids}) ${selection} }`)
    const foreign = foreignUuids().map(idOf)
    expect(await answerFor(`{ nodes(ids: ${JSON.stringify(foreign)}) { id } }`)).toEqual({
      data: { nodes: foreign.map(() => null) },
    })
  })

  test('under whatever filter', async () => {
    const { foreign, visible } = records
    const text = (what: string) => JSON.stringify(`${FOREIGN} ${what}`)
    const organizations = JSON.stringify([...foreign.organizations, visible.theirs])
    const pledgeFilters = [
      ...foreign.persons.map((uuid) => `personUuid: "${uuid}"`),
      `personUuid: "${visible.sharedDonor}"`,
      `owningOrganizationUuid: ${organizations}`,
      `recruitingOrganizationUuid: ${organizations}`,
      'hasIdealQrTransaction: true',
      'status: [ACTIVE]',
      'releasedAfter: "2020-01-01T00:00:00Z"',
      `externalSource: { name: ${text('source')} }`,
      `externalSource: { name: ${text('source')}, id: ${text(`id ${visible.sharedDonor}`)} }`,
    ]
    const callFilters = [
      ...foreign.persons.map((uuid) => `personUuid: "${uuid}"`),
      ...foreign.pledges.map((uuid) => `pledgeUuid: "${uuid}"`),
      `personUuid: "${visible.sharedDonor}"`,
      `organizationUuid: ${organizations}`,
      'external: true',
      `externalApplicationName: ${text('application')}`,
      `externalReferenceId: ${text(`reference ${visible.sharedDonor}`)}`,
    ]
    for (const filter of pledgeFilters) {
      await expectNoTrace(`{ pledges(filter: { ${filter} }) { totalCount nodes { uuid } } }`)
      await expectNoTrace(`{ persons { nodes { pledges(filter: { ${filter} }) { totalCount } } } }`)
    }
    for (const filter of callFilters) {
      await expectNoTrace(`{ calls(filter: { ${filter} }) { totalCount nodes { uuid } } }`)
      await expectNoTrace(
        `{ persons { nodes { calls(filter: { ${filter} }) { totalCount } pledges { nodes { calls(filter: { ${filter} }) { totalCount } } } } } }`,
      )
    }
    const persons = `persons(filter: { owningOrganizationUuid: ${organizations} })`
    await expectNoTrace(`{ ${persons} { totalCount nodes { lastName } } }`)
  })

  test('on either side of a cursor of a foreign record', async () => {
    const page = 'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'
    for (const { name, coordinate, parent, orders, rows } of LISTS) {
      for (const [field, direction] of orders) {
        const orderBy =
          orders.length > 1 ? `, orderBy: { field: ${field}, direction: ${direction} }` : ''
        for (const uuid of records.foreign[rows]) {
          const position = { at: RECORDED_AT.toISOString(), uuid }
          const cursor = encodeCursor(`${coordinate} ${field} ${direction}`, position)
          for (const args of [`first: 1, after: "${cursor}"`, `last: 1, before: "${cursor}"`]) {
            const list = `${name}(${args}${orderBy}) { ${page} nodes { uuid } }`
            await expectNoTrace(parent ? `{ ${parent}s { nodes { ${list} } } }` : `{ ${list} }`)
          }
        }
      }
    }
  })

  test('from an empty scope, where there is nothing at all', async () => {
    const nobody = { ...EVERYTHING, organizations: [] }
    for (const { name } of LISTS.filter(({ parent }) => parent === undefined)) {
      const selection = '{ totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } }'
      const answer = await createGateway({ database, actor: nobody }).execute(
        `{ ${name} ${selection} }`,
      )
      const pageInfo = { hasNextPage: false, hasPreviousPage: false }
      expect(answer).toEqual({ data: { [name]: { totalCount: 0, nodes: [], pageInfo } } })
    }
  })
})

describe('whoever a visible record names', () => {
  const organization = 'uuid name maxCallAttempts'

  test('is shown there, by name', async () => {
    const { visible } = records
    const { data } = await answerFor(`{
      ours: pledge(uuid: "${visible.ownPledge}") {
        owningOrganization { name maxCallAttempts } recruitingOrganization { ${organization} }
        recruiter { uuid name }
        calls { nodes { organization { ${organization} } requestedBy { name } attempts { attemptedBy { name } } } }
      }
      shared: pledge(uuid: "${visible.sharedPledge}") {
        owningOrganization { ${organization} } recruiter { name } focusAreas { uuid name }
        person { lastName owningOrganization { ${organization} } }
      }
    }`)
    const theirs = { uuid: visible.theirs, name: `${NAMED} charity`, maxCallAttempts: null }
    const named = { name: `${NAMED} user` }
    expect(data).toEqual({
      ours: {
        owningOrganization: { name: 'ours', maxCallAttempts: 5 },
        recruitingOrganization: theirs,
        recruiter: { uuid: visible.named, ...named },
        calls: {
          nodes: [{ organization: theirs, requestedBy: named, attempts: [{ attemptedBy: named }] }],
        },
      },
      shared: {
        owningOrganization: theirs,
        recruiter: { name: `${NAMED} user of none` },
        focusAreas: [{ uuid: visible.cause, name: `${NAMED} cause` }],
        person: { lastName: 'shared donor', owningOrganization: theirs },
      },
    })
  })

  test('is not found by it', async () => {
    const { theirs, named, free, cause, ours } = records.visible
    const ids = [`Organization:${theirs}`, `User:${named}`, `User:${free}`, `FocusArea:${cause}`]
    const { data } = await answerFor(`{
      nodes(ids: ${JSON.stringify(ids.map(btoa))}) { id }
      organization(uuid: "${theirs}") { name }
      organizations { totalCount nodes { uuid maxCallAttempts } }
      viewer { organizations { uuid } }
    }`)
    expect(data).toEqual({
      nodes: [null, null, null, null],
      organization: null,
      organizations: { totalCount: 1, nodes: [{ uuid: ours, maxCallAttempts: 5 }] },
      viewer: { organizations: [{ uuid: ours }] },
    })
  })
})

test('what an organization in scope owns, recruited or performs is seen, and the persons it is about', async () => {
  const { own, sharedDonor, called, ownPledge, sharedPledge, call, ownCall, callAboutHidden } =
    records.visible
  const { data } = await answerFor(`{
    persons { nodes { uuid } } pledges { nodes { uuid transactions { totalCount } } } calls { nodes { uuid } }
  }`)
  const uuidsOf = (list: string) =>
    data[list].nodes.map(({ uuid }: { uuid: string }) => uuid).sort()
  expect(uuidsOf('persons')).toEqual([own, sharedDonor, called].sort())
  expect(uuidsOf('pledges')).toEqual([ownPledge, sharedPledge].sort())
  expect(uuidsOf('calls')).toEqual([call, ownCall, callAboutHidden].sort())
  expect(data.pledges.nodes).toContainEqual({ uuid: sharedPledge, transactions: { totalCount: 1 } })
})

test('a related record out of scope reads as null, and its connection as empty', async () => {
  const { callAboutHidden, sharedDonor, sharedPledge } = records.visible
  const { data } = await answerFor(`{
    call(uuid: "${callAboutHidden}") { pledge { uuid } person { lastName } }
    person(uuid: "${sharedDonor}") {
      pledges { totalCount nodes { uuid } }
      calls { totalCount nodes { uuid } }
    }
  }`)
  expect(data).toEqual({
    call: { pledge: null, person: { lastName: 'shared donor' } },
    person: {
      pledges: { totalCount: 1, nodes: [{ uuid: sharedPledge }] },
      calls: { totalCount: 1, nodes: [{ uuid: callAboutHidden }] },
    },
  })
})

test('whoever has all organizations is shown what the others may not see', async () => {
  const { pledges, calls, persons, transactions, organizations, users, focusAreas } =
    records.foreign
  const ids = [
    ...pledges.map((uuid) => btoa(`Pledge:${uuid}`)),
    ...calls.map((uuid) => btoa(`Call:${uuid}`)),
    ...persons.map((uuid) => btoa(`Person:${uuid}`)),
    ...transactions.map((uuid) => btoa(`Transaction:${uuid}`)),
    ...organizations.map((uuid) => btoa(`Organization:${uuid}`)),
    ...users.map((uuid) => btoa(`User:${uuid}`)),
    ...focusAreas.map((uuid) => btoa(`FocusArea:${uuid}`)),
  ]
  const { data } = await createGateway({ database }).execute(
    `{ nodes(ids: ${JSON.stringify(ids)}) { id } pledges { nodes { originMetadata } } }`,
  )
  expect(data.nodes).toEqual(ids.map((id) => ({ id })))
  expect(JSON.stringify(data.pledges)).toContain(FOREIGN)
})

function answerFor(source: string) {
  return createGateway({ database, actor }).execute(source)
}

/** The account is answered what it would be if the foreign records were not there at all. */
async function expectNoTrace(source: string) {
  const answer = await answerFor(source)
  expect(answer.errors).toBeUndefined()
  const text = JSON.stringify(answer)
  const limit = `axCallAttempts":${String(FOREIGN_MAX_CALL_ATTEMPTS)}`
  for (const trace of [FOREIGN, limit, ...foreignUuids()]) {
    expect(text).not.toContain(trace)
  }
  expect(answer).toEqual(await createGateway({ database: innocent, actor }).execute(source))
}

function foreignUuids(): string[] {
  return Object.values(records.foreign).flat()
}

function everyUuid(): string[] {
  return [...foreignUuids(), ...Object.values(records.visible)]
}
