import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sweepExpiries } from '../src/call/due.ts'
import { calls } from '../src/call/table.ts'
import { OperatorError } from '../src/core/error.ts'
import type { Database } from '../src/db/database.ts'
import { discardedSignatures } from '../src/signature/table.ts'
import { StorageError } from '../src/storage/storage.ts'
import { loadEverything } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { type Donor, erase, ERASED_AT, insertDonor, recordedOf, reload } from './support/erasure.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { insertCall } from './support/records.ts'
import { follow, serveFolder } from './support/served-folder.ts'
import { createTestStorage } from './support/storage.ts'

const LATER = new Date('2026-05-05T12:00:00.000Z')

let database: Database
let donor: Donor

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  donor = await insertDonor(database)
})

describe('erasing a person', () => {
  test('clears what is known of them and what their records say of them, and nothing else', async () => {
    const other = await insertDonor(database)
    expect(await erase(database, donor)).toEqual({
      persons: 1,
      pledges: 2,
      calls: 2,
      signatures: 2,
    })
    const cleared = await reload(database, donor)
    expect(cleared.person).toEqual({
      ...donor.person,
      firstName: null,
      lastName: 'erased',
      email: null,
      phoneNumber: null,
      erasedAt: ERASED_AT,
      updatedAt: ERASED_AT,
    })
    for (const by of ['managed', 'external'] as const) {
      expect(cleared[by].pledge).toEqual({
        ...donor[by].pledge,
        signatureKey: null,
        originMetadata: null,
        externalProperties: null,
        updatedAt: ERASED_AT,
      })
      expect(cleared[by].call).toEqual({
        ...donor[by].call,
        notes: null,
        externalStatusDescription: null,
        updatedAt: ERASED_AT,
      })
    }
    expect(cleared.silent).toEqual(donor.silent)
    expect(donor.storage.files.size).toBe(0)
    expect(await reload(database, other)).toEqual(other)
    expect(other.storage.files.size).toBe(2)
  })

  test('is recorded as an act of the operator on each record, the person first', async () => {
    await erase(database, donor)
    const recorded = (await recordedOf(database, donor)).reverse()
    expect(recorded[0]).toMatchObject({
      kind: 'PERSON_UPDATED',
      personUuid: donor.person.uuid,
      changedFields: ['firstName', 'lastName', 'email', 'phoneNumber', 'erasedAt'],
    })
    const of = ({ uuid }: { uuid: string }) =>
      recorded.find(({ pledgeUuid, callUuid }) => uuid === (pledgeUuid ?? callUuid))
    for (const { pledge } of [donor.managed, donor.external]) {
      expect(of(pledge)).toMatchObject({
        kind: 'PLEDGE_UPDATED',
        changedFields: ['signatureUrl', 'originMetadata', 'externalProperties'],
      })
    }
    expect(of(donor.managed.call)).toMatchObject({ kind: 'CALL_UPDATED', changedFields: ['notes'] })
    expect(of(donor.external.call)).toMatchObject({
      kind: 'CALL_UPDATED',
      changedFields: ['notes', 'externalMetadata'],
    })
    expect(recorded).toHaveLength(5)
    for (const { actor, occurredAt, position } of recorded) {
      expect({ actor, occurredAt }).toEqual({ actor: 'operator', occurredAt: ERASED_AT })
      expect(position).not.toBeNull()
    }
  })

  test('a second time changes nothing', async () => {
    await erase(database, donor)
    const before = await loadEverything(database)
    expect(await erase(database, donor, LATER)).toEqual({
      persons: 0,
      pledges: 0,
      calls: 0,
      signatures: 0,
    })
    expect(await loadEverything(database)).toEqual(before)
  })

  test('who is unknown changes nothing, and says so', async () => {
    const before = await loadEverything(database)
    const uuid = randomUUID()
    const unknown = { person: { uuid }, storage: donor.storage }
    await expect(erase(database, unknown)).rejects.toThrow(
      new OperatorError(`there is no person ${uuid}`),
    )
    expect(await loadEverything(database)).toEqual(before)
  })

  test('records first what time has made of a call', async () => {
    const call = await insertCall(database, {
      personUuid: donor.person.uuid,
      notes: 'Noor',
      expiresAt: new Date('2026-05-03T12:00:00.000Z'),
    })
    await erase(database, donor)
    expect(await sweepExpiries(database, LATER)).toBe(0)
    const [stored] = await database.drizzle.select().from(calls).where(eq(calls.uuid, call.uuid))
    expect(stored).toMatchObject({
      status: 'EXPIRED',
      expiredAt: call.expiresAt,
      notes: null,
      updatedAt: ERASED_AT,
    })
    const { data } = await createGateway({ database }).execute(
      `{ call(uuid: "${call.uuid}") { changes { nodes { kind actor } } } }`,
    )
    expect(data.call.changes.nodes).toEqual([
      { kind: 'CALL_EXPIRED', actor: null },
      { kind: 'CALL_UPDATED', actor: 'operator' },
    ])
  })
})

