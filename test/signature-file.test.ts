import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { listen, type RunningServer } from '../src/http/server.ts'
import { schema } from '../src/schema.ts'
import { type Storage, StorageError } from '../src/storage/storage.ts'
import { createPostgres, isOnPostgres, openTestDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { sampleFiles } from './support/media.ts'
import { openProxy } from './support/proxy.ts'
import { insertPledge } from './support/records.ts'
import { follow, type ServedFolder, serveFolder } from './support/served-folder.ts'

const HOUR_SECONDS = 3_600
const PNG_KEY = 'signatures/0123456789abcdef.png'

let database: Database
let token: string
let png: Buffer
let folder: string
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
  ;({ folder, storage, gateway } = served)
  await storage.put(PNG_KEY, png, 'image/png')
  return () => served.remove()
})

const linkTo = (key: string, made?: Storage) => served.linkTo(key, made)
const get = (path: string, init?: RequestInit) => follow(gateway, path, init)

describe('nothing is told', () => {
  test('to whoever has no valid signature, whether there is a file or not', async () => {
    const link = await linkTo(PNG_KEY)
    const [path, query] = link.split('?') as [string, string]
    const { expires, signature } = Object.fromEntries(new URLSearchParams(query)) as {
      expires: string
      signature: string
    }
    const other = await linkTo('signatures/fedcba9876543210.png')
    const otherQuery = other.split('?')[1]!
    const first = signature.startsWith('A') ? 'B' : 'A'
    const wrong = [
      path,
      `${path}?`,
      `${path}?expires=${expires}`,
      `${path}?signature=${signature}`,
      `${path}?expires=${expires}&signature=`,
      `${path}?expires=${expires}&signature=${signature.slice(0, -1)}`,
      `${path}?expires=${expires}&signature=${signature}A`,
      `${path}?expires=${expires}&signature=${first}${signature.slice(1)}`,
      `${path}?expires=${expires}&signature=${encodeURIComponent('é'.repeat(43))}`,
      `${path}?expires=${Number(expires) + 1}&signature=${signature}`,
      `${path}?expires=0${expires}&signature=${signature}`,
      `${path}?expires=${expires}.0&signature=${signature}`,
      `${path}?expires=1e15&signature=${signature}`,
      `${path}?expires=&signature=${signature}`,
      `${path}?${otherQuery}`,
      `${path.replace('.png', '.pdf')}?${query}`,
      `${path}/?${query}`,
      `${path}%00?${query}`,
      `/files//signatures/0123456789abcdef.png?${query}`,
      `/files/${encodeURIComponent(PNG_KEY)}?${query}`,
      `/files/?${query}`,
      // A link of ours, to a file that is not there.
      other,
    ]
    const answers = await Promise.all(
      wrong.map(async (each) => {
        const { status, headers, bytes } = await get(each)
        const { date, ...rest } = Object.fromEntries(headers)
        return { status, headers: rest, text: bytes.toString() }
      }),
    )
    expect(answers[0]).toMatchObject({ status: 404 })
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect((await get(link)).status).toBe(200)
  })

  test('of when it was, by an expired link that is not ours', async () => {
    const link = await linkTo(PNG_KEY)
    gateway.clock.advance(HOUR_SECONDS + 1)
    expect((await get(`${link}x`)).status).toBe(404)
  })

  test('by a path that leads out of the folder', async () => {
    await writeFile(join(folder, '..', 'secret.png'), 'secret')
    await writeFile(join(folder, '.hidden.png'), 'secret')
    const keys = [
      '../secret.png',
      'signatures/../../secret.png',
      '..%2Fsecret.png',
      '%2e%2e/secret.png',
      '..\\secret.png',
      '.hidden.png',
      'signatures/.',
      join(folder, '..', 'secret.png'),
    ]
    for (const key of keys) {
      // Even one that was signed.
      const query = (await storage.linkTo(key, gateway.clock())).split('?')[1]!
      const { status, bytes } = await get(`/files/${key}?${query}`)
      expect(status).toBe(404)
      expect(bytes.toString()).not.toContain('secret')
    }
  })

  test('where files are kept elsewhere', async () => {
    const elsewhere: Storage = {
      put: () => Promise.resolve(),
      delete: () => Promise.resolve(),
      linkTo: (key) => `https://bucket.example/${key}`,
    }
    const other = openGateway(database, schema, { storage: elsewhere })
    const { status, bytes } = await follow(other, await linkTo(PNG_KEY))
    expect(status).toBe(404)
    expect(bytes.toString()).toBe((await follow(other, '/nothing')).bytes.toString())
  })
})

