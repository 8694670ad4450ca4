import { generateKeyPair, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { type Actor, type OrganizationScope, type Permission, PERMISSIONS } from '../core/actor.ts'
import { OperatorError } from '../core/error.ts'
import type { Database, Drizzle } from '../db/database.ts'
import { organizations } from '../organization/table.ts'
import { accountKeys, accountOrganizations, accounts } from './table.ts'

/** Whom the page with ready-made operations acts as, on the embedded database. */
export const DEMO_EMAIL = 'demo@pledgeline.example'

// There is one demo key at a time, so that starting again and again leaves one row.
const DEMO_KID = '00000000-0000-4000-8000-00000000de30'

const RSA_MODULUS_BITS = 2048

export interface NewAccount {
  /** As parseEmail writes it. */
  readonly email: string
  readonly permissions: readonly Permission[]
  readonly organizations: OrganizationScope
}

/** A key with which an account signs its tokens. The private half is nowhere else. */
export interface IssuedKey {
  readonly email: string
  readonly kid: string
  /** PKCS8, as PEM. */
  readonly privateKey: string
}

/** The public half of a key that is in force, with what its account may do and see. */
export interface AccountKey {
  readonly kid: string
  /** SPKI, as PEM. */
  readonly publicKey: string
  readonly actor: Actor
}

/** An account as an operator sees it: everything but the keys themselves. */
export interface AccountSummary extends NewAccount {
  readonly createdAt: Date
  readonly disabledAt: Date | null
  readonly keys: readonly {
    readonly kid: string
    readonly createdAt: Date
    readonly revokedAt: Date | null
  }[]
}

/** Creates an account with its first key. The email must be free and the organizations must exist. */
export async function createAccount(
  { drizzle }: Database,
  account: NewAccount,
  now: Date,
): Promise<IssuedKey> {
  const key = await generateKey()
  return await drizzle.transaction(async (transaction) => {
    await insertAccount(transaction, account, now)
    return await insertKey(transaction, account.email, key, now)
  })
}

/** Gives an account that is not disabled one more key, beside those that it has. */
export async function addKey({ drizzle }: Database, email: string, now: Date): Promise<IssuedKey> {
  const key = await generateKey()
  return await drizzle.transaction(async (transaction) => {
    const [account] = await transaction
      .select()
      .from(accounts)
      .where(eq(accounts.email, email))
      .for('share')
    if (!account) throw unknownAccount(email)
    if (account.disabledAt) throw new OperatorError(`the account ${email} is disabled`)
    return await insertKey(transaction, email, key, now)
  })
}

/** Takes a key out of force; one that already is stays so from the earlier moment. Answers that moment. */
export async function revokeKey({ drizzle }: Database, kid: string, now: Date): Promise<Date> {
  await drizzle
    .update(accountKeys)
    .set({ revokedAt: now })
    .where(and(eq(accountKeys.kid, kid), isNull(accountKeys.revokedAt)))
  const [key] = await drizzle.select().from(accountKeys).where(eq(accountKeys.kid, kid))
  if (!key) throw new OperatorError(`there is no key ${kid}; \`account list\` shows the keys`)
  return key.revokedAt ?? now
}

/** Shuts an account out; one that already is stays so from the earlier moment. Answers that moment. */
export async function disableAccount(
  { drizzle }: Database,
  email: string,
  now: Date,
): Promise<Date> {
  await drizzle
    .update(accounts)
    .set({ disabledAt: now })
    .where(and(eq(accounts.email, email), isNull(accounts.disabledAt)))
  const [account] = await drizzle.select().from(accounts).where(eq(accounts.email, email))
  if (!account) throw unknownAccount(email)
  return account.disabledAt ?? now
}

/** Every account, by email, with its keys, oldest first. */
export async function listAccounts({ drizzle }: Database): Promise<AccountSummary[]> {
  const all = await drizzle.select().from(accounts).orderBy(asc(accounts.email))
  const scopes = await drizzle
    .select()
    .from(accountOrganizations)
    .orderBy(asc(accountOrganizations.organizationUuid))
  const keys = await drizzle.select().from(accountKeys).orderBy(asc(accountKeys.createdAt))
  return all.map((account) => ({
    email: account.email,
    permissions: account.permissions,
    organizations: account.hasAllOrganizations
      ? 'all'
      : scopes.filter(({ email }) => email === account.email).map((row) => row.organizationUuid),
    createdAt: account.createdAt,
    disabledAt: account.disabledAt,
    keys: keys
      .filter(({ email }) => email === account.email)
      .map(({ kid, createdAt, revokedAt }) => ({ kid, createdAt, revokedAt })),
  }))
}

/**
 * The key that has this id; undefined where there is none in force: unknown, revoked, or of a disabled
 * account. It is looked up by the lane's connections.
 */
export async function findKey(
  database: Database,
  kid: string,
  lane: 'keys' | 'followers' = 'keys',
): Promise<AccountKey | undefined> {
  const rows = await database[lane]
    .select({
      publicKey: accountKeys.publicKey,
      email: accounts.email,
      permissions: accounts.permissions,
      hasAllOrganizations: accounts.hasAllOrganizations,
      organizationUuid: accountOrganizations.organizationUuid,
    })
    .from(accountKeys)
    .innerJoin(accounts, eq(accounts.email, accountKeys.email))
    .leftJoin(accountOrganizations, eq(accountOrganizations.email, accounts.email))
    .where(
      and(eq(accountKeys.kid, kid), isNull(accountKeys.revokedAt), isNull(accounts.disabledAt)),
    )
  const [first] = rows
  if (!first) return undefined
  return {
    kid,
    publicKey: first.publicKey,
    actor: {
      email: first.email,
      permissions: new Set(first.permissions),
      organizations: first.hasAllOrganizations
        ? 'all'
        : rows.flatMap(({ organizationUuid }) => organizationUuid ?? []),
    },
  }
}

/**
 * Gives the demo account a new key in place of its former one, creating the account where it is missing.
 * Undefined when somebody has disabled it.
 */
export async function renewDemoKey(
  { drizzle }: Database,
  now: Date,
): Promise<IssuedKey | undefined> {
  const { publicKey, privateKey } = await generateKey()
  return await drizzle.transaction(async (transaction) => {
    const [account] = await transaction
      .select()
      .from(accounts)
      .where(eq(accounts.email, DEMO_EMAIL))
    if (account?.disabledAt) return undefined
    if (!account) {
      const everything = { email: DEMO_EMAIL, permissions: PERMISSIONS } as const
      await insertAccount(transaction, { ...everything, organizations: 'all' }, now)
    }
    const key = { publicKey, createdAt: now, revokedAt: null }
    await transaction
      .insert(accountKeys)
      .values({ kid: DEMO_KID, email: DEMO_EMAIL, ...key })
      .onConflictDoUpdate({ target: accountKeys.kid, set: key })
    return { email: DEMO_EMAIL, kid: DEMO_KID, privateKey }
  })
}

async function insertAccount(transaction: Drizzle, account: NewAccount, now: Date): Promise<void> {
  const { email, permissions, organizations: scope } = account
  const inserted = await transaction
    .insert(accounts)
    .values({
      email,
      permissions: [...permissions],
      hasAllOrganizations: scope === 'all',
      createdAt: now,
    })
    .onConflictDoNothing()
    .returning()
  if (inserted.length === 0) throw new OperatorError(`there is already an account ${email}`)
  if (scope === 'all') return
  const known = await transaction
    .select({ uuid: organizations.uuid })
    .from(organizations)
    .where(inArray(organizations.uuid, [...scope]))
  const unknown = scope.filter((uuid) => !known.some((row) => row.uuid === uuid))
  if (unknown.length > 0) {
    throw new OperatorError(`there is no organization ${unknown.join(', ')}`)
  }
  await transaction
    .insert(accountOrganizations)
    .values(scope.map((organizationUuid) => ({ email, organizationUuid })))
}

async function insertKey(
  transaction: Drizzle,
  email: string,
  { publicKey, privateKey }: KeyPair,
  now: Date,
): Promise<IssuedKey> {
  const kid = randomUUID()
  await transaction.insert(accountKeys).values({ kid, email, publicKey, createdAt: now })
  return { email, kid, privateKey }
}

interface KeyPair {
  readonly publicKey: string
  readonly privateKey: string
}

function generateKey(): Promise<KeyPair> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_MODULUS_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

function unknownAccount(email: string): OperatorError {
  return new OperatorError(`there is no account ${email}; \`account list\` shows the accounts`)
}
