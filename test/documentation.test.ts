import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The folders of which the pages name files. */
const FOLDERS = ['attack', 'docs', 'src', 'test'] as const

const PATH_IN_BACKTICKS = new RegExp(`\`((?:${FOLDERS.join('|')})/[^\`\\s]*)\``, 'g')

const files = FOLDERS.flatMap((folder) =>
  filesOf(folder)
    .filter((file) => !file.includes('/node_modules/'))
    .map((file) => `${folder}/${file}`),
)
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...filesOf('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
]

describe('the pages', () => {
  test('name paths', () => {
    expect(pages).toContain('docs/architecture.md')
    expect(pathsIn('docs/architecture.md')).toContain('src/read/plan.ts')
  })

  test.each(pages)('%s names no path that does not exist', (page) => {
    const missing = pathsIn(page).filter((path) => !exists(path))
    expect(missing).toEqual([])
  })

  test('a path that does not exist is found', () => {
    expect(exists('src/pledge/{rules,table}.ts')).toBe(true)
    expect(exists('src/*/table.ts')).toBe(true)
    expect(exists('src/pledge/')).toBe(true)
    expect(exists('src/pledge/{rules,nothing}.ts')).toBe(false)
    expect(exists('src/*/nothing.ts')).toBe(false)
    expect(exists('src/nothing/')).toBe(false)
  })
})

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    file.split(sep).join(posix.sep),
  )
}

function pathsIn(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(PATH_IN_BACKTICKS)].map(([, path]) => path!)
}

/** Whether there is a file for every alternative in `{one,other}`; a `*` stands for any name. */
function exists(path: string): boolean {
  return alternativesOf(path).every((alternative) => {
    const name = alternative.replace(/\/$/, '')
    const pattern = RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}(/|$)`)
    return files.some((file) => pattern.test(file))
  })
}

function alternativesOf(path: string): string[] {
  const [, before, choices, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path) ?? []
  if (choices === undefined) return [path]
  return choices.split(',').flatMap((choice) => alternativesOf(`${before}${choice}${after}`))
}
