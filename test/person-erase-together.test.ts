import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { act } from '../src/act/run.ts'
import { type Database, type Drizzle } from '../src/db/database.ts'
import { recordChanges } from '../src/feed/recording.ts'
import { erasePerson } from '../src/person/commands.ts'
import { pledges } from '../src/pledge/table.ts'
import { perform } from './support/act.ts'
import { whole } from './support/changes.ts'
import { isOnPostgres, openForTwoGateways } from './support/database.ts'
import { type Donor, erase, ERASED_AT, insertDonor, reload } from './support/erasure.ts'
import { createGateway } from './support/execution.ts'
import { importFile } from './support/import-file.ts'
import {
  type ImportLine,
  organizationLine,
  personLine,
  pledgeLine,
} from './support/import-lines.ts'
import { untilSomebodyWaits, waitingPids } from './support/lock.ts'
import { createMoment } from './support/moment.ts'
import { createTestStorage } from './support/storage.ts'

// Two processes on one database: on Postgres each with connections of its own.

const NOW = new Date('2026-06-01T12:00:00.000Z')

let opened: Awaited<ReturnType<typeof openForTwoGateways>>
let one: Database
let other: Database
let donor: Donor

beforeAll(async () => {
  opened = await openForTwoGateways()
  ;[one, other] = opened.databases
})
afterAll(() => opened.close())

beforeEach(async () => {
  donor = await insertDonor(one)
})

const correct = (properties: object | null) =>
  perform(createGateway({ database: other, now: NOW }), 'updatePledge', {
    pledgeUuid: donor.managed.pledge.uuid,
    externalProperties: properties,
  })

const isSilent = async () => {
  const { managed, external } = await reload(one, donor)
  return [managed, external].every(
    ({ pledge, call }) =>
      pledge.externalProperties === null &&
      pledge.originMetadata === null &&
      pledge.signatureKey === null &&
      call.notes === null,
  )
}

describe.runIf(isOnPostgres())('while somebody acts on a pledge of the person', () => {
  test('what was written first is cleared', async () => {
    let erasing: Promise<unknown> | undefined
    await act(other, async (transaction) => {
      const { uuid } = donor.managed.pledge
      await transaction
        .update(pledges)
        .set({ externalProperties: { name: 'Noor again' } })
        .where(eq(pledges.uuid, uuid))
      await recordChanges(transaction, whole({ pledgeUuid: uuid }))
      erasing = erase(one, donor)
      await untilSomebodyWaits(transaction)
    })
    await erasing
    expect(await isSilent()).toBe(true)
  })

  test('a pledge that comes first is cleared, too', async () => {
    let erasing: Promise<unknown> | undefined
    const uuid = '6c1d3dd3-6f7e-4f0b-8f0f-2f4f3f1f0a01'
    await act(other, async (transaction) => {
      await transaction.insert(pledges).values({
        ...donor.silent.pledge,
        uuid,
        originMetadata: { name: 'Noor' },
      })
      erasing = erase(one, donor)
      await untilSomebodyWaits(transaction)
    })
    await erasing
    const [row] = await one.drizzle.select().from(pledges).where(eq(pledges.uuid, uuid))
    expect(row?.originMetadata).toBeNull()
  })

  test('what comes second is refused', async () => {
    const mayCommit = createMoment()
    const isErased = createMoment()
    const storage = createTestStorage()
    // Erases up to where everything is written, and commits when the test says so.
    const erasing = one.drizzle.transaction(async (transaction) => {
      const inside: Database = { ...one, drizzle: transaction }
      await erasePerson({ database: inside, storage, clock: () => ERASED_AT }, donor.person.uuid)
      isErased.comes()
      await mayCommit.hasCome
    })
    await isErased.hasCome
    const correcting = correct({ name: 'Noor again' })
    const creating = perform(createGateway({ database: other, now: NOW }), 'createCall', {
      personUuid: donor.person.uuid,
      organizationUuid: donor.agency,
      type: 'WINBACK',
      notes: 'Noor again',
    })
    await one.drizzle.transaction(untilTwoWait)
    mayCommit.comes()
    await erasing
    expect((await correcting).issues?.map(({ path }) => path)).toEqual([['externalProperties']])
    expect((await creating).issues?.map(({ path }) => path)).toEqual([['notes']])
    expect(await isSilent()).toBe(true)
  })
})

describe('at the same time as others', () => {
  test('a person is erased once, whatever they bring', async () => {
    const results = await Promise.all([
      ...[1, 2, 3].map((nth) => erase(nth % 2 === 0 ? one : other, donor)),
      ...[1, 2, 3, 4, 5, 6].map((nth) => correct({ nth })),
    ])
    const persons = results.map((result) => ('persons' in result ? result.persons : 0))
    expect(persons.reduce((sum, count) => sum + count)).toBe(1)
    expect(await isSilent()).toBe(true)
    expect(donor.storage.files.size).toBe(0)
  })

  test('an import brings nothing back, in whichever order its lines are', async () => {
    const organization = organizationLine()
    const persons = Array.from({ length: 20 }, () =>
      personLine(organization, { firstName: 'Noor' }),
    )
    const lines = persons.map((person) => pledgeLine(person, { originMetadata: { from: 'Noor' } }))
    await importFile(one, [organization, ...persons, ...lines])
    const storage = createTestStorage()
    const changed = (line: ImportLine, nth: number) =>
      line['entity'] === 'person'
        ? { ...line, firstName: `Noor ${nth}` }
        : { ...line, originMetadata: { nth } }
    const files = [
      lines.map((line) => changed(line, 1)),
      [...persons, ...lines].map((line) => changed(line, 2)),
      lines.toReversed().map((line) => changed(line, 3)),
    ]
    await Promise.all([
      ...files.map((file) => importFile(other, file)),
      ...persons.map((person) => erase(one, { person, storage })),
    ])
    const stored = await one.drizzle
      .select({ originMetadata: pledges.originMetadata, uuid: pledges.uuid })
      .from(pledges)
    const ours = new Set(lines.map(({ uuid }) => uuid))
    const left = stored.filter(({ uuid }) => ours.has(uuid))
    expect(left).toHaveLength(20)
    expect(left.filter(({ originMetadata }) => originMetadata !== null)).toEqual([])
  })
})

/** Asks until two connections wait for a lock. */
async function untilTwoWait(transaction: Drizzle): Promise<void> {
  while ((await waitingPids(transaction)).length < 2);
}
