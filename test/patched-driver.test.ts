import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assertPatched, assertPatchedDriver, driverFolder } from '../src/db/patched-driver.ts'

const PATCHES = join(import.meta.dirname, '../patches')
const CONNECTION = 'src/connection.js'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pledgeline-test-'))
  cpSync(join(driverFolder(), 'src'), join(folder, 'src'), { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))

test('the driver that is installed here is patched', () => {
  expect(assertPatchedDriver).not.toThrow()
})

test('a driver without any line of its patches is refused in one line that says what to run', () => {
  const patched = readFileSync(join(folder, CONNECTION), 'utf8')
  const check = () => {
    assertPatched('postgres', folder, PATCHES)
  }
  expect(check).not.toThrow()
  const without = patched.replace('    if (socket === null) {\n', '')
  expect(without).not.toBe(patched)
  writeFileSync(join(folder, CONNECTION), without)
  expect(check).toThrow(/^the package postgres is without the patches[^\n]+npx patch-package`$/)
})
