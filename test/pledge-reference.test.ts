import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { importFile } from './support/import-file.ts'
import { loadEverything, refusedFields } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { sampleFiles } from './support/media.ts'
import {
  insertFocusArea,
  insertOrganization,
  insertPerson,
  insertUser,
  type Organization,
} from './support/records.ts'
import { type Creating, prepareCreation } from './support/pledge-creation.ts'
import { createTestStorage } from './support/storage.ts'

const PNG = (await sampleFiles())['image/png']
const SIGNATURE = { contentType: 'image/png', base64: PNG.toString('base64') }

let database: Database
let owner: Organization
let recruiting: Organization
let managed: Creating['managed']
let external: Creating['external']
let create: Creating['create']

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(async () => {
  ;({ owner, recruiting, managed, external, create } = await prepareCreation(database))
})

afterAll(() => database.close())

describe('what a pledge refers to', () => {
  test('is told of at once, and leaves nothing behind', async () => {
    const other = await insertPerson(database)
    const otherArea = await insertFocusArea(database)
    const storage = createTestStorage()
    const before = await loadEverything(database)
    const wrong = {
      recruiterUuid: randomUUID(),
      recruitingOrganizationUuid: randomUUID(),
      focusAreaUuids: [(await insertArea()).uuid, otherArea.uuid, randomUUID()],
      signature: SIGNATURE,
    }
    const result = await create(managed({ ...wrong, personUuid: other.uuid }), { storage })
    expect(result.issues).toEqual([
      { path: ['personUuid'], message: 'must be a person of the owning organization' },
      {
        path: ['recruitingOrganizationUuid'],
        message: "must be the UUID of an organization in the account's scope",
      },
      {
        path: ['recruiterUuid'],
        message:
          "must be the UUID of a user whose organization is in the account's scope, or who belongs to none",
      },
      {
        path: ['focusAreaUuids', '1'],
        message: 'must be a focus area of the owning organization',
      },
      {
        path: ['focusAreaUuids', '2'],
        message: "must be the UUID of a focus area of an organization in the account's scope",
      },
    ])
    expect(storage.files.size).toBe(0)
    const after = await loadEverything(database)
    expect({ ...after, focusAreas: [] }).toEqual({ ...before, focusAreas: [] })
  })

  test('is told of in the same words when it is unknown and when it is out of scope', async () => {
    const foreign = await insertOrganization(database)
    const foreignPerson = await insertPerson(database, { owningOrganizationUuid: foreign.uuid })
    const foreignUser = await insertUser(database, { organizationUuid: foreign.uuid })
    const foreignArea = await insertArea(foreign)
    const organizations = [owner.uuid, recruiting.uuid]
    const told = async (given: object) => {
      const result = await create(external(given), { organizations })
      refusedFields(result)
      return JSON.stringify(result)
    }
    for (const given of [
      (uuid: string) => ({ owningOrganizationUuid: uuid, personUuid: foreignPerson.uuid }),
      (uuid: string) => ({ personUuid: uuid === foreign.uuid ? foreignPerson.uuid : uuid }),
      (uuid: string) => ({ recruitingOrganizationUuid: uuid }),
      (uuid: string) => ({ recruiterUuid: uuid === foreign.uuid ? foreignUser.uuid : uuid }),
      (uuid: string) => ({ focusAreaUuids: [uuid === foreign.uuid ? foreignArea.uuid : uuid] }),
    ]) {
      expect(await told(given(foreign.uuid))).toBe(await told(given(randomUUID())))
    }
  })

  test('is a user of an organization in scope, or of none', async () => {
    const own = await insertUser(database, { organizationUuid: recruiting.uuid })
    const nobodys = await insertUser(database)
    for (const { uuid: recruiterUuid } of [own, nobodys]) {
      const result = await create(managed({ recruiterUuid }), {
        organizations: [owner.uuid, recruiting.uuid],
      })
      expect(result.__typename).toBe('CreatePledgePayload')
    }
  })

  test('must have owner and recruiter in scope, both', async () => {
    const refusedIn = async (organizations: string[]) =>
      refusedFields(await create(managed({}), { organizations }))
    expect(await refusedIn([owner.uuid])).toEqual(['recruitingOrganizationUuid'])
    expect(await refusedIn([recruiting.uuid])).toEqual(['personUuid', 'owningOrganizationUuid'])
    expect(await refusedIn([])).toHaveLength(3)
  })
})

test('an import that moves what a pledge refers to comes before it or after it', async () => {
  const other = await insertOrganization(database)
  for (let round = 0; round < 20; round += 1) {
    const { uuid: personUuid } = await insertPerson(database, {
      owningOrganizationUuid: owner.uuid,
    })
    const area = await insertArea()
    const line = { entity: 'person', uuid: personUuid, lastName: 'Jansen' }
    const areaLine = { entity: 'focusArea', uuid: area.uuid, name: 'Drinkwater' }
    const [result, imported] = await Promise.all([
      create(managed({ personUuid, focusAreaUuids: [area.uuid] })),
      importFile(database, [
        { ...areaLine, organizationUuid: other.uuid },
        { ...line, owningOrganizationUuid: other.uuid },
      ]),
    ])
    if (result.__typename === 'CreatePledgePayload') expect(imported.imported).toBe(0)
    else {
      expect(imported.imported).toBeGreaterThan(0)
      expect(['personUuid', 'focusAreaUuids.0']).toEqual(
        expect.arrayContaining([...refusedFields(result)]),
      )
    }
  }
})

function insertArea({ uuid: organizationUuid } = owner) {
  return insertFocusArea(database, { organizationUuid })
}
