import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { calls } from '../src/call/table.ts'
import type { Database } from '../src/db/database.ts'
import { personOrganizations, persons } from '../src/person/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { openTestDatabase } from './support/database.ts'
import { insertCall, insertOrganization, insertPerson, insertPledge } from './support/records.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

test('the organizations that recruited a person are kept with them, later ones too', async () => {
  const { uuid: personUuid } = await insertPerson(database)
  const first = await insertOrganization(database)
  const second = await insertOrganization(database)
  expect(await keptOf(personUuid)).toEqual([])
  const { uuid } = await insertPledge(database, {
    personUuid,
    recruitingOrganizationUuid: first.uuid,
  })
  expect(await keptOf(personUuid)).toEqual([first.uuid])
  await database.drizzle
    .update(pledges)
    .set({ recruitingOrganizationUuid: second.uuid })
    .where(eq(pledges.uuid, uuid))
  expect(await keptOf(personUuid)).toEqual(expect.arrayContaining([second.uuid]))
})

test('the organizations that call a person are kept with them, later ones too', async () => {
  const { uuid: personUuid } = await insertPerson(database)
  const first = await insertOrganization(database)
  const second = await insertOrganization(database)
  const { uuid } = await insertCall(database, { personUuid, organizationUuid: first.uuid })
  expect(await keptOf(personUuid)).toEqual([first.uuid])
  await database.drizzle
    .update(calls)
    .set({ organizationUuid: second.uuid })
    .where(eq(calls.uuid, uuid))
  expect(await keptOf(personUuid)).toEqual(expect.arrayContaining([second.uuid]))
})

test('they are kept in the order of their persons, also when a person turns out to be older', async () => {
  const { uuid: personUuid } = await insertPerson(database)
  await insertPledge(database, { personUuid })
  const createdAt = new Date('2019-04-01T08:00:00.000Z')
  await database.drizzle.update(persons).set({ createdAt }).where(eq(persons.uuid, personUuid))
  const [row] = await database.drizzle
    .select()
    .from(personOrganizations)
    .where(eq(personOrganizations.personUuid, personUuid))
  expect(row?.personCreatedAt).toEqual(createdAt)
})

async function keptOf(personUuid: string): Promise<string[]> {
  const rows = await database.drizzle
    .select()
    .from(personOrganizations)
    .where(eq(personOrganizations.personUuid, personUuid))
  return rows.map(({ organizationUuid }) => organizationUuid)
}
