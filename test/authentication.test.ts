import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { importPKCS8, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addKey, disableAccount, type IssuedKey, revokeKey } from '../src/account/commands.ts'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import {
  createTestAccount,
  type Gateway,
  openGateway,
  STARTED_AT,
  tokenOf,
} from './support/gateway.ts'
import { schema } from './support/stand-in-schema.ts'

const NOW_SECONDS = STARTED_AT.getTime() / 1000
const MAX_AGE_SECONDS = 3_600
const LONGEST_DELAY_SECONDS = 30

const OTHER_PAIR = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

let database: Database
let gateway: Gateway
let key: IssuedKey

beforeAll(async () => {
  database = await openTestDatabase()
  key = await createTestAccount(database, { email: 'crm@charity.example' })
})

beforeEach(() => {
  gateway = openGateway(database, schema)
})

afterAll(() => database.close())

interface Forgery {
  readonly header?: object
  readonly claims?: object
  readonly privateKey?: string
}

/** A token as a client signs it, except for what is given; what is given as undefined is left out. */
async function forge({ header, claims, privateKey = key.privateKey }: Forgery = {}) {
  return await new SignJWT({
    email: key.email,
    iss: key.email,
    iat: NOW_SECONDS,
    exp: NOW_SECONDS + 900,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, ...header })
    .sign(await importPKCS8(privateKey, 'RS256'))
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

async function statusOf(token: string | undefined): Promise<number> {
  return (await gateway.post('{ email }', token)).status
}

describe('a token that a client signs with its own key', () => {
  test('lets it in as its account', async () => {
    const { status, body } = await gateway.post('{ email }', await forge())
    expect(status).toBe(200)
    expect(body).toEqual({ data: { email: 'crm@charity.example' } })
  })

  test.each<[string, Forgery]>([
    ['says that it is a JWT', { header: { typ: 'JWT' } }],
    [
      'spells the email otherwise',
      { claims: { email: 'CRM@Charity.example', iss: 'CRM@charity.EXAMPLE' } },
    ],
    ['has claims of its own', { claims: { aud: 'pledgeline', jti: randomUUID() } }],
    ['is valid as long as one may be', { claims: { exp: NOW_SECONDS + MAX_AGE_SECONDS } }],
    ['was issued by a clock that is 30 seconds ahead', { claims: { iat: NOW_SECONDS + 30 } }],
    ['begins to be valid in 30 seconds', { claims: { nbf: NOW_SECONDS + 30 } }],
    ['expired 29 seconds ago', { claims: { iat: NOW_SECONDS - 900, exp: NOW_SECONDS - 29 } }],
  ])('is accepted when it %s', async (_, forgery) => {
    expect(await statusOf(await forge(forgery))).toBe(200)
  })

  test('is accepted until 30 seconds after it expires', async () => {
    const token = await forge()
    expect(await statusOf(token)).toBe(200)
    gateway.clock.advance(929)
    expect(await statusOf(token)).toBe(200)
    gateway.clock.advance(1)
    expect(await statusOf(token)).toBe(401)
  })

  test('may be sent under any spelling of the scheme', async () => {
    const answer = await gateway.fetch({
      method: 'POST',
      headers: { authorization: `bearer ${await forge()}`, 'content-type': 'application/json' },
      body: '{"query":"{ email }"}',
    })
    expect(answer.status).toBe(200)
  })
})

describe('a token is refused', () => {
  test.each<[string, Forgery]>([
    ['names no key', { header: { kid: undefined } }],
    ['names an unknown key', { header: { kid: randomUUID() } }],
    ['names a key that no database could hold', { header: { kid: 'a\u0000b' } }],
    ['names a key by a number', { header: { kid: 1 } }],
    ['is signed with another key', { privateKey: OTHER_PAIR.privateKey }],
    ['brings its own key', { header: { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } } }],
    ['says where to find a key', { header: { jku: 'https://elsewhere.example/keys' } }],
    ['says where to find a certificate', { header: { x5u: 'https://elsewhere.example/cert' } }],
    ['asks for an extension', { header: { crit: ['b64'], b64: true } }],
    ['says that it is something else', { header: { typ: 'at+jwt' } }],
    ['is of another issuer', { claims: { iss: 'other@charity.example' } }],
    ['is of another account', { claims: { email: 'other@charity.example' } }],
    ['has no email', { claims: { email: undefined } }],
    ['has no issuer', { claims: { iss: undefined } }],
    ['has a list of issuers', { claims: { iss: ['crm@charity.example'] } }],
    ['does not say when it was issued', { claims: { iat: undefined } }],
    ['never expires', { claims: { exp: undefined } }],
    ['has a fraction for a time', { claims: { iat: NOW_SECONDS - 0.5 } }],
    ['has a text for a time', { claims: { exp: String(NOW_SECONDS + 900) } }],
    ['has expired', { claims: { iat: NOW_SECONDS - 900, exp: NOW_SECONDS - 30 } }],
    ['expires before it was issued', { claims: { iat: NOW_SECONDS + 20, exp: NOW_SECONDS + 10 } }],
    ['expires when it was issued', { claims: { exp: NOW_SECONDS } }],
    ['was issued in the future', { claims: { iat: NOW_SECONDS + 31 } }],
    ['is not valid yet', { claims: { nbf: NOW_SECONDS + 31 } }],
    ['is valid for too long', { claims: { exp: NOW_SECONDS + MAX_AGE_SECONDS + 1 } }],
  ])('when it %s', async (_, forgery) => {
    expect(await statusOf(await forge(forgery))).toBe(401)
    expect(gateway.log).toEqual([])
  })

  test('when it is not signed', async () => {
    const [, claims] = (await forge()).split('.')
    const header = encode({ alg: 'none', kid: key.kid })
    expect(await statusOf(`${header}.${claims}.`)).toBe(401)
    expect(await statusOf(`${header}.${claims}.AAAA`)).toBe(401)
  })

  test('when it is signed with the public key as if that were a secret', async () => {
    const token = await new SignJWT({ email: key.email, iss: key.email })
      .setProtectedHeader({ alg: 'HS256', kid: key.kid })
      .setIssuedAt(NOW_SECONDS)
      .setExpirationTime(NOW_SECONDS + 900)
      .sign(Buffer.from(OTHER_PAIR.publicKey))
    expect(await statusOf(token)).toBe(401)
  })

  test('when anything in it was changed', async () => {
    const token = await forge()
    expect(await statusOf(token)).toBe(200)
    const [header, claims, signature] = token.split('.') as [string, string, string]
    const later = encode({ ...(JSON.parse(atob(claims)) as object), exp: NOW_SECONDS + 901 })
    for (const changed of [
      `${header}.${later}.${signature}`,
      `${encode({ alg: 'RS256', kid: key.kid, typ: 'JWT' })}.${claims}.${signature}`,
      `${header}.${claims}.${signature.slice(0, -2)}`,
      `${header}.${claims}`,
      `${token}.`,
    ]) {
      expect(await statusOf(changed)).toBe(401)
    }
  })

  test.each([
    ['nothing', undefined],
    ['no text', ''],
    ['garbage', 'garbage'],
    ['dots', '..'],
    ['no JSON', 'YQ.YQ.YQ'],
    ['a header that is a list', `${encode([])}.${encode({})}.AAAA`],
    ['a header of null', 'bnVsbA.bnVsbA.AAAA'],
    ['something encrypted', 'YQ.YQ.YQ.YQ.YQ'],
    ['something huge', 'a'.repeat(1_000_000)],
    ['a huge token', `${encode({ alg: 'RS256', kid: 'x'.repeat(100_000) })}.YQ.YQ`],
  ])('when it is %s', async (_, token) => {
    expect(await statusOf(token)).toBe(401)
    expect(gateway.log).toEqual([])
  })

  test('when it comes with another scheme', async () => {
    const token = await forge()
    for (const authorization of [token, `Basic ${token}`, `Bearer, Bearer ${token}`, 'Bearer']) {
      const { status } = await gateway.fetch({ method: 'POST', headers: { authorization } })
      expect(status).toBe(401)
    }
  })

  test('with the same answer for every cause, which tells nothing more', async () => {
    const disabled = await createTestAccount(database)
    await disableAccount(database, disabled.email, STARTED_AT)
    const answers = await Promise.all(
      [
        undefined,
        'garbage',
        await forge({ header: { kid: randomUUID() } }),
        await forge({ claims: { exp: NOW_SECONDS - 100 } }),
        await tokenOf(disabled),
      ].map((token) => gateway.post('{ email', token)),
    )
    for (const { status, headers, body } of answers) {
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toBe('Bearer')
      expect(body).toEqual({
        errors: [{ message: 'A valid token is needed.', extensions: { code: 'UNAUTHENTICATED' } }],
      })
    }
  })
})

