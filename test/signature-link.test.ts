import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { linkSecrets } from '../src/signature/table.ts'
import type { Storage } from '../src/storage/storage.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { sampleFiles, withId3 } from './support/media.ts'
import { insertPledge } from './support/records.ts'
import { follow, pathOf, type ServedFolder, serveFolder } from './support/served-folder.ts'

const HOUR_SECONDS = 3_600
const PNG_KEY = 'signatures/0123456789abcdef.png'
const QUERY = 'query ($uuid: UUID!) { pledge(uuid: $uuid) { signatureUrl } }'

let database: Database
let token: string
let png: Buffer
let served: ServedFolder
let storage: Storage
let gateway: Gateway

beforeAll(async () => {
  database = await openTestDatabase()
  token = await tokenOf(await createTestAccount(database))
  png = (await sampleFiles())['image/png']
})

afterAll(() => database.close())

beforeEach(async () => {
  served = await serveFolder(database)
  ;({ storage, gateway } = served)
  await storage.put(PNG_KEY, png, 'image/png')
  return () => served.remove()
})

const linkTo = (key: string, made?: Storage) => served.linkTo(key, made)
const get = (path: string, init?: RequestInit) => follow(gateway, path, init)

describe('a link', () => {
  test('is what a pledge with a signature has', async () => {
    const signed = await insertPledge(database, { signatureKey: PNG_KEY })
    const unsigned = await insertPledge(database)
    const ask = async (uuid: string) => {
      const { body } = await gateway.post(QUERY, token, { variables: { uuid } })
      expect(body.errors).toBeUndefined()
      return (body.data!['pledge'] as { signatureUrl: string | null }).signatureUrl
    }
    expect(await ask(unsigned.uuid)).toBeNull()
    const url = await ask(signed.uuid)
    const { status, bytes } = await get(pathOf(url!))
    expect(status).toBe(200)
    expect(bytes.equals(png)).toBe(true)
  })

  test('has the file as it was stored, and headers that keep it harmless and private', async () => {
    const { status, headers, bytes } = await get(await linkTo(PNG_KEY))
    expect(status).toBe(200)
    expect(bytes.equals(png)).toBe(true)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(png.length),
      'content-disposition': 'inline; filename="signature.png"',
      'cache-control': `private, max-age=${HOUR_SECONDS}`,
      'content-security-policy': "default-src 'none'; media-src 'self'; sandbox allow-same-origin",
      'x-content-type-options': 'nosniff',
    })
  })

  test.each([
    ['jpg', 'image/jpeg'],
    ['webp', 'image/webp'],
    ['pdf', 'application/pdf'],
    ['mp3', 'audio/mpeg'],
  ])('to a file with the extension %s is answered as %s', async (extension, contentType) => {
    const key = `signatures/fedcba9876543210.${extension}`
    await storage.put(key, png, contentType)
    const { headers } = await get(await linkTo(key))
    expect(headers.get('content-type')).toBe(contentType)
    expect(headers.get('content-disposition')).toBe(`inline; filename="signature.${extension}"`)
  })

  test('of up to 1 MiB comes back to the byte', async () => {
    const mp3 = withId3((await sampleFiles())['audio/mpeg'], 1_000_000)
    const key = 'signatures/fedcba9876543210.mp3'
    await storage.put(key, mp3, 'audio/mpeg')
    expect((await get(await linkTo(key))).bytes.equals(mp3)).toBe(true)
  })

  test('is valid for one hour, to the millisecond, and may be kept no longer', async () => {
    const link = await linkTo(PNG_KEY)
    gateway.clock.advance(HOUR_SECONDS - 0.001)
    const last = await get(link)
    expect(last.status).toBe(200)
    expect(last.headers.get('cache-control')).toBe('private, max-age=0')
    gateway.clock.advance(0.001)
    const { status, bytes } = await get(link)
    expect(status).toBe(403)
    expect(bytes.toString()).toContain('LINK_EXPIRED')
  })

  test('has the parts that a player asks for', async () => {
    const link = await linkTo(PNG_KEY)
    const part = async (range: string) => await get(link, { headers: { range } })
    const some = await part('bytes=10-19')
    expect(some.status).toBe(206)
    expect(some.headers.get('content-range')).toBe(`bytes 10-19/${png.length}`)
    expect(some.bytes.equals(png.subarray(10, 20))).toBe(true)
    expect((await part('bytes=10-')).bytes.equals(png.subarray(10))).toBe(true)
    expect((await part('bytes=-5')).bytes.equals(png.subarray(-5))).toBe(true)
    expect((await part('bytes=0-999999')).headers.get('content-range')).toBe(
      `bytes 0-${png.length - 1}/${png.length}`,
    )
    for (const range of [`bytes=${png.length}-`, 'bytes=999999-1000000', 'bytes=-0']) {
      const { status, headers } = await part(range)
      expect(status).toBe(416)
      expect(headers.get('content-range')).toBe(`bytes */${png.length}`)
    }
    for (const range of ['bytes=5-1', 'bytes=0-1,4-5', 'bytes=-', 'lines=1-2']) {
      expect((await part(range)).status).toBe(200)
    }
  })

  test('may be asked for its headers alone, and for nothing else', async () => {
    const link = await linkTo(PNG_KEY)
    const head = await get(link, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.bytes).toHaveLength(0)
    expect(head.headers.get('content-length')).toBe(String(png.length))
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await get(link, { method })
      expect(status).toBe(405)
      expect(headers.get('allow')).toBe('GET, HEAD')
    }
  })

  test('may be read by the frontends that are configured, and by no others', async () => {
    const origin = 'https://app.charity.example'
    const configured = openGateway(database, schema, { storage, corsOrigins: [origin] })
    const link = await linkTo(PNG_KEY)
    const asFrontend = { headers: { origin } }
    const allowed = await follow(configured, link, asFrontend)
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin)
    expect(allowed.bytes.equals(png)).toBe(true)
    const asOther = { headers: { origin: 'https://evil.example' } }
    for (const { headers } of [
      await follow(configured, link, asOther),
      await get(link, asFrontend),
    ]) {
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

describe('two gateways', () => {
  test('accept the links of each other, also when both needed the secret first', async () => {
    const fresh = await openTestDatabase()
    const storages = Array.from({ length: 8 }, () => served.open(fresh))
    const links = await Promise.all(storages.map((each) => linkTo(PNG_KEY, each)))
    expect(new Set(links).size).toBe(1)
    for (const each of storages) {
      const asked = openGateway(fresh, schema, { storage: each })
      expect((await follow(asked, links[0]!)).status).toBe(200)
    }
    expect(await fresh.drizzle.$count(linkSecrets)).toBe(1)
    await fresh.close()
  })

  test('with databases of their own do not', async () => {
    const fresh = await openTestDatabase()
    const other = openGateway(fresh, schema, { storage: served.open(fresh) })
    expect((await follow(other, await linkTo(PNG_KEY))).status).toBe(404)
    await fresh.close()
  })
})
