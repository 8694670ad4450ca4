import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from '../core/error.ts'

/**
 * Claims a data folder for this process, because the embedded database takes no lock of its own and two
 * processes would lose each other's rows. Answers a function that gives the folder back.
 * The claim of a process that has died is taken over.
 */
export function takeFolder(folder: string): () => void {
  const file = join(folder, 'process.pid')
  const holder = holderOf(file)
  if (holder !== undefined && isRunning(holder)) throw inUse(folder, holder)
  rmSync(file, { force: true })
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw inUse(folder, holderOf(file))
    throw error
  }
  return () => {
    rmSync(file, { force: true })
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  // In a container every start may get the same process id as the one that died.
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inUse(folder: string, holder: number | undefined): OperatorError {
  return new OperatorError(
    `the data folder ${folder} is in use by ${holder === undefined ? 'another process' : `process ${String(holder)}`}; stop it, or set DATA_DIR to another folder`,
  )
}