describe('over the network', () => {
  let server: RunningServer

  beforeEach(async () => {
    const { app } = gateway
    server = await listen({
      listener: (request, response) => void app(request, response),
      host: '127.0.0.1',
      port: 0,
    })
    return () => server.stop(0)
  })

  test('a file and its headers are answered as they are without it', async () => {
    const url = server.url + (await linkTo(PNG_KEY))
    const response = await fetch(url)
    expect(Buffer.from(await response.arrayBuffer()).equals(png)).toBe(true)
    const head = await fetch(url, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(String(png.length))
    expect(await head.text()).toBe('')
  })

  test('no path leads out of the folder', async () => {
    await writeFile(join(folder, '..', 'secret.png'), 'secret')
    for (const key of ['../secret.png', 'signatures/../../secret.png', '..%2fsecret.png']) {
      const query = (await storage.linkTo(key, gateway.clock())).split('?')[1]!
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      socket.write(`GET /files/${key}?${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      const answer = await text(socket)
      expect(answer).toMatch(/^HTTP\/1\.1 404 /)
      expect(answer).not.toContain('secret')
    }
  })
})

describe('a file', () => {
  test('is there as a whole or not at all, and nothing is left of what failed', async () => {
    const key = 'signatures/fedcba9876543210.png'
    await expect(storage.put(`${PNG_KEY}/below/${key}`, png, 'image/png')).rejects.toThrow(
      StorageError,
    )
    await storage.put(key, png, 'image/png')
    await storage.put(key, png.subarray(0, 100), 'image/png')
    expect(await readdir(join(folder, 'signatures'))).toEqual(
      [PNG_KEY, key].map((each) => each.split('/')[1]).sort(),
    )
    expect(await readFile(join(folder, key))).toHaveLength(100)
  })

  test('is gone once it is deleted, and then may be deleted again', async () => {
    const link = await linkTo(PNG_KEY)
    await storage.delete(PNG_KEY)
    expect((await get(link)).status).toBe(404)
    await storage.delete(PNG_KEY)
  })

  test('that cannot be read is answered with 503, and told to an operator alone', async () => {
    const key = 'signatures/fedcba9876543210.png'
    await mkdir(join(folder, key))
    const link = await linkTo(key)
    const { status, bytes } = await get(link)
    expect(status).toBe(503)
    expect(JSON.parse(bytes.toString())).toEqual({
      errors: [
        {
          message: 'Stored files cannot be written or read at the moment. Try again later.',
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        },
      ],
    })
    expect(gateway.log).toMatchObject([
      { level: 40, err: { message: expect.stringContaining('EISDIR') as string } },
    ])
  })

  test('whose link cannot be made is null with an error, and the rest is answered', async () => {
    const broken: Storage = {
      ...storage,
      linkTo: () => Promise.reject(new StorageError(new Error('no credentials'))),
    }
    const { uuid } = await insertPledge(database, {
      signatureKey: `signatures/${randomUUID()}.png`,
    })
    const asked = openGateway(database, schema, { storage: broken })
    const query = 'query ($uuid: UUID!) { pledge(uuid: $uuid) { uuid signatureUrl } }'
    const { body, text: told } = await asked.post(query, token, { variables: { uuid } })
    expect(body.data).toEqual({ pledge: { uuid, signatureUrl: null } })
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
    expect(told).not.toContain('credentials')
  })
})

test.runIf(isOnPostgres())(
  'while the database cannot be reached, files are served by whoever knows the secret',
  async () => {
    const origin = await createPostgres()
    await migratePostgres(origin.url)
    const proxy = await openProxy(origin.url)
    const cut = openPostgres({ url: proxy.url, poolSize: 1 })
    const knowing = served.open(cut)
    const link = await linkTo(PNG_KEY, knowing)
    await proxy.cut()
    const answer = await follow(openGateway(cut, schema, { storage: knowing }), link)
    expect(answer.bytes.equals(png)).toBe(true)
    const asked = openGateway(cut, schema, { storage: served.open(cut) })
    expect((await follow(asked, link)).status).toBe(503)
    expect((await follow(asked, link.split('?')[0]!)).status).toBe(404)
    await proxy.restore()
    await expect.poll(async () => (await follow(asked, link)).status).toBe(200)
    await cut.close()
    await proxy.cut()
    await origin.drop()
  },
)
