import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { loadEverything, perform, refusedFields } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { erase } from './support/erasure.ts'
import { createGateway } from './support/execution.ts'
import { importFile } from './support/import-file.ts'
import {
  callLine,
  type ImportLine,
  organizationLine,
  personLine,
  pledgeLine,
} from './support/import-lines.ts'
import { sampleFiles } from './support/media.ts'
import { insertCall, insertPledge, insertUser } from './support/records.ts'
import { createTestStorage } from './support/storage.ts'

// What was erased does not come back, whoever brings it.

const LATER = new Date('2026-06-02T12:00:00.000Z')
const PNG = (await sampleFiles())['image/png']
const SIGNATURE = { contentType: 'image/png', base64: PNG.toString('base64') }
const WAS_ERASED = 'is not accepted, because the person was erased: leave it out'

let database: Database
let organization: ImportLine
let person: ImportLine
let pledge: ImportLine
let call: ImportLine

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  organization = organizationLine()
  person = personLine(organization, { firstName: 'Noor' })
  pledge = pledgeLine(person, { originMetadata: { from: 'Noor' } })
  call = callLine(person, { notes: 'Noor' })
  await importFile(database, [organization, person, pledge, call])
  await erase(database, { person, storage: createTestStorage() })
})

describe('an import', () => {
  const run = async (...lines: readonly object[]) => {
    const storage = createTestStorage()
    const result = await importFile(database, [...lines], LATER, storage)
    expect(storage.files.size).toBe(0)
    return result
  }

  test('of an erased person is refused, whatever the line says', async () => {
    const before = await loadEverything(database)
    const refusal = 'uuid: names a person that was erased: an import does not change it'
    const same = { ...person, firstName: null, lastName: 'erased' }
    expect(await run(person, same, { ...same, email: 'noor@example.org' })).toEqual({
      imported: 0,
      unchanged: 0,
      failed: 3,
      failures: { 1: [refusal], 2: [refusal], 3: [refusal] },
    })
    expect(await loadEverything(database)).toEqual(before)
  })

  test('that says something of them again is refused, for each place of it', async () => {
    const before = await loadEverything(database)
    const signed = { ...pledge, signature: SIGNATURE, externalProperties: { name: 'Noor' } }
    const described = { ...(call['externalMetadata'] as object), statusDescription: 'Noor' }
    expect((await run(signed, { ...call, externalMetadata: described })).failures).toEqual({
      1: [
        `signature: ${WAS_ERASED}`,
        `originMetadata: ${WAS_ERASED}`,
        `externalProperties: ${WAS_ERASED}`,
      ],
      2: [`notes: ${WAS_ERASED}`, `externalMetadata.statusDescription: ${WAS_ERASED}`],
    })
    expect((await run(pledgeLine(person, { originMetadata: {} }))).failures).toEqual({
      1: [`originMetadata: ${WAS_ERASED}`],
    })
    expect(await loadEverything(database)).toEqual(before)
  })

  test('that says nothing of them goes in: pledges and amounts go on', async () => {
    const { originMetadata, ...amounts } = pledge
    const { notes, ...called } = call
    expect(
      await run(
        { ...amounts, donationAmount: '9.00' },
        { ...called, status: 'CANCELLED', notes: null },
        pledgeLine(person, { donationAmount: '1.00' }),
      ),
    ).toMatchObject({ imported: 3, failed: 0 })
  })

  test('does not bring them what is said of somebody else', async () => {
    const other = personLine(organization)
    const moved = pledgeLine(other, { originMetadata: { from: 'other' } })
    const { originMetadata, ...rest } = moved
    await run(other, moved)
    expect((await run({ ...rest, personUuid: person.uuid })).failures).toEqual({
      1: [`personUuid: ${WAS_ERASED}`],
    })
  })

  test('which nobody has erased goes in beside it', async () => {
    const other = personLine(organization, { firstName: 'Noor' })
    expect(await run(person, other)).toMatchObject({ imported: 1, failed: 1 })
  })
})

describe('an act', () => {
  const act = (mutation: string, input: object) =>
    perform(createGateway({ database, now: LATER }), mutation, { ...input })
  const owner = () => organization.uuid
  const personUuid = () => person.uuid

  test('that creates a pledge', async () => {
    const input = {
      personUuid: personUuid(),
      owningOrganizationUuid: owner(),
      recruitingOrganizationUuid: owner(),
      type: 'STREET',
      initialDonationAmount: '7.50',
      initialDonationInterval: 'MONTHLY',
    }
    const before = await loadEverything(database)
    const said = { signature: SIGNATURE, originMetadata: {}, externalProperties: {} }
    const refused = await act('createPledge', { ...input, ...said })
    expect(refusedFields(refused)).toEqual(['signature', 'originMetadata', 'externalProperties'])
    expect(refused.issues?.map(({ message }) => message)).toEqual(Array(3).fill(WAS_ERASED))
    expect(await loadEverything(database)).toEqual(before)
    expect(await act('createPledge', input)).toMatchObject({ __typename: 'CreatePledgePayload' })
  })

  test('that corrects a pledge', async () => {
    const { uuid: pledgeUuid } = await insertPledge(database, { personUuid: personUuid() })
    const correct = (input: object) => act('updatePledge', { pledgeUuid, ...input })
    expect(refusedFields(await correct({ externalProperties: { name: 'Noor' } }))).toEqual([
      'externalProperties',
    ])
    expect(
      await correct({ externalProperties: null, recruitingLocationLabel: 'Utrecht' }),
    ).toMatchObject({ __typename: 'UpdatePledgePayload' })
  })

  test('that creates a call', async () => {
    const input = { personUuid: personUuid(), organizationUuid: owner() }
    const external = {
      applicationName: 'dialler',
      referenceId: 'of an erased person',
      statusDescription: 'Noor',
    }
    expect(
      refusedFields(await act('createCall', { ...input, notes: 'x', externalMetadata: external })),
    ).toEqual(['notes', 'externalMetadata.statusDescription'])
    expect(await act('createCall', { ...input, type: 'WINBACK' })).toMatchObject({
      __typename: 'CreateCallPayload',
    })
  })

  test('that completes a call', async () => {
    const { uuid: callUuid } = await insertCall(database, { personUuid: personUuid() })
    const { uuid: completedByUuid } = await insertUser(database)
    const complete = (input: object) =>
      act('completeCall', { callUuid, completedByUuid, result: 'OK', ...input })
    expect(refusedFields(await complete({ notes: 'Noor' }))).toEqual(['notes'])
    expect(await complete({})).toMatchObject({ __typename: 'CompleteCallPayload' })
  })
})
