import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { MediaType } from '../src/core/media.ts'
import type { Database } from '../src/db/database.ts'
import { changes } from '../src/feed/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { StorageError } from '../src/storage/storage.ts'
import { openTestDatabase } from './support/database.ts'
import { importFile, importSurroundings, storedRow } from './support/import-file.ts'
import { type ImportLine, pledgeLine } from './support/import-lines.ts'
import { sampleFiles, withId3 } from './support/media.ts'
import { prepareCreation } from './support/pledge-creation.ts'
import { insertPledge } from './support/records.ts'
import { createTestStorage, type TestStorage } from './support/storage.ts'

const LATER = new Date('2026-05-02T12:00:00.000Z')

let database: Database
let files: Record<MediaType, Buffer>
let person: ImportLine
let storage: TestStorage

beforeAll(async () => {
  files = await sampleFiles()
  database = await openTestDatabase()
  person = (await importSurroundings(database)).person
})

beforeEach(() => {
  storage = createTestStorage()
})

afterAll(() => database.close())

test('a signature is stored and named by its pledge', async () => {
  const lines = Object.keys(files).map((contentType) => signedLine(contentType as MediaType))
  expect(await importLines(lines)).toMatchObject({ imported: lines.length, failed: 0 })
  expect(storage.files.size).toBe(lines.length)
  for (const [index, [contentType, bytes]] of Object.entries(files).entries()) {
    const key = await keyOf(lines[index]!)
    expect(storage.files.get(key!)).toEqual({ bytes, contentType })
  }
})

test('a signature may be as large as one that is sent to the gateway', async () => {
  const mp3 = withId3(files['audio/mpeg'], 1_048_576 - 10 - files['audio/mpeg'].length)
  const [largest, tooLarge] = [mp3, withId3(mp3, 1)].map((bytes) =>
    pledgeLine(person, { signature: signature('audio/mpeg', bytes) }),
  )
  const result = await importLines([largest!, tooLarge!])
  expect(result).toMatchObject({ imported: 1, failed: 1 })
  expect(result.failures[2]).toEqual([
    expect.stringMatching(/^signature\.base64: is not accepted: it must be .* 1048576 bytes/),
  ])
  expect(storage.files.get((await keyOf(largest!))!)?.bytes).toHaveLength(1_048_576)
})

test('a signature that is no file, or says to be another, is refused with all other issues', async () => {
  const { failures } = await importLines([
    pledgeLine(person, { signature: 'x' }),
    pledgeLine(person, { type: 'PHONE', signature: signature('image/png', Buffer.from('no')) }),
    pledgeLine(person, { signature: signature('image/png', files['application/pdf']) }),
    pledgeLine(person, { signature: { base64: files['image/png'].toString('base64') } }),
  ])
  const paths = Object.values(failures).map((issues) => issues.map((issue) => issue.split(':')[0]))
  expect(paths).toEqual([
    ['signature'],
    ['type', 'signature.base64'],
    ['signature.contentType'],
    ['signature.contentType'],
  ])
  expect(storage.files.size).toBe(0)
})

test('the same signature again is no change, and stores nothing', async () => {
  const line = signedLine('image/png')
  await importLines([line])
  const before = { row: await storedRow(database, pledges, line), files: [...storage.files] }
  expect(await importLines([line, line], LATER)).toMatchObject({ imported: 0, unchanged: 2 })
  expect({ row: await storedRow(database, pledges, line), files: [...storage.files] }).toEqual(
    before,
  )
  const updated = { ...line, recruitingLocationLabel: 'Utrecht' }
  expect(await importLines([updated], LATER)).toMatchObject({ imported: 1 })
  expect([...storage.files]).toEqual(before.files)
  expect(await changedFieldsOf(line)).toEqual([[], ['recruitingLocationLabel']])
})

