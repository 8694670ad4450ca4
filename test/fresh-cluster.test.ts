import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyFreshCluster, keepFreshCluster } from '../src/db/fresh-cluster.ts'

let folder: string
let kept: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pledgeline-test-'))
  kept = join(folder, 'kept')
  await keepFreshCluster(kept)
})

afterAll(() => rm(folder, { recursive: true }))

test('a copy of the kept cluster is an empty database of its own', async () => {
  const [one, other] = [join(folder, 'one'), join(folder, 'other')]
  copyFreshCluster(one, kept)
  const client = await PGlite.create(one)
  await client.exec('create table ours (number integer)')
  await client.close()
  copyFreshCluster(other, kept)
  const second = await PGlite.create(other)
  const { rows } = await second.query("select to_regclass('ours') as found")
  expect(rows).toEqual([{ found: null }])
  await second.close()
})

test('what is there already is left as it is', async () => {
  const place = join(folder, 'taken')
  await mkdir(place)
  copyFreshCluster(place, kept)
  expect(await readdir(place)).toEqual([])
})

test('what a process left that died while it copied is in nobody’s way', async () => {
  const place = join(folder, 'begun')
  await mkdir(`${place}.draft`)
  await writeFile(join(`${place}.draft`, 'half'), 'of it')
  copyFreshCluster(place, kept)
  expect(await readdir(place)).toEqual(await readdir(kept))
  expect(existsSync(`${place}.draft`)).toBe(false)
})

test('nothing is left of what cannot be copied, nor made where nothing is kept', async () => {
  const strange = join(folder, 'strange')
  await mkdir(strange)
  const server = createServer().listen(join(strange, 'socket'))
  await once(server, 'listening')
  copyFreshCluster(join(folder, 'copy'), strange)
  copyFreshCluster(join(folder, 'copy'), join(folder, 'missing'))
  server.close()
  expect((await readdir(folder)).filter((name) => name.startsWith('copy'))).toEqual([])
})
