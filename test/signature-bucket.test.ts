import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openStorage } from '../src/cli/storage.ts'
import { readConfig } from '../src/config.ts'
import { type Database, openInMemory } from '../src/db/database.ts'
import { openBucket } from '../src/storage/s3.ts'
import { type Storage, StorageError } from '../src/storage/storage.ts'
import { sampleFiles } from './support/media.ts'
import { createMoment } from './support/moment.ts'

const KEY = 'signatures/0123456789abcdef.png'
const PLACE = '/proofs/made-up/production/signatures/0123456789abcdef.png'

interface Received {
  readonly method: string | undefined
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

let database: Database
let bucket: Server
let endpoint: string
let received: Received[]
let status: number
let storage: Storage

beforeAll(async () => {
  database = await openInMemory()
  bucket = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { method, headers } = request
      received.push({ method, headers, url: new URL(request.url!, endpoint), body })
      response.writeHead(status).end()
    })
  })
  bucket.listen(0, '127.0.0.1')
  await once(bucket, 'listening')
  endpoint = `http://localhost:${(bucket.address() as AddressInfo).port}`
})

afterAll(async () => {
  bucket.close()
  bucket.closeAllConnections()
  await database.close()
})

beforeEach(async () => {
  received = []
  status = 200
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint)
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'made-up')
  // Nothing of whoever runs the tests.
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL']) {
    vi.stubEnv(name, undefined)
  }
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
    vi.stubEnv(name, '/dev/null')
  storage = await open()
})

afterEach(() => {
  vi.unstubAllEnvs()
})

function open(): Promise<Storage> {
  const environment = { ...process.env, STORAGE_URL: 's3://proofs/made-up/production' }
  return openStorage(readConfig(environment), database)
}

test('a file is put below the prefix, with its type, signed, and by no access list', async () => {
  const png = (await sampleFiles())['image/png']
  await storage.put(KEY, png, 'image/png')
  const [put, ...rest] = received
  expect(rest).toEqual([])
  expect(put).toMatchObject({ method: 'PUT', headers: { 'content-type': 'image/png' } })
  expect(put!.url.pathname).toBe(PLACE)
  expect(put!.body.equals(png)).toBe(true)
  expect(put!.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-central-1\/s3\/aws4_request, /,
  )
  expect(put!.headers).not.toHaveProperty('x-amz-acl')
})

test('a file is deleted', async () => {
  status = 204
  await storage.delete(KEY)
  expect(received).toMatchObject([{ method: 'DELETE' }])
  expect(received[0]!.url.pathname).toBe(PLACE)
})

test('a link is signed for an hour, without asking the bucket', async () => {
  const url = new URL(await storage.linkTo(KEY, new Date()))
  expect(received).toEqual([])
  expect(url.origin).toBe(endpoint)
  expect(url.pathname).toBe(PLACE)
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Expires': '3600',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  })
  expect(url.searchParams.get('X-Amz-Credential')).toMatch(
    /^AKIAEXAMPLE\/\d{8}\/eu-central-1\/s3\//,
  )
  await fetch(url)
  expect(received).toMatchObject([{ method: 'GET' }])
})

test('a bucket of AWS is named in the host', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', undefined)
  const url = new URL(await (await open()).linkTo(KEY, new Date()))
  expect(url.origin).toBe('https://proofs.s3.eu-central-1.amazonaws.com')
  expect(url.pathname).toBe('/made-up/production/signatures/0123456789abcdef.png')
})

test('what the bucket refuses is told as a storage that does not work', async () => {
  status = 403
  await expect(storage.put(KEY, Buffer.from('x'), 'image/png')).rejects.toThrow(StorageError)
  await expect(storage.delete(KEY)).rejects.toThrow(StorageError)
})

test('a bucket that does not answer is told as a storage that does not work', async () => {
  const isAsked = createMoment()
  const silent = createServer(isAsked.comes).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://localhost:${port}`)
  const waiting = openBucket({
    bucket: 'proofs',
    prefix: '',
    hasPathStyle: true,
    requestTimeoutMilliseconds: 50,
  }).put(KEY, Buffer.from('x'), 'image/png')
  await expect(waiting).rejects.toThrow(StorageError)
  await isAsked.hasCome
  silent.close()
  silent.closeAllConnections()
})

test('the gateway serves none of its files', () => {
  expect(storage.served).toBeUndefined()
})
