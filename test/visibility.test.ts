import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { pledgeFocusAreas } from '../src/pledge/table.ts'
import { encodeGlobalId } from '../src/read/global-id.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway } from './support/execution.ts'
import {
  type Call,
  insertAttempt,
  insertCall,
  insertFocusArea,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
  insertUser,
  type Organization,
  type Person,
  type Pledge,
} from './support/records.ts'

/** Stands in every text that an account with our organization alone must never read. */
const SECRET = 'SECRET'

let database: Database
let ours: Organization
let named: Organization
let theirs: Organization
/** Of ours, recruited by the named organization, by a user of theirs, for a focus area. */
let ourPledge: Pledge
/** Theirs, with everything that hangs on them. */
let theirPledge: Pledge
let theirCall: Call
/** Theirs, but called by us, about their pledge. */
let sharedPerson: Person
let sharedPledge: Pledge
let sharedCall: Call
let theirIds: Record<string, string>

beforeAll(async () => {
  database = await openTestDatabase()
  ours = await insertOrganization(database, { name: 'Ours' })
  named = await insertOrganization(database, { name: 'Named', maxCallAttempts: 7 })
  theirs = await insertOrganization(database, { name: `${SECRET} organization` })

  const recruiter = await insertUser(database, { name: 'Named user', organizationUuid: named.uuid })
  const ourPerson = await insertPerson(database, { owningOrganizationUuid: ours.uuid })
  ourPledge = await insertPledge(database, {
    personUuid: ourPerson.uuid,
    recruitingOrganizationUuid: named.uuid,
    recruiterUuid: recruiter.uuid,
  })
  await insertTransaction(database, { pledgeUuid: ourPledge.uuid })
  const ourCall = await insertCall(database, {
    pledgeUuid: ourPledge.uuid,
    personUuid: ourPerson.uuid,
    organizationUuid: named.uuid,
  })
  await insertAttempt(database, { callUuid: ourCall.uuid, attemptedByUuid: recruiter.uuid })
  const ourFocusArea = await insertFocusArea(database, { organizationUuid: ours.uuid })
  await database.drizzle
    .insert(pledgeFocusAreas)
    .values({ pledgeUuid: ourPledge.uuid, focusAreaUuid: ourFocusArea.uuid })

  const theirUser = await insertUser(database, {
    name: `${SECRET} user`,
    organizationUuid: theirs.uuid,
  })
  const theirPerson = await insertPerson(database, {
    owningOrganizationUuid: theirs.uuid,
    lastName: `${SECRET} person`,
  })
  const secretPledge = {
    recruitingLocationLabel: `${SECRET} place`,
    recruiterUuid: theirUser.uuid,
    originMetadata: { note: SECRET },
  }
  theirPledge = await insertPledge(database, { personUuid: theirPerson.uuid, ...secretPledge })
  theirCall = await insertCall(database, {
    personUuid: theirPerson.uuid,
    pledgeUuid: theirPledge.uuid,
    notes: `${SECRET} notes`,
    requestedByUuid: theirUser.uuid,
  })
  const theirTransaction = await insertTransaction(database, { pledgeUuid: theirPledge.uuid })
  const theirFocusArea = await insertFocusArea(database, {
    organizationUuid: theirs.uuid,
    name: `${SECRET} focus area`,
  })

  sharedPerson = await insertPerson(database, {
    owningOrganizationUuid: named.uuid,
    lastName: 'Shared person',
  })
  sharedPledge = await insertPledge(database, { personUuid: sharedPerson.uuid, ...secretPledge })
  sharedCall = await insertCall(database, {
    personUuid: sharedPerson.uuid,
    pledgeUuid: sharedPledge.uuid,
    organizationUuid: ours.uuid,
  })
  await insertCall(database, { personUuid: sharedPerson.uuid, notes: `${SECRET} other call` })
  theirIds = {
    Pledge: theirPledge.uuid,
    Call: theirCall.uuid,
    Person: theirPerson.uuid,
    Organization: theirs.uuid,
    User: theirUser.uuid,
    FocusArea: theirFocusArea.uuid,
    Transaction: theirTransaction.uuid,
  }
})

