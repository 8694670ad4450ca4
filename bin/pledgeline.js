#!/usr/bin/env node
/* global process */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

compileIfStale()
await import('../dist/main.js')

/** In a clone, compiles what has changed since the last time; what is installed elsewhere is compiled. */
function compileIfStale() {
  const compiler = findCompiler()
  if (!compiler || !isStale()) return
  process.stderr.write('Compiling\n')
  const { status } = spawnSync(
    process.execPath,
    [compiler, '-b', join(root, 'tsconfig.build.json'), '--noCheck'],
    // Standard output is for data alone.
    { stdio: ['ignore', process.stderr, process.stderr] },
  )
  if (status !== 0) process.exit(status ?? 1)
}

function findCompiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc')
  } catch {
    return undefined
  }
}

function isStale() {
  const source = join(root, 'src')
  if (!existsSync(source)) return false
  const built = statSync(join(root, 'dist/.tsbuildinfo'), { throwIfNoEntry: false })
  if (!built || !existsSync(join(root, 'dist/main.js'))) return true
  return readdirSync(source, { recursive: true }).some(
    (file) => statSync(join(source, file)).mtimeMs > built.mtimeMs,
  )
}
