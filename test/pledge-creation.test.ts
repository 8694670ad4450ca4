import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Permission, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { loadEverything, refusedFields } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { EVERYTHING } from './support/execution.ts'
import { sampleFiles } from './support/media.ts'
import {
  insertFocusArea,
  insertPledge,
  insertUser,
  type Organization,
  type Person,
} from './support/records.ts'
import { CREATED_AT, type Creating, prepareCreation } from './support/pledge-creation.ts'
import { createTestStorage } from './support/storage.ts'

const LATER = new Date(CREATED_AT.getTime() + 1)
const PNG = (await sampleFiles())['image/png']
const SIGNATURE = { contentType: 'image/png', base64: PNG.toString('base64') }

let database: Database
let owner: Organization
let recruiting: Organization
let person: Person
let managed: Creating['managed']
let external: Creating['external']
let create: Creating['create']

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(async () => {
  ;({ owner, recruiting, person, managed, external, create } = await prepareCreation(database))
})

afterAll(() => database.close())

describe('a managed pledge is created', () => {
  test('with everything that can be given', async () => {
    const recruiter = await insertUser(database, { organizationUuid: recruiting.uuid })
    const areas = [await insertArea(), await insertArea()]
    const storage = createTestStorage()
    const before = await loadEverything(database)
    const uuid = randomUUID()
    const result = await create(
      managed({
        uuid: uuid.toUpperCase(),
        createdAt: '2026-05-01T00:00:00.0019+02:00',
        recruitingLocationLabel: 'Utrecht',
        recruiterUuid: recruiter.uuid,
        startsAt: '2027-01-01T00:00:00Z',
        originMetadata: { campaign: { year: 2026 } },
        externalProperties: { tier: 'gold' },
        focusAreaUuids: areas.map((area) => area.uuid),
        preferredPaymentDay: 28,
        signature: SIGNATURE,
      }),
      { storage },
    )
    expect(result).toEqual({ __typename: 'CreatePledgePayload', pledge: { uuid } })
    const after = await loadEverything(database)
    const [[signatureKey, file] = []] = storage.files
    expect(file).toEqual({ bytes: PNG, contentType: 'image/png' })
    expect(after).toEqual({
      ...before,
      pledges: expect.arrayContaining([
        ...before.pledges,
        {
          uuid,
          status: 'LEAD',
          type: 'STREET',
          personUuid: person.uuid,
          owningOrganizationUuid: owner.uuid,
          recruitingOrganizationUuid: recruiting.uuid,
          recruiterUuid: recruiter.uuid,
          recruitingLocationLabel: 'Utrecht',
          initialDonationAmount: '7.50',
          initialDonationInterval: 'MONTHLY',
          donationAmount: '7.50',
          donationInterval: 'MONTHLY',
          preferredPaymentDay: 28,
          startsAt: new Date('2027-01-01T00:00:00Z'),
          endsAt: null,
          createdAt: new Date('2026-04-30T22:00:00.001Z'),
          updatedAt: CREATED_AT,
          releasedAt: null,
          droppedAt: null,
          cancelledAt: null,
          cancellationReason: null,
          signatureKey,
          originMetadata: { campaign: { year: 2026 } },
          externalSourceName: null,
          externalSourceId: null,
          externalProperties: { tier: 'gold' },
        },
      ]) as unknown,
      pledgeFocusAreas: expect.arrayContaining([
        ...before.pledgeFocusAreas,
        ...areas.map((area) => ({ pledgeUuid: uuid, focusAreaUuid: area.uuid })),
      ]) as unknown,
      changes: [
        ...before.changes,
        expect.objectContaining({
          kind: 'PLEDGE_CREATED',
          occurredAt: CREATED_AT,
          actor: EVERYTHING.email,
          changedFields: [],
          pledgeUuid: uuid,
        }),
      ],
    })
  })

  test('with no more than it needs, null being the same as absent', async () => {
    const optional = [
      ...['uuid', 'externalSource', 'status', 'createdAt', 'recruiterUuid', 'donationAmount'],
      ...['preferredPaymentDay', 'startsAt', 'endsAt', 'releasedAt', 'cancellationReason'],
      ...['focusAreaUuids', 'signature', 'originMetadata', 'externalProperties'],
    ]
    const nulls = Object.fromEntries(optional.map((name) => [name, null]))
    for (const input of [managed({}), managed(nulls)]) {
      const { pledge } = await create(input)
      const { pledges } = await loadEverything(database)
      expect(pledge?.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
      expect(pledges.find(({ uuid }) => uuid === pledge?.uuid)).toMatchObject({
        status: 'LEAD',
        createdAt: CREATED_AT,
        updatedAt: CREATED_AT,
        donationAmount: '7.50',
        startsAt: null,
        recruiterUuid: null,
        originMetadata: null,
        externalSourceName: null,
        signatureKey: null,
      })
    }
  })
})

test.each(['LEAD', 'ACTIVE', 'DROPPED', 'CANCELLED', 'FULFILLED'])(
  'an external pledge is created as its source says: %s',
  async (status) => {
    // None of it fits together: that is the affair of the source.
    const given = {
      startsAt: '2026-03-01T00:00:00.000Z',
      endsAt: '2020-01-01T00:00:00.000Z',
      releasedAt: '2030-01-01T00:00:00.000Z',
      droppedAt: '2001-01-01T00:00:00.000Z',
      cancelledAt: '2001-01-01T00:00:00.000Z',
      cancellationReason: 'moved',
      donationAmount: '5',
      donationInterval: 'ONCE',
    }
    for (const fields of [{}, given]) {
      const { pledge } = await create(external({ status, ...fields }))
      const { pledges } = await loadEverything(database)
      const row = pledges.find(({ uuid }) => uuid === pledge?.uuid)
      expect(JSON.parse(JSON.stringify(row))).toMatchObject({
        status,
        initialDonationAmount: null,
        ...fields,
        ...('donationAmount' in fields && { donationAmount: '5.00' }),
      })
    }
  },
)

describe('what is there already', () => {
  test('is told of with the record, for its UUID and for its external source', async () => {
    const uuid = randomUUID()
    const source = { name: 'crm', id: randomUUID() }
    await create(external({ uuid, externalSource: source }))
    const other = await create(managed({}))
    const before = await loadEverything(database)
    const conflictWith = (existing: string, taken: string) => ({
      __typename: 'PledgeConflictError',
      code: 'CONFLICT',
      message: `There is a pledge with this ${taken} already: this one was not created.`,
      existingPledge: { uuid: existing },
    })
    expect(await create(managed({ uuid }))).toEqual(conflictWith(uuid, 'uuid'))
    expect(await create(external({ externalSource: source }))).toEqual(
      conflictWith(uuid, 'name and id of an external source'),
    )
    // Two records: the one with the UUID is told of.
    const both = external({ uuid: other.pledge!.uuid, externalSource: source })
    expect(await create(both)).toEqual(conflictWith(other.pledge!.uuid, 'uuid'))
    expect(await loadEverything(database)).toEqual(before)
    const anew = [
      { name: 'crm2', id: source.id },
      { name: 'crm', id: randomUUID() },
    ]
    for (const externalSource of anew) {
      expect(await create(external({ externalSource }))).toMatchObject({
        __typename: 'CreatePledgePayload',
      })
    }
  })

  test('is not shown where it is out of scope', async () => {
    const foreign = await insertPledge(database)
    const before = await loadEverything(database)
    const result = await create(managed({ uuid: foreign.uuid }), {
      organizations: [owner.uuid, recruiting.uuid],
    })
    expect(result).toMatchObject({ __typename: 'PledgeConflictError', existingPledge: null })
    expect(JSON.stringify(result)).not.toContain(foreign.uuid)
    expect(await loadEverything(database)).toEqual(before)
  })

  test('of another organization keeps no name from this one, and tells nothing', async () => {
    const id = randomUUID()
    const foreign = await insertPledge(database, {
      externalSourceName: 'crm',
      externalSourceId: id,
    })
    const organizations = [owner.uuid, recruiting.uuid]
    const theirs = (sourceId: string) =>
      external({
        owningOrganizationUuid: foreign.owningOrganizationUuid,
        externalSource: { name: 'crm', id: sourceId },
      })
    const refused = await create(theirs(id), { organizations })
    expect(refused).toMatchObject({ __typename: 'InvalidInputError' })
    expect(await create(theirs(randomUUID()), { organizations })).toEqual(refused)
    const own = external({ externalSource: { name: 'crm', id } })
    expect(await create(own, { organizations })).toMatchObject({
      __typename: 'CreatePledgePayload',
    })
    expect(await create(own, { organizations })).toMatchObject({
      __typename: 'PledgeConflictError',
    })
  })

  test('keeps its signature, and no other is stored', async () => {
    const storage = createTestStorage()
    const input = managed({ uuid: randomUUID(), signature: SIGNATURE })
    await create(input, { storage })
    const files = [...storage.files]
    expect(await create(input, { storage })).toMatchObject({ code: 'CONFLICT' })
    expect([...storage.files]).toEqual(files)
  })
})

test('problems are told in one order', async () => {
  const taken = await insertPledge(database)
  const broken = { uuid: taken.uuid, personUuid: randomUUID(), createdAt: LATER, status: 'LEAD' }
  const before = await loadEverything(database)
  const withoutPermission = PERMISSIONS.filter((permission) => permission !== 'PLEDGES_CREATE')
  expect(await create(managed(broken), { permissions: withoutPermission })).toEqual({
    __typename: 'ForbiddenError',
    message: 'This needs the permission PLEDGES_CREATE.',
    code: 'FORBIDDEN',
    permission: 'PLEDGES_CREATE',
  })
  const refused = await create(managed({ ...broken, signature: { ...SIGNATURE, base64: 'no' } }))
  expect(refusedFields(refused).toSorted()).toEqual(['createdAt', 'signature.base64', 'status'])
  const { uuid, personUuid } = broken
  expect(await create(managed({ uuid, personUuid }))).toMatchObject({ code: 'CONFLICT' })
  expect(refusedFields(await create(managed({ personUuid })))).toEqual(['personUuid'])
  expect(await loadEverything(database)).toEqual(before)
  const permissions: Permission[] = ['PLEDGES_READ', 'PLEDGES_CREATE']
  const { __typename } = await create(managed({}), { permissions })
  expect(__typename).toBe('CreatePledgePayload')
})

test('a signature that cannot be stored keeps the pledge from being created', async () => {
  const storage = {
    ...createTestStorage(),
    put: () => Promise.reject(new Error('the disk is full')),
  }
  const before = await loadEverything(database)
  await expect(create(managed({ signature: SIGNATURE }), { storage })).rejects.toThrow('disk')
  expect(await loadEverything(database)).toEqual(before)
})

test('what cannot be cleaned up does not hide why nothing was created', async () => {
  const storage = { ...createTestStorage(), delete: () => Promise.reject(new Error('no network')) }
  const input = managed({ signature: SIGNATURE, recruiterUuid: randomUUID() })
  expect(refusedFields(await create(input, { storage }))).toEqual(['recruiterUuid'])
})

function insertArea({ uuid: organizationUuid } = owner) {
  return insertFocusArea(database, { organizationUuid })
}