test('the signature that a pledge was created with is known again', async () => {
  const { create, external } = await prepareCreation(database)
  const given = signature('image/png', files['image/png'])
  const input = external({ signature: given })
  const result = await create(input, { storage })
  const { uuid } = (result as { pledge: { uuid: string } }).pledge
  const before = [...storage.files]
  expect(before).toHaveLength(1)
  const { externalSource, personUuid, owningOrganizationUuid, recruitingOrganizationUuid, type } =
    input
  const line = {
    entity: 'pledge',
    uuid,
    externalSource,
    personUuid,
    owningOrganizationUuid,
    recruitingOrganizationUuid,
    type,
    signature: given,
  }
  expect(await importLines([line])).toMatchObject({ unchanged: 1 })
  expect([...storage.files]).toEqual(before)
})

test('a replaced or cleared signature is deleted, and a line without one keeps it', async () => {
  const line = signedLine('image/png')
  await importLines([line])
  const first = await keyOf(line)
  await importLines([{ ...line, signature: signature('image/jpeg', files['image/jpeg']) }], LATER)
  const second = await keyOf(line)
  expect(second).not.toBe(first)
  expect([...storage.files.keys()]).toEqual([second])
  const { signature: _, ...unsigned } = line
  expect(await importLines([unsigned])).toMatchObject({ unchanged: 1 })
  expect([...storage.files.keys()]).toEqual([second])
  await importLines([{ ...line, signature: null }], LATER)
  expect(await keyOf(line)).toBeNull()
  expect(storage.files.size).toBe(0)
  expect(await changedFieldsOf(line)).toEqual([[], ['signatureUrl'], ['signatureUrl']])
})

test('of several lines about one pledge the last one decides, and no file is left over', async () => {
  const line = signedLine('image/png')
  const lines = (['image/jpeg', 'image/webp', 'image/webp'] as const).map((contentType) => ({
    ...line,
    signature: signature(contentType, files[contentType]),
  }))
  expect(await importLines([line, ...lines])).toMatchObject({ imported: 3, unchanged: 1 })
  const key = await keyOf(line)
  expect([...storage.files]).toEqual([
    [key, { bytes: files['image/webp'], contentType: 'image/webp' }],
  ])
})

test('a line that is refused leaves no file behind', async () => {
  const managed = await insertPledge(database)
  const stranger = { ...person, uuid: managed.uuid }
  const result = await importLines([
    { ...signedLine('image/png'), uuid: managed.uuid },
    { ...signedLine('image/png'), personUuid: stranger.uuid },
  ])
  expect(result).toMatchObject({ failed: 2 })
  expect(storage.files.size).toBe(0)
})

test('what cannot be stored ends the import, and what names it is not there', async () => {
  const failing = {
    ...createTestStorage(),
    put: () => Promise.reject(new StorageError(new Error('the disk is full'))),
  }
  const line = signedLine('image/png')
  await expect(importFile(database, [line], LATER, failing)).rejects.toThrow('the disk is full')
  expect(await storedRow(database, pledges, line)).toBeUndefined()
  expect(await importLines([line])).toMatchObject({ imported: 1 })
})

function importLines(lines: readonly object[], now?: Date) {
  return importFile(database, lines, now, storage)
}

function signature(contentType: MediaType, bytes: Uint8Array) {
  return { contentType, base64: Buffer.from(bytes).toString('base64') }
}

function signedLine(contentType: MediaType): ImportLine {
  return pledgeLine(person, { signature: signature(contentType, files[contentType]) })
}

async function keyOf(line: ImportLine): Promise<string | null | undefined> {
  const row = (await storedRow(database, pledges, line)) as typeof pledges.$inferSelect | undefined
  return row?.signatureKey
}

async function changedFieldsOf({ uuid }: ImportLine): Promise<string[][]> {
  const rows = await database.drizzle
    .select({ changedFields: changes.changedFields })
    .from(changes)
    .where(eq(changes.pledgeUuid, uuid))
    .orderBy(changes.position)
  return rows.map(({ changedFields }) => changedFields)
}