afterAll(() => database.close())

function actorOf(organizations: Actor['organizations']): Actor {
  return { email: 'reader@charity.example', permissions: new Set(PERMISSIONS), organizations }
}

const asUs = () => createGateway({ database, actor: actorOf([ours.uuid]) })

const PERSON = 'id uuid firstName lastName email phoneNumber owningOrganization { id name }'
const USER = 'id uuid name'
const CALL = `id uuid result notes requestedBy { ${USER} } completedBy { ${USER} } attempts { attemptedBy { ${USER} } } attemptCount attemptsLeft organization { name } externalMetadata { applicationName }`
const PLEDGE = `id uuid recruitingLocationLabel originMetadata externalProperties recruiter { ${USER} } owningOrganization { name } recruitingOrganization { name } focusAreas { name } externalSource { name }`

/** Everything that can be reached from anywhere, some rounds deep. */
const CRAWL = `{
  viewer { email organizations { name } }
  organizations { totalCount nodes { id uuid name maxCallAttempts } }
  pledges { totalCount nodes { ${PLEDGE}
    person { ${PERSON} pledges { totalCount nodes { ${PLEDGE} calls { nodes { ${CALL} } } } } calls { totalCount nodes { ${CALL} pledge { ${PLEDGE} } } } }
    transactions { totalCount nodes { uuid pledge { ${PLEDGE} } } }
    calls { totalCount nodes { ${CALL} person { ${PERSON} } pledge { ${PLEDGE} } } }
  } }
  calls { totalCount nodes { ${CALL}
    pledge { ${PLEDGE} transactions { nodes { uuid } } }
    person { ${PERSON} pledges { totalCount nodes { ${PLEDGE} } } calls { totalCount nodes { ${CALL} } } }
  } }
  persons { totalCount nodes { ${PERSON}
    pledges { totalCount nodes { ${PLEDGE} } }
    calls { totalCount nodes { ${CALL} pledge { ${PLEDGE} } } }
  } }
}`

