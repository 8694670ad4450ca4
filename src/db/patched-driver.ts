import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OperatorError } from '../core/error.ts'

const PATCHES = fileURLToPath(new URL('../../patches', import.meta.url))

let isChecked = false

/**
 * Throws an OperatorError where the driver of Postgres is without its patches, which an install that runs no
 * scripts leaves out without a word: a connection that breaks would then end the process.
 */
export function assertPatchedDriver(): void {
  if (isChecked) return
  assertPatched('postgres', driverFolder(), PATCHES)
  isChecked = true
}

/** The folder of the driver. The package tells only where its code is, which is cjs/src/index.js. */
export function driverFolder(): string {
  const code = createRequire(import.meta.url).resolve('postgres')
  return dirname(dirname(dirname(code)))
}

/** Throws an OperatorError unless every line that the patches of a package add is in its files. */
export function assertPatched(name: string, folder: string, patches: string): void {
  for (const file of readdirSync(patches)) {
    if (!file.startsWith(`${name}+`)) continue
    for (const { path, added } of changedFiles(readFileSync(join(patches, file), 'utf8'), name)) {
      const content = readFileSync(join(folder, path), 'utf8')
      if (added.some((block) => !content.includes(block))) throw unpatched(name)
    }
  }
}

/** What a patch adds to each file of a package: its runs of added lines. */
function changedFiles(patch: string, name: string) {
  return patch
    .split(/^diff --git .*$/m)
    .slice(1)
    .map((part) => {
      const [, path = ''] =
        new RegExp(`^\\+\\+\\+ b/node_modules/${name}/(.*)$`, 'm').exec(part) ?? []
      const body = part.slice(part.indexOf('\n@@'))
      const added = [...body.matchAll(/(?:^\+.*\n?)+/gm)].map(([block]) =>
        block.replace(/^\+/gm, ''),
      )
      return { path, added }
    })
    .filter(({ path }) => path !== '')
}

function unpatched(name: string): OperatorError {
  return new OperatorError(
    `the package ${name} is without the patches of this program, because it was installed without scripts; run \`npx patch-package\``,
  )
}
