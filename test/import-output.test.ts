import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { importFile } from '../src/cli/import.ts'
import { printable } from '../src/cli/output.ts'
import { readConfig } from '../src/config.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pledgeline-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** What an import of these lines tells. */
async function told(lines: readonly string[]): Promise<string> {
  const file = join(folder, 'lines.ndjson')
  await writeFile(file, lines.join('\n'))
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    await importFile(readConfig({ DATA_DIR: join(folder, 'data') }), file)
    return stderr.mock.calls.join('')
  } finally {
    stderr.mockRestore()
  }
}

const withKeys = (...keys: string[]) =>
  JSON.stringify({
    entity: 'organization',
    uuid: '5cf67f69-34d0-46fe-b904-20d56248a844',
    name: 'x',
    ...Object.fromEntries(keys.map((key) => [key, 1])),
  })

test('keys cannot command a terminal or forge a summary', async () => {
  const text = await told([
    withKeys('\u001B[2J\u001B]0;title\u0007', 'x\nimported 9, unchanged 9, failed 0', '\u202Etxt'),
  ])
  expect(text).toContain('\\u{1b}[2J\\u{1b}]0;title\\u{7}')
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(text.split('\n')).toEqual([
    expect.stringMatching(/^line 1: /),
    'imported 0, unchanged 0, failed 1',
    '',
  ])
})

test('complaints are short, and after a thousand of them lines are only counted', async () => {
  const many = Array.from({ length: 2_000 }, (_, nth) => `k${String(nth)}`)
  const long = await told([withKeys(...many), withKeys('x'.repeat(500_000))])
  expect(long.length).toBeLessThan(5_000)
  expect(long).toContain('; and 1990 more\n')
  const lines = (await told(Array.from({ length: 1_500 }, () => '{}'))).split('\n')
  expect(lines).toHaveLength(1_003)
  expect(lines.slice(-3)).toEqual([
    'further lines that fail are only counted',
    'imported 0, unchanged 0, failed 1500',
    '',
  ])
})

test('what is printable stays as it is', () => {
  expect(printable('Müller – 日本 ✓ "x"')).toBe('Müller – 日本 ✓ "x"')
})