describe('what is told of it', () => {
  test('is seen in the feed by whoever sees the records', async () => {
    await erase(database, donor)
    const seenBy = async (organization: string) => {
      const actor = { ...EVERYTHING, organizations: [organization] }
      const { data } = await createGateway({ database, actor }).execute(
        '{ changes(first: 100) { nodes { kind actor person { lastName erasedAt } } } }',
      )
      return data.changes.nodes as { kind: string; person: object | null }[]
    }
    const ofPerson = {
      kind: 'PERSON_UPDATED',
      actor: 'operator',
      person: { lastName: 'erased', erasedAt: ERASED_AT.toISOString() },
    }
    const kinds = (found: { kind: string }[]) => found.map(({ kind }) => kind).toSorted()
    const ofOwner = await seenBy(donor.person.owningOrganizationUuid)
    expect(ofOwner).toContainEqual(ofPerson)
    expect(kinds(ofOwner)).toEqual([
      'CALL_UPDATED',
      'CALL_UPDATED',
      'PERSON_UPDATED',
      'PLEDGE_UPDATED',
      'PLEDGE_UPDATED',
    ])
    const ofAgency = await seenBy(donor.agency)
    expect(ofAgency).toContainEqual(ofPerson)
    expect(kinds(ofAgency)).toEqual([
      'CALL_UPDATED',
      'PERSON_UPDATED',
      'PLEDGE_UPDATED',
      'PLEDGE_UPDATED',
    ])
    expect(await seenBy(randomUUID())).toEqual([])
  })

  test('ends the links to signatures that were given before', async () => {
    const served = await serveFolder(database)
    try {
      const { signatureKey } = donor.managed.pledge
      await served.storage.put(signatureKey!, Buffer.from('Noor Jansen'), 'image/png')
      const link = await served.linkTo(signatureKey!)
      expect((await follow(served.gateway, link)).status).toBe(200)
      await erase(database, { ...donor, storage: { ...donor.storage, ...served.storage } })
      expect((await follow(served.gateway, link)).status).toBe(404)
    } finally {
      await served.remove()
    }
  })
})

describe('where it is interrupted after it is committed', () => {
  test('the signatures that are left are deleted the next time', async () => {
    const [stuck] = [...donor.storage.files.keys()]
    const broken = {
      ...donor.storage,
      delete: (key: string) =>
        key === stuck
          ? Promise.reject(new StorageError(new Error('out of order')))
          : donor.storage.delete(key),
    }
    const failing = erase(database, { ...donor, storage: broken })
    await expect(failing).rejects.toThrow(OperatorError)
    await expect(failing).rejects.toThrow(/1 of 2 stored signatures.*run this again.*out of order/)
    expect((await reload(database, donor)).person.lastName).toBe('erased')
    expect([...donor.storage.files.keys()]).toEqual([stuck])
    const recorded = await recordedOf(database, donor)
    expect(await erase(database, donor, LATER)).toEqual({
      persons: 0,
      pledges: 0,
      calls: 0,
      signatures: 1,
    })
    expect(donor.storage.files.size).toBe(0)
    expect(await recordedOf(database, donor)).toEqual(recorded)
    expect(await database.drizzle.$count(discardedSignatures)).toBe(0)
  })

  test('and also by whoever erases somebody else', async () => {
    const lost = { ...createTestStorage(), delete: () => Promise.reject(new Error('gone')) }
    await expect(erase(database, { ...donor, storage: lost })).rejects.toThrow(OperatorError)
    const other = await insertDonor(database)
    const both = {
      ...other.storage,
      async delete(key: string) {
        await donor.storage.delete(key)
        await other.storage.delete(key)
      },
    }
    expect(await erase(database, { ...other, storage: both })).toMatchObject({ signatures: 4 })
    expect(donor.storage.files.size + other.storage.files.size).toBe(0)
  })
})
