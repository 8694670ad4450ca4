import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { environmentWith } from './settings.ts'
import type { Series } from './subject.ts'

const TOKEN_TTL_SECONDS = 3_600
const MOST_OUTPUT_BYTES = 1_048_576

/** Pledgeline's own command line, as an operator uses it. */
export interface CommandLine {
  /** The file that Node runs. */
  readonly entry: string
  readonly databaseUrl: string
}

/** A service account that was made for this run. */
export interface Account {
  readonly email: string
  /** Valid for an hour. */
  readonly token: string
}

/** Runs one command and answers what it printed. Rejects when it fails. */
export async function pledgeline(
  { entry, databaseUrl }: CommandLine,
  ...args: string[]
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [entry, ...args], {
    env: environmentWith({ DATABASE_URL: databaseUrl }),
    maxBuffer: MOST_OUTPUT_BYTES,
  })
  return stdout.trim()
}

/** Creates an account with all permissions that sees what a series is about. */
export async function createAccount(
  commandLine: CommandLine,
  { scope }: Series,
  email: string,
): Promise<Account> {
  const organizations = scope === 'all' ? 'all' : scope.join(',')
  const created = await pledgeline(
    commandLine,
    ...['account', 'create', '--email', email],
    ...['--organizations', organizations, '--permissions', 'all'],
  )
  const { kid, privateKey } = JSON.parse(created) as { kid: string; privateKey: string }
  const folder = await mkdtemp(join(tmpdir(), 'pledgeline-bench-'))
  try {
    const key = join(folder, 'key.pem')
    await writeFile(key, privateKey, { mode: 0o600 })
    const token = await pledgeline(
      commandLine,
      ...['token', '--email', email, '--kid', kid, '--key', key],
      ...['--ttl', String(TOKEN_TTL_SECONDS)],
    )
    return { email, token }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Shuts an account out when the run is over. */
export async function disableAccount(commandLine: CommandLine, { email }: Account): Promise<void> {
  await pledgeline(commandLine, 'account', 'disable', '--email', email)
}
