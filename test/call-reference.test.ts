import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { loadEverything, refusedFields } from './support/act.ts'
import { type CallScene, createCall, insertCallScene, NOW, readCall } from './support/call.ts'
import { openTestDatabase } from './support/database.ts'
import {
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertUser,
} from './support/records.ts'

let database: Database
let scene: CallScene

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(async () => {
  scene = await insertCallScene(database)
})

afterAll(() => database.close())

describe('what a new call refers to', () => {
  test('is told at once where it is unknown, whose it is not, or out of scope', async () => {
    const stranger = await insertPerson(database)
    const strangersPledge = await insertPledge(database, { personUuid: stranger.uuid })
    const organizations = [scene.owner.uuid, scene.performer.uuid]
    const { uuid: foreignOrganization } = await insertOrganization(database)
    const { uuid: foreignUser } = await insertUser(database, {
      organizationUuid: foreignOrganization,
    })
    const before = await loadEverything(database)
    const refused = (by: { person: string; organization: string; pledge: string; user: string }) =>
      createCall(
        scene,
        {
          type: null,
          ...external(),
          personUuid: by.person,
          organizationUuid: by.organization,
          pledgeUuid: by.pledge,
          requestedByUuid: by.user,
          attempts: [
            { attemptedAt: NOW, attemptedByUuid: scene.agent.uuid },
            { attemptedAt: NOW, attemptedByUuid: by.user },
          ],
        },
        { organizations },
      )
    const unknown = await refused({
      person: randomUUID(),
      organization: randomUUID(),
      pledge: randomUUID(),
      user: randomUUID(),
    })
    expect(refusedFields(unknown)).toEqual([
      'personUuid',
      'organizationUuid',
      'pledgeUuid',
      'requestedByUuid',
      'attempts.1.attemptedByUuid',
    ])
    const foreign = await refused({
      person: stranger.uuid,
      organization: foreignOrganization,
      pledge: strangersPledge.uuid,
      user: foreignUser,
    })
    expect(foreign).toEqual(unknown)
    expect(await loadEverything(database)).toEqual(before)
  })

  test("is a pledge of that person's that the account sees", async () => {
    // The person is seen by a pledge that we recruited, and has another one that is none of ours.
    const donor = await insertPerson(database)
    const ours = await insertPledge(database, {
      personUuid: donor.uuid,
      recruitingOrganizationUuid: scene.performer.uuid,
    })
    const theirs = await insertPledge(database, { personUuid: donor.uuid })
    const organizations = [scene.performer.uuid]
    const about = (personUuid: string, pledgeUuid: string) =>
      createCall(scene, { personUuid, pledgeUuid }, { organizations })
    const unknown = await about(donor.uuid, randomUUID())
    expect(refusedFields(unknown)).toEqual(['pledgeUuid'])
    expect(await about(donor.uuid, theirs.uuid)).toEqual(unknown)
    expect((await about(donor.uuid, ours.uuid)).__typename).toBe('CreateCallPayload')
    const other = await insertPledge(database, { recruitingOrganizationUuid: scene.performer.uuid })
    const refused = await about(donor.uuid, other.uuid)
    expect(refused.issues).toEqual([
      { path: ['pledgeUuid'], message: "must be the UUID of one of the person's pledges" },
    ])
  })

  test.each([
    ['owner is', () => ({ owningOrganizationUuid: scene.performer.uuid }), undefined],
    ['pledge is', () => ({}), 'pledge'],
    ['call is', () => ({}), 'call'],
  ] as const)('is a person whose %s in scope', async (_, fields, through) => {
    const donor = await insertPerson(database, fields())
    const organizations = [scene.performer.uuid]
    const before = await createCall(scene, { personUuid: donor.uuid }, { organizations })
    if (through) expect(refusedFields(before)).toEqual(['personUuid'])
    if (through === 'pledge') {
      await insertPledge(database, {
        personUuid: donor.uuid,
        recruitingOrganizationUuid: scene.performer.uuid,
      })
    }
    if (through === 'call') {
      await insertCall(database, { personUuid: donor.uuid, organizationUuid: scene.performer.uuid })
    }
    const after = await createCall(scene, { personUuid: donor.uuid }, { organizations })
    expect(after.__typename).toBe('CreateCallPayload')
    expect(await readCall(database, after.call!.uuid)).toMatchObject({
      personOrganizationUuid: donor.owningOrganizationUuid,
    })
  })

  test('asks for the performing organization, and not for the owner', async () => {
    const result = await createCall(scene, {}, { organizations: [scene.owner.uuid] })
    expect(refusedFields(result)).toEqual(['organizationUuid'])
  })

  test('may be a user of none', async () => {
    const { uuid } = await insertUser(database)
    const organizations = [scene.owner.uuid, scene.performer.uuid]
    const result = await createCall(scene, { requestedByUuid: uuid }, { organizations })
    expect(result.__typename).toBe('CreateCallPayload')
  })
})

function external() {
  return { externalMetadata: { applicationName: 'Dial Desk', referenceId: randomUUID() } }
}
