import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readSourceFiles } from './support/imports.ts'

const LONGEST_FILE_IN_LINES = 330

/** The kinds of code, and the files that are of each. In order: a file imports from its own kind and those before it. */
const LADDER = [
  { kind: 'core', files: /^src\/core\// },
  { kind: 'rules', files: /^src\/[^/]+\/(field-)?rules\.ts$/ },
  { kind: 'table', files: /^src\/[^/]+\/table\.ts$/ },
  { kind: 'db', files: /^src\/db\// },
  { kind: 'storage', files: /^src\/storage\// },
  { kind: 'read', files: /^src\/read\/(?!binding\/)/ },
  { kind: 'cost', files: /^src\/cost\/(?!graphql\.ts$)/ },
  { kind: 'feed', files: /^src\/feed\/(recording|placing|watching)\.ts$/ },
  { kind: 'act', files: /^src\/act\/(?!(sweep|mutation)\.ts$)/ },
  {
    kind: 'commands',
    files: /^src\/((?!import\/)[^/]+\/(commands|reference|due)|act\/sweep)\.ts$/,
  },
  { kind: 'import', files: /^src\/import\// },
  { kind: 'demo', files: /^src\/demo\// },
  { kind: 'graphql', files: /^src\/(graphql\/(?!node-type\.ts$)|[^/]+\/enum\.ts$)/ },
  { kind: 'binding', files: /^src\/read\/binding\// },
  {
    kind: 'type',
    files:
      /^src\/([^/]+\/(action|filter|following|graphql|input|mutation|relation)|graphql\/node-type)\.ts$/,
  },
  { kind: 'schema', files: /^src\/schema\.ts$/ },
  { kind: 'http', files: /^src\/http\// },
  { kind: 'app', files: /^src\/app\.ts$/ },
  { kind: 'main', files: /^src\/(main\.ts$|config\.ts$|cli\/)/ },
]

const files = readSourceFiles('src')

describe('the code under src', () => {
  test('every file is of a kind', () => {
    expect(files.filter(({ path }) => rungOf(path) === -1).map(({ path }) => path)).toEqual([])
  })

  test('docs/architecture.md shows the kinds in their order', () => {
    const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')
    expect(page.replaceAll(/\s+/g, ' ')).toContain(LADDER.map(({ kind }) => kind).join(' → '))
  })

  test('a file imports only from its own kind and from those before it', () => {
    const breaches = files.flatMap(({ path, imports }) =>
      imports
        .filter((imported) => rungOf(imported) === -1 || rungOf(imported) > rungOf(path))
        .map((imported) => `${path} (${kindOf(path)}) imports ${imported} (${kindOf(imported)})`),
    )
    expect(breaches).toEqual([])
  })

  test('no file imports itself by way of others', () => {
    expect(findCycles()).toEqual([])
  })

  test('no file is longer than somebody reads in one go', () => {
    const long = files.filter(({ lineCount }) => lineCount > LONGEST_FILE_IN_LINES)
    expect(long.map(({ path, lineCount }) => `${path}: ${lineCount} lines`)).toEqual([])
  })

  test('files are named for what is in them', () => {
    const vague = files.filter(({ path }) =>
      /(^|\/)(index|utils?|helpers?|misc)(\.ts$|\/)/.test(path),
    )
    expect(vague.map(({ path }) => path)).toEqual([])
  })
})

function rungOf(path: string): number {
  return LADDER.findIndex(({ files }) => files.test(path))
}

function kindOf(path: string): string {
  return LADDER[rungOf(path)]?.kind ?? 'of no kind'
}

/** The ways round by which a file reaches itself, each told once. */
function findCycles(): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]))
  const finished = new Set<string>()
  const cycles: string[] = []
  const follow = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start !== -1) {
      cycles.push([...trail.slice(start), path].join(' → '))
      return
    }
    if (finished.has(path)) return
    for (const imported of importsOf.get(path) ?? []) follow(imported, [...trail, path])
    finished.add(path)
  }
  for (const { path } of files) follow(path, [])
  return cycles
}
