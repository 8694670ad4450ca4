import { chmodSync, type Dirent, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OperatorError } from './error.ts'

/** The mode of a folder that nobody but the account of the process may look into. */
export const PRIVATE_FOLDER = 0o700

/** The mode of a file that nobody but the account of the process may read. */
export const PRIVATE_FILE = 0o600

const OTHERS = 0o077

/**
 * Takes a folder with all that is in it away from other accounts of the machine. One that is private already is
 * taken to be so below as well: the folder itself comes last, so that what was begun once is finished later.
 * Throws an OperatorError where the folder belongs to somebody else.
 */
export function makePrivate(folder: string): void {
  if (!existsSync(folder) || (statSync(folder).mode & OTHERS) === 0) return
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      chmodEntry(entry)
    }
    chmodSync(folder, PRIVATE_FOLDER)
  } catch (error) {
    throw new OperatorError(
      `${folder} is open to other accounts of this machine, and cannot be closed to them (${(error as Error).message})`,
    )
  }
}

function chmodEntry(entry: Dirent): void {
  const path = join(entry.parentPath, entry.name)
  if (entry.isDirectory()) chmodSync(path, PRIVATE_FOLDER)
  else if (entry.isFile()) chmodSync(path, PRIVATE_FILE)
}
