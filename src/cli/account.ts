import { readFile } from 'node:fs/promises'
import {
  type AccountSummary,
  addKey,
  createAccount,
  disableAccount,
  type IssuedKey,
  listAccounts,
  revokeKey,
} from '../account/commands.ts'
import { parseEmail, parseOrganizations, parsePermissions } from '../account/rules.ts'
import type { Config } from '../config.ts'
import { systemClock } from '../core/clock.ts'
import { OperatorError } from '../core/error.ts'
import { signToken } from '../http/token.ts'
import { withDatabase } from './database.ts'
import { print } from './output.ts'
import { reasonOf } from './problem.ts'

export interface CreateOptions {
  readonly email: string
  readonly organizations: string
  readonly permissions: string
}

export async function runCreate(config: Config, options: CreateOptions): Promise<void> {
  const account = {
    email: parseEmail(options.email),
    organizations: parseOrganizations(options.organizations),
    permissions: parsePermissions(options.permissions),
  }
  printKey(
    await withDatabase(config, (database) => createAccount(database, account, systemClock())),
  )
}

export async function runAddKey(config: Config, options: { email: string }): Promise<void> {
  const email = parseEmail(options.email)
  printKey(await withDatabase(config, (database) => addKey(database, email, systemClock())))
}

export async function runRevokeKey(config: Config, { kid }: { kid: string }): Promise<void> {
  const revokedAt = await withDatabase(config, (database) =>
    revokeKey(database, kid, systemClock()),
  )
  print(JSON.stringify({ kid, revokedAt }))
}

export async function runDisable(config: Config, options: { email: string }): Promise<void> {
  const email = parseEmail(options.email)
  const disabledAt = await withDatabase(config, (database) =>
    disableAccount(database, email, systemClock()),
  )
  print(JSON.stringify({ email, disabledAt }))
}

/** Prints every account as a line of JSON. */
export async function runList(config: Config): Promise<void> {
  const accounts: AccountSummary[] = await withDatabase(config, listAccounts)
  for (const account of accounts) print(JSON.stringify(account))
}

export interface TokenOptions {
  readonly email: string
  readonly kid: string
  readonly key: string
  /** In seconds. */
  readonly ttl: number
}

/** Signs a token without asking anybody, as a client would. */
export async function runToken({ email, kid, key, ttl }: TokenOptions): Promise<void> {
  if (ttl < 1) throw new OperatorError('--ttl must be at least 1 second')
  const privateKey = await readFile(key, 'utf8').catch((error: unknown) => {
    throw new OperatorError(`${key} cannot be read: ${reasonOf(error)}`)
  })
  const request = { email: parseEmail(email), kid, privateKey, ttlSeconds: ttl }
  const token = await signToken(request, systemClock()).catch(() => {
    throw new OperatorError(`${key} holds no RSA private key of 2048 bits or more, as PKCS8 PEM`)
  })
  print(token)
}

function printKey({ email, kid, privateKey }: IssuedKey): void {
  print(JSON.stringify({ email, kid, privateKey }))
}
