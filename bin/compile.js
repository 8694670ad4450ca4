/* global process */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const SOURCE = join(ROOT, 'src')
const MAIN = join(ROOT, 'dist/main.js')

/** In a clone, compiles what has changed since the last time. Where there is no compiler it is compiled already. */
export function compileIfStale() {
  const compiler = findCompiler()
  if (!compiler || !isStale()) return
  process.stderr.write('Compiling\n')
  const { status } = spawnSync(
    process.execPath,
    [compiler, '-b', join(ROOT, 'tsconfig.build.json'), '--noCheck'],
    // Standard output is for data alone.
    { stdio: ['ignore', process.stderr, process.stderr] },
  )
  if (status !== 0) process.exit(status ?? 1)
}

/** Whether the program was ever compiled. */
export function isCompiled() {
  return existsSync(MAIN)
}

function findCompiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc')
  } catch {
    return undefined
  }
}

function isStale() {
  if (!existsSync(SOURCE)) return false
  const built = statSync(join(ROOT, 'dist/.tsbuildinfo'), { throwIfNoEntry: false })
  if (!built || !isCompiled()) return true
  return readdirSync(SOURCE, { recursive: true }).some(
    (file) => statSync(join(SOURCE, file)).mtimeMs > built.mtimeMs,
  )
}