describe('shutting out takes effect within 30 seconds', () => {
  beforeEach(async () => {
    key = await createTestAccount(database)
  })

  test('of an account that is disabled', async () => {
    const token = await tokenOf(key)
    expect(await statusOf(token)).toBe(200)
    await disableAccount(database, key.email, gateway.clock())
    gateway.clock.advance(LONGEST_DELAY_SECONDS)
    expect(await statusOf(token)).toBe(401)
  })

  test('of a key that is revoked, and of that one alone', async () => {
    const other = await addKey(database, key.email, gateway.clock())
    const tokens = [await tokenOf(key), await tokenOf(other)]
    expect(await Promise.all(tokens.map(statusOf))).toEqual([200, 200])
    await revokeKey(database, key.kid, gateway.clock())
    gateway.clock.advance(LONGEST_DELAY_SECONDS)
    expect(await Promise.all(tokens.map(statusOf))).toEqual([401, 200])
  })

  test('also when the clock is set back', async () => {
    const token = await forge({ claims: { iat: NOW_SECONDS - 2_000, exp: NOW_SECONDS + 900 } })
    expect(await statusOf(token)).toBe(200)
    await revokeKey(database, key.kid, gateway.clock())
    gateway.clock.advance(-1_000)
    expect(await statusOf(token)).toBe(401)
  })

  test('and letting in, for a key that was asked for before it was there', async () => {
    const before = await forge({ header: { kid: randomUUID() } })
    expect(await statusOf(before)).toBe(401)
    const added = await addKey(database, key.email, gateway.clock())
    expect(await statusOf(await tokenOf(added))).toBe(200)
  })
})

