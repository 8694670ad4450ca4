import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makePrivate } from '../src/core/private-file.ts'
import { openEmbedded } from '../src/db/database.ts'
import { copyFreshCluster, keepFreshCluster } from '../src/db/fresh-cluster.ts'
import { openFolder } from '../src/storage/folder.ts'
import { assertWritable, StorageError } from '../src/storage/storage.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'pledgeline-test-'))
})
afterAll(() => rm(root, { recursive: true }))

/** What below a folder, itself included, other accounts of the machine can read. */
function openBelow(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return ['', ...paths].filter((path) => (statSync(join(folder, path)).mode & 0o077) !== 0)
}

test('stored files are for nobody else on the machine', async () => {
  const folder = join(root, 'files')
  const database = await openEmbedded(join(root, 'data'))
  const open = () => openFolder({ folder, database, publicUrl: () => '' })
  await open().put('a/b/signature.png', Buffer.from('x'), 'image/png')
  expect(openBelow(folder)).toEqual([])
  for (const path of ['', 'a', 'a/b']) chmodSync(join(folder, path), 0o755)
  chmodSync(join(folder, 'a/b/signature.png'), 0o644)
  open()
  expect(openBelow(folder)).toEqual([])
  await database.close()
})

test('the embedded database is for nobody else on the machine, one from before neither', async () => {
  const folder = join(root, 'embedded')
  await (await openEmbedded(folder)).close()
  const place = join(folder, 'postgres')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(place).mode & 0o777).toBe(0o700)
  chmodSync(place, 0o755)
  chmodSync(join(place, 'PG_VERSION'), 0o644)
  await (await openEmbedded(folder)).close()
  expect(statSync(place).mode & 0o777).toBe(0o700)
  expect(statSync(join(place, 'PG_VERSION')).mode & 0o777).toBe(0o600)
})

test('a copy of the kept cluster is private, and the kept one is not', async () => {
  const kept = join(root, 'kept')
  await keepFreshCluster(kept)
  copyFreshCluster(join(root, 'copy'), kept)
  expect(openBelow(join(root, 'copy'))).toEqual([])
  expect(statSync(kept).mode & 0o777).toBe(0o755)
})

test('what was begun is finished the next time', () => {
  const folder = join(root, 'half')
  mkdirSync(join(folder, 'inner'), { recursive: true })
  writeFileSync(join(folder, 'inner/file'), '')
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'inner'), 0o700)
  chmodSync(join(folder, 'inner/file'), 0o644)
  makePrivate(folder)
  expect(openBelow(folder)).toEqual([])
})

test('a folder that cannot be written is found before anything is stored', async () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  const database = await openEmbedded(join(root, 'other'))
  const storage = openFolder({ folder: join(file, 'below'), database, publicUrl: () => '' })
  await expect(assertWritable(storage)).rejects.toThrow(StorageError)
  const folder = join(root, 'probed')
  await assertWritable(openFolder({ folder, database, publicUrl: () => '' }))
  expect(readdirSync(folder)).toEqual([])
  await database.close()
})
