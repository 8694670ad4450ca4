import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runCommand, type Settings } from './support/command.ts'
import { createPostgres, isOnPostgres } from './support/database.ts'
import {
  type ImportLine,
  organizationLine,
  personLine,
  pledgeLine,
} from './support/import-lines.ts'
import { sampleFiles } from './support/media.ts'

// Every command is a process of its own, and the first one makes a database.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const DATABASES = isOnPostgres() ? ['embedded', 'on Postgres'] : ['embedded']

describe.each(DATABASES)('a database that is %s', (kind) => {
  let folder: string
  let settings: Settings
  let drop = () => Promise.resolve()
  let person: ImportLine
  let lines: string

  const erase = (uuid: string) => runCommand(['person', 'erase', '--uuid', uuid], settings)
  const importAgain = () => runCommand(['import', '-'], settings, lines)
  const files = () => readdir(join(folder, 'files', 'signatures'))

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pledgeline erase '))
    settings = { DATA_DIR: folder }
    if (kind === 'on Postgres') {
      const database = await createPostgres()
      drop = database.drop
      settings = { ...settings, DATABASE_URL: database.url }
      expect((await runCommand(['migrate'], settings)).code).toBe(0)
    }
    const organization = organizationLine()
    person = personLine(organization, { firstName: 'Noor', email: 'noor@example.org' })
    const base64 = (await sampleFiles())['image/png'].toString('base64')
    const signature = { contentType: 'image/png', base64 }
    lines = [organization, person, pledgeLine(person, { signature })]
      .map((line) => JSON.stringify(line))
      .join('\n')
    expect((await importAgain()).code).toBe(0)
  })

  afterAll(async () => {
    await rm(folder, { recursive: true })
    await drop()
  })

  test('it prints what was cleared, and nothing the second time; an import brings nothing back', async () => {
    const { uuid } = person
    expect(await files()).toHaveLength(1)
    const first = await erase(uuid.toUpperCase())
    expect({ ...first, stdout: JSON.parse(first.stdout) as unknown }).toEqual({
      code: 0,
      stdout: { uuid, persons: 1, pledges: 1, calls: 0, signatures: 1 },
      stderr: '',
    })
    expect(first.stdout.trim().split('\n')).toHaveLength(1)
    expect(await files()).toEqual([])

    const second = await erase(uuid)
    expect(second).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(second.stdout)).toEqual({
      uuid,
      persons: 0,
      pledges: 0,
      calls: 0,
      signatures: 0,
    })

    const { code, stderr } = await importAgain()
    expect(code).toBe(1)
    expect(stderr.trim().split('\n')).toEqual([
      'line 2: uuid names a person that was erased: an import does not change it',
      'line 3: signature is not accepted, because the person was erased: leave it out',
      'imported 0, unchanged 1, failed 2',
    ])
    expect(await files()).toEqual([])
  })

  test('who is unknown, and what is no UUID, is one line and the exit code 1', async () => {
    const unknown = '5cf67f69-34d0-46fe-b904-20d56248a844'
    expect(await erase(unknown)).toEqual({
      code: 1,
      stdout: '',
      stderr: `pledgeline: there is no person ${unknown}\n`,
    })
    const { code, stdout, stderr } = await erase('noor@example.org')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^pledgeline: --uuid must be a version 4 UUID.*\n$/)
    expect(stderr).not.toContain('noor')
  })
})
