import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const DEBIAN_FOLDER = '/usr/lib/postgresql'

/** The folder with the programs of the newest Postgres of this machine. Throws where there is none. */
export function postgresPrograms(): string {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : []
  const folders = versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(DEBIAN_FOLDER, version, 'bin'))
    .filter((folder) => existsSync(join(folder, 'initdb')))
  const [newest] = folders
  if (newest === undefined) {
    throw new Error(
      `There is no Postgres in ${DEBIAN_FOLDER}: install the package postgresql, whose programs this needs.`,
    )
  }
  return newest
}