describe('what is out of scope', () => {
  test('is reached by no path', async () => {
    const { errors, data } = await asUs().execute(CRAWL)
    expect(errors).toBeUndefined()
    expect(JSON.stringify(data)).not.toContain(SECRET)
    expect(data.organizations.nodes).toMatchObject([{ name: 'Ours' }])
    expect(data.pledges).toMatchObject({ totalCount: 1, nodes: [{ uuid: ourPledge.uuid }] })
    expect(data.calls.totalCount).toBe(2)
    expect(data.persons.totalCount).toBe(2)
  })

  test('is there for who has all organizations, so that the crawl would find it', async () => {
    const { errors, data } = await createGateway({ database }).execute(CRAWL)
    expect(errors).toBeUndefined()
    expect(JSON.stringify(data)).toContain(SECRET)
  })

  test.each(['Pledge', 'Call', 'Person', 'Organization', 'User', 'FocusArea', 'Transaction'])(
    'answers as if it did not exist: a %s by its id',
    async (type) => {
      const query = 'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }'
      const theirId = encodeGlobalId(type, theirIds[type]!)
      expect(await asUs().execute(query, { id: theirId })).toEqual(
        await asUs().execute(query, { id: encodeGlobalId(type, randomUUID()) }),
      )
      const found = await createGateway({ database }).execute(query, { id: theirId })
      expect(found.data.node).toEqual({ id: theirId })
    },
  )

  test.each(['pledge', 'call', 'person', 'organization', 'transaction'])(
    'answers as if it did not exist: a %s by its UUID',
    async (field) => {
      const query = `query ($uuid: UUID!) { ${field}(uuid: $uuid) { uuid } }`
      const uuid = theirIds[field.charAt(0).toUpperCase() + field.slice(1)]!
      expect(await asUs().execute(query, { uuid })).toEqual({ data: { [field]: null } })
      const found = await createGateway({ database }).execute(query, { uuid })
      expect(found.data[field]).toEqual({ uuid })
    },
  )

  test('a call that we perform shows no pledge that we do not see', async () => {
    const query = 'query ($uuid: UUID!) { call(uuid: $uuid) { uuid pledge { uuid } } }'
    const { data } = await asUs().execute(query, { uuid: sharedCall.uuid })
    expect(data.call).toEqual({ uuid: sharedCall.uuid, pledge: null })
  })

  test('a person whom we call shows no pledges and no other calls', async () => {
    const { data } = await asUs().execute(
      `query ($uuid: UUID!) { person(uuid: $uuid) { lastName
        pledges { totalCount nodes { uuid } pageInfo { hasNextPage } }
        calls { totalCount nodes { uuid } } } }`,
      { uuid: sharedPerson.uuid },
    )
    expect(data.person).toEqual({
      lastName: 'Shared person',
      pledges: { totalCount: 0, nodes: [], pageInfo: { hasNextPage: false } },
      calls: { totalCount: 1, nodes: [{ uuid: sharedCall.uuid }] },
    })
  })

  test('a filter that names it matches nothing', async () => {
    const none = { totalCount: 0, nodes: [] }
    const { data } = await asUs().execute(
      `query ($pledge: UUID!, $person: UUID!, $organization: UUID!) {
        byPledge: calls(filter: { pledgeUuid: $pledge }) { totalCount nodes { uuid } }
        byPerson: pledges(filter: { personUuid: $person }) { totalCount nodes { uuid } }
        callsOfPerson: calls(filter: { personUuid: $person }) { totalCount nodes { uuid } }
        byOwner: pledges(filter: { owningOrganizationUuid: [$organization] }) { totalCount nodes { uuid } }
        personsByOwner: persons(filter: { owningOrganizationUuid: [$organization] }) { totalCount nodes { uuid } }
      }`,
      {
        pledge: sharedPledge.uuid,
        person: theirIds['Person'],
        organization: theirs.uuid,
      },
    )
    expect(data).toEqual({
      byPledge: none,
      byPerson: none,
      callsOfPerson: none,
      byOwner: none,
      personsByOwner: none,
    })
  })

  test('everything is, where the scope is empty', async () => {
    const nobody = createGateway({ database, actor: actorOf([]) })
    const { data } = await nobody.execute(
      '{ viewer { organizations { uuid } } pledges { totalCount nodes { uuid } } calls { totalCount } persons { totalCount nodes { uuid } } organizations { totalCount } }',
    )
    expect(data).toEqual({
      viewer: { organizations: [] },
      pledges: { totalCount: 0, nodes: [] },
      calls: { totalCount: 0 },
      persons: { totalCount: 0, nodes: [] },
      organizations: { totalCount: 0 },
    })
  })
})

describe('what a visible record names', () => {
  test('shows its name there, and an organization nothing more', async () => {
    const { data } = await asUs().execute(
      'query ($uuid: UUID!) { pledge(uuid: $uuid) { recruiter { name } focusAreas { name } owningOrganization { name maxCallAttempts } recruitingOrganization { name maxCallAttempts } } }',
      { uuid: ourPledge.uuid },
    )
    expect(data.pledge).toEqual({
      recruiter: { name: 'Named user' },
      focusAreas: [{ name: 'Drinkwater' }],
      owningOrganization: { name: 'Ours', maxCallAttempts: 5 },
      recruitingOrganization: { name: 'Named', maxCallAttempts: null },
    })
  })

  test('is found in that place only', async () => {
    const { data } = await asUs().execute(
      'query ($uuid: UUID!, $id: ID!) { organization(uuid: $uuid) { name } node(id: $id) { id } }',
      { uuid: named.uuid, id: encodeGlobalId('Organization', named.uuid) },
    )
    expect(data).toEqual({ organization: null, node: null })
  })
})
