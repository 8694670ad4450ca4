import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addKey,
  createAccount,
  DEMO_EMAIL,
  disableAccount,
  findKey,
  listAccounts,
  renewDemoKey,
  revokeKey,
} from '../src/account/commands.ts'
import { parseEmail, parseOrganizations, parsePermissions } from '../src/account/rules.ts'
import { accountKeys } from '../src/account/table.ts'
import { PERMISSIONS } from '../src/core/actor.ts'
import { OperatorError } from '../src/core/error.ts'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, STARTED_AT } from './support/gateway.ts'
import { insertOrganization } from './support/records.ts'

const LATER = new Date(STARTED_AT.getTime() + 60_000)

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

async function summaryOf(email: string) {
  return (await listAccounts(database)).find((account) => account.email === email)
}

describe('permissions', () => {
  test('are all of them, or those that are named', () => {
    expect(parsePermissions('all')).toEqual(PERMISSIONS)
    expect(parsePermissions('PERSONS_READ, TRANSACTIONS_READ,')).toEqual([
      'PERSONS_READ',
      'TRANSACTIONS_READ',
    ])
  })

  test.each(PERMISSIONS.filter((name) => /^(PLEDGES|CALLS)_/.test(name)))(
    '%s brings reading with it',
    (name) => {
      const reading = name.replace(/_.*/, '_READ')
      expect(parsePermissions(name)).toEqual([...new Set([reading, name])])
    },
  )

  test('TRANSACTIONS_RECORD brings reading transactions and pledges with it', () => {
    expect(parsePermissions('TRANSACTIONS_RECORD')).toEqual([
      'PLEDGES_READ',
      'TRANSACTIONS_READ',
      'TRANSACTIONS_RECORD',
    ])
  })

  test.each(['', ' , ', 'PLEDGES_DELETE', 'all,PLEDGES_READ', 'pledges_read'])(
    'are not "%s"',
    (text) => {
      expect(() => parsePermissions(text)).toThrow(OperatorError)
      expect(() => parsePermissions(text)).toThrow(PERMISSIONS.join(', '))
    },
  )
})

describe('what names an account and its organizations', () => {
  test('is read in one spelling', () => {
    const uuid = randomUUID()
    expect(parseEmail(' CRM@Charity.example ')).toBe('crm@charity.example')
    expect(parseOrganizations('all')).toBe('all')
    expect(parseOrganizations(`${uuid.toUpperCase()}, ${uuid}`)).toEqual([uuid])
  })

  test.each(['', 'crm', 'crm@', 'a b@charity.example', `${'a'.repeat(250)}@charity.example`])(
    'is no email: %s',
    (text) => {
      expect(() => parseEmail(text)).toThrow(OperatorError)
    },
  )

  test.each(['', 'none', '00000000-0000-0000-0000-000000000000', `${randomUUID()},x`])(
    'is no list of organizations: %s',
    (text) => {
      expect(() => parseOrganizations(text)).toThrow(OperatorError)
    },
  )
})

describe('an account', () => {
  test('is created with what it may do and see, and with one key', async () => {
    const { uuid } = await insertOrganization(database)
    const email = 'scoped@charity.example'
    const { kid } = await createAccount(
      database,
      { email, permissions: ['CALLS_READ', 'CALLS_COMPLETE'], organizations: [uuid] },
      STARTED_AT,
    )
    expect(await summaryOf(email)).toEqual({
      email,
      permissions: ['CALLS_READ', 'CALLS_COMPLETE'],
      organizations: [uuid],
      createdAt: STARTED_AT,
      disabledAt: null,
      keys: [{ kid, createdAt: STARTED_AT, revokedAt: null }],
    })
    expect((await findKey(database, kid))?.actor).toEqual({
      email,
      permissions: new Set(['CALLS_READ', 'CALLS_COMPLETE']),
      organizations: [uuid],
    })
  })

  test('sees all organizations where it is created so', async () => {
    const { email, kid } = await createTestAccount(database)
    expect((await summaryOf(email))?.organizations).toBe('all')
    expect((await findKey(database, kid))?.actor).toEqual({
      email,
      permissions: new Set(PERMISSIONS),
      organizations: 'all',
    })
  })

  test('is the only one with its email, also when two are created at once', async () => {
    const email = 'twice@charity.example'
    const [first, second] = await Promise.allSettled([
      createTestAccount(database, { email }),
      createTestAccount(database, { email }),
    ])
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected'])
    await expect(createTestAccount(database, { email })).rejects.toThrow(
      new OperatorError(`there is already an account ${email}`),
    )
    expect((await summaryOf(email))?.keys).toHaveLength(1)
  })

  test('is not created at all for an organization that is not there', async () => {
    const { uuid } = await insertOrganization(database)
    const unknown = randomUUID()
    const email = 'nowhere@charity.example'
    await expect(
      createTestAccount(database, { email, organizations: [uuid, unknown] }),
    ).rejects.toThrow(new OperatorError(`there is no organization ${unknown}`))
    expect(await summaryOf(email)).toBeUndefined()
  })
})

