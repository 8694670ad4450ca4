import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { act } from '../src/act/run.ts'
import { type Actor, type Permission, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { recordChanges } from '../src/feed/recording.ts'
import { persons } from '../src/person/table.ts'
import { recordAct, whole } from './support/changes.ts'
import { isOnPostgres, openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { createMoment } from './support/moment.ts'
import {
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  type Person,
} from './support/records.ts'

let database: Database
let person: Person
let other: string

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  person = await insertPerson(database)
  other = (await insertOrganization(database)).uuid
})

const record = (actor: string) => recordAct(database, { personUuid: person.uuid, actor })

async function ask(source: string, fields: Partial<Actor> = {}) {
  const actor = { ...EVERYTHING, ...fields }
  return await createGateway({ database, actor }).execute(source)
}

/** The actors of the changes that an account of one organization finds in the feed, in order. */
async function actorsSeenBy(organization: string): Promise<string[]> {
  const { data } = await ask('{ changes(first: 100) { totalCount nodes { actor } } }', {
    organizations: [organization],
  })
  expect(data.changes.totalCount).toBe(data.changes.nodes.length)
  return data.changes.nodes.map(({ actor }: { actor: string }) => actor)
}

const recruit = () =>
  insertPledge(database, { personUuid: person.uuid, recruitingOrganizationUuid: other })
const call = () => insertCall(database, { personUuid: person.uuid, organizationUuid: other })

describe('a change of a person', () => {
  test('tells to whom it happened, in the feed and in their own history', async () => {
    const pledge = await insertPledge(database, { personUuid: person.uuid })
    await record('one')
    await recordAct(database, { pledgeUuid: pledge.uuid, actor: 'of the pledge' })
    await record('two')
    const { data, errors } = await ask(
      `{ changes(last: 1) { nodes { kind person { uuid lastName } pledge { uuid } call { uuid } } }
         person(uuid: "${person.uuid}") { changes { totalCount nodes { actor person { uuid } } } }
         of: changes(filter: { personUuid: "${person.uuid}" }) { totalCount nodes { actor } } }`,
    )
    expect(errors).toBeUndefined()
    expect(data.changes.nodes).toEqual([
      {
        kind: 'PERSON_UPDATED',
        person: { uuid: person.uuid, lastName: 'Jansen' },
        pledge: null,
        call: null,
      },
    ])
    const { uuid } = person
    expect(data.person.changes).toEqual({
      totalCount: 2,
      nodes: [
        { actor: 'one', person: { uuid } },
        { actor: 'two', person: { uuid } },
      ],
    })
    expect(data.of).toEqual({ totalCount: 2, nodes: [{ actor: 'one' }, { actor: 'two' }] })
  })

  test('needs PERSONS_READ, and that alone is enough for the feed', async () => {
    const pledge = await insertPledge(database, { personUuid: person.uuid })
    await recordAct(database, { pledgeUuid: pledge.uuid, actor: 'of the pledge' })
    await record('of the person')
    const seenWith = async (permissions: readonly Permission[]) => {
      const { data, errors } = await ask('{ changes(last: 100) { nodes { kind actor } } }', {
        permissions: new Set(permissions),
        organizations: [person.owningOrganizationUuid],
      })
      expect(errors).toBeUndefined()
      return data.changes.nodes.map(({ actor }: { actor: string }) => actor)
    }
    expect(await seenWith(['PERSONS_READ'])).toEqual(['of the person'])
    const others = PERMISSIONS.filter((permission) => permission !== 'PERSONS_READ')
    expect(await seenWith(others)).toEqual(['of the pledge'])
  })
})

describe('it is seen by whoever sees the person', () => {
  test('by the owner', async () => {
    await record('one')
    expect(await actorsSeenBy(person.owningOrganizationUuid)).toEqual(['one'])
    expect(await actorsSeenBy(other)).toEqual([])
  })

  test.each([
    { by: 'a pledge', bring: recruit },
    { by: 'a call', bring: call },
  ])('by whoever has $by with them, be it before the change or after it', async ({ bring }) => {
    await record('before')
    expect(await actorsSeenBy(other)).toEqual([])
    await bring()
    expect(await actorsSeenBy(other)).toEqual(['before'])
    await record('after')
    expect(await actorsSeenBy(other)).toEqual(['before', 'after'])
  })

  test('by the new owner, where they get another one', async () => {
    await record('before')
    await database.drizzle
      .update(persons)
      .set({ owningOrganizationUuid: other })
      .where(eq(persons.uuid, person.uuid))
    await record('after')
    expect(await actorsSeenBy(other)).toEqual(['before', 'after'])
    expect(await actorsSeenBy(person.owningOrganizationUuid)).toEqual([])
  })

  test('and by nobody else, also where the filter names the person', async () => {
    await record('one')
    const { data } = await ask(
      `{ changes(filter: { personUuid: "${person.uuid}" }) { totalCount nodes { actor } } }`,
      { organizations: [other] },
    )
    expect(data.changes).toEqual({ totalCount: 0, nodes: [] })
  })
})

describe.runIf(isOnPostgres())('while others write', () => {
  test.each([
    { by: 'a pledge', kind: 'PLEDGE_CREATED', bring: recruitIn },
    { by: 'a call', kind: 'CALL_CREATED', bring: callIn },
  ] as const)(
    'what is placed while $by comes is seen when it has come, and waits for nobody',
    async ({ kind, bring }) => {
      const isWritten = createMoment()
      const mayCommit = createMoment()
      const coming = act(database, async (transaction) => {
        const uuids = await bring({ ...database, drizzle: transaction })
        await recordChanges(transaction, { ...whole({ ...uuids, actor: 'comes' }), kind })
        isWritten.comes()
        await mayCommit.hasCome
      })
      await isWritten.hasCome
      await record('meanwhile')
      expect(await actorsSeenBy(person.owningOrganizationUuid)).toEqual(['meanwhile'])
      expect(await actorsSeenBy(other)).toEqual([])
      mayCommit.comes()
      await coming
      expect(await actorsSeenBy(other)).toEqual(['meanwhile', 'comes'])
    },
  )

  async function recruitIn(inTransaction: Database) {
    const { uuid: pledgeUuid } = await insertPledge(inTransaction, {
      personUuid: person.uuid,
      recruitingOrganizationUuid: other,
    })
    return { pledgeUuid }
  }

  async function callIn(inTransaction: Database) {
    const { uuid: callUuid } = await insertCall(inTransaction, {
      personUuid: person.uuid,
      organizationUuid: other,
    })
    return { callUuid }
  }
})
