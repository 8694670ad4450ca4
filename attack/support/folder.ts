import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The folder of the project: what is attacked is what is built from it. */
export const ROOT = resolve(import.meta.dirname, '../..')

/** Whoever owns the files of Postgres: Postgres refuses to run as root. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** The user as whom Postgres must run; undefined where it can run as the user of this process. */
export function postgresOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** Makes a temporary folder which the user of Postgres can reach into. */
export async function makeFolder(purpose: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `pledgeline-attack-${purpose}-`))
  await chmod(folder, 0o711)
  return folder
}

/** Gives a folder to the user of Postgres, where that is another one. */
export async function giveToPostgres(folder: string): Promise<void> {
  const owner = postgresOwner()
  if (owner) await chown(folder, owner.uid, owner.gid)
}

/** Removes a folder with everything in it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