describe('a key', () => {
  test('is an RSA key of 2048 bits, of which only the public half is kept', async () => {
    const { kid, privateKey } = await createTestAccount(database)
    const key = createPrivateKey(privateKey)
    expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(key.asymmetricKeyType).toBe('rsa')
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(2_048)
    const rows = await database.drizzle.select().from(accountKeys)
    expect(rows.find((row) => row.kid === kid)?.publicKey).toBe(
      createPublicKey(key).export({ type: 'spki', format: 'pem' }),
    )
    expect(JSON.stringify(rows)).not.toContain('PRIVATE')
  })

  test('can be added beside others, and revoked by itself', async () => {
    const first = await createTestAccount(database)
    const second = await addKey(database, first.email, LATER)
    expect(await revokeKey(database, first.kid, LATER)).toEqual(LATER)
    expect(await findKey(database, first.kid)).toBeUndefined()
    expect(await findKey(database, second.kid)).toBeDefined()
    expect((await summaryOf(first.email))?.keys).toEqual([
      { kid: first.kid, createdAt: STARTED_AT, revokedAt: LATER },
      { kid: second.kid, createdAt: LATER, revokedAt: null },
    ])
  })

  test('that is revoked, or an account that is disabled, stays so from the first time on', async () => {
    const { email, kid } = await createTestAccount(database)
    expect(await revokeKey(database, kid, STARTED_AT)).toEqual(STARTED_AT)
    expect(await revokeKey(database, kid, LATER)).toEqual(STARTED_AT)
    expect(await disableAccount(database, email, STARTED_AT)).toEqual(STARTED_AT)
    expect(await disableAccount(database, email, LATER)).toEqual(STARTED_AT)
  })

  test('is out of force while its account is disabled, and none can be added', async () => {
    const { email, kid } = await createTestAccount(database)
    await disableAccount(database, email, LATER)
    expect(await findKey(database, kid)).toBeUndefined()
    await expect(addKey(database, email, LATER)).rejects.toThrow(
      new OperatorError(`the account ${email} is disabled`),
    )
  })

  test('or an account that is not there is told', async () => {
    const email = 'nobody@charity.example'
    await expect(addKey(database, email, LATER)).rejects.toThrow(OperatorError)
    await expect(disableAccount(database, email, LATER)).rejects.toThrow(OperatorError)
    await expect(revokeKey(database, randomUUID(), LATER)).rejects.toThrow(OperatorError)
    expect(await findKey(database, randomUUID())).toBeUndefined()
  })
})

describe('the demo account', () => {
  test('has one key, which is new each time', async () => {
    const first = await renewDemoKey(database, STARTED_AT)
    const second = await renewDemoKey(database, LATER)
    expect(second?.privateKey).not.toBe(first?.privateKey)
    expect(await summaryOf(DEMO_EMAIL)).toMatchObject({
      permissions: PERMISSIONS,
      organizations: 'all',
      keys: [{ kid: second?.kid, createdAt: LATER, revokedAt: null }],
    })
    const publicKey = createPublicKey(second!.privateKey).export({ type: 'spki', format: 'pem' })
    expect((await findKey(database, second!.kid))?.publicKey).toBe(publicKey)
  })

  test('stays shut out once somebody has disabled it', async () => {
    const key = await renewDemoKey(database, STARTED_AT)
    await disableAccount(database, DEMO_EMAIL, LATER)
    expect(await renewDemoKey(database, LATER)).toBeUndefined()
    expect(await findKey(database, key!.kid)).toBeUndefined()
  })
})