describe('the database', () => {
  test('is asked once about a key, by however many requests', async () => {
    const { asked, statusesOf } = countLookups()
    const tokens = await Promise.all(
      [1, 2, 3].map((jti) => forge({ claims: { jti: String(jti) } })),
    )
    expect(await statusesOf([...tokens, ...tokens])).toEqual([200, 200, 200, 200, 200, 200])
    expect(await statusesOf(tokens)).toEqual([200, 200, 200])
    expect(asked()).toBe(1)
  })

  test('is asked once about a key that is unknown', async () => {
    const { asked, statusesOf } = countLookups()
    const token = await forge({ header: { kid: randomUUID() } })
    expect(await statusesOf([token, token, token])).toEqual([401, 401, 401])
    expect(await statusesOf([token])).toEqual([401])
    expect(asked()).toBe(1)
  })

  test('that cannot be reached is told as 503, never as 401', async () => {
    const token = await tokenOf(key)
    const cut = openGateway(unreachable(), schema)
    const { status, body } = await cut.post('{ email }', token)
    expect(status).toBe(503)
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' })
    expect((await cut.post('{ email }')).status).toBe(401)
  })

  function countLookups() {
    let lookups = 0
    const keys = new Proxy(database.keys, {
      get(target, name) {
        if (name === 'select') lookups++
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    const counted = openGateway({ ...database, keys }, schema)
    return {
      asked: () => lookups,
      statusesOf: (tokens: string[]) =>
        Promise.all(tokens.map(async (token) => (await counted.post('{ email }', token)).status)),
    }
  }

  /** As it is for the driver when nothing listens. */
  function unreachable(): Database {
    const keys = new Proxy(database.keys, {
      get() {
        throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
      },
    })
    return { ...database, keys }
  }
})
