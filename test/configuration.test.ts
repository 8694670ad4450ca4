import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEFAULT_OPERATION_LIMITS } from '../src/cost/limits.ts'
import { readConfig } from '../src/config.ts'
import { OperatorError } from '../src/core/error.ts'
import { DEFAULT_CONNECTION_LIMITS, DEFAULT_LIMITS } from '../src/http/limits.ts'

const POSTGRES = 'postgres://pledgeline:secret@db.example:5432/pledgeline'

describe('the environment', () => {
  test('may be empty: an embedded database, on this machine only, with the page', () => {
    expect(readConfig({})).toEqual({
      databaseUrl: undefined,
      dataFolder: resolve('.data'),
      storage: { kind: 'folder', folder: resolve('.data/files') },
      hasS3Endpoint: false,
      publicUrl: undefined,
      host: '127.0.0.1',
      port: 4000,
      hasGraphiql: true,
      introspection: 'accounts',
      corsOrigins: [],
      logLevel: 'info',
      maxTokenAgeSeconds: 3_600,
      limits: DEFAULT_LIMITS,
      connectionLimits: DEFAULT_CONNECTION_LIMITS,
      databasePoolSize: 10,
      operationLimits: DEFAULT_OPERATION_LIMITS,
      rateLimit: undefined,
    })
  })

  test('sets everything', () => {
    const environment = {
      DATABASE_URL: POSTGRES,
      DATA_DIR: '/var/lib/pledgeline',
      STORAGE_URL: 's3://proofs/production',
      AWS_ENDPOINT_URL: 'https://objects.example',
      PUBLIC_URL: 'https://api.charity.example',
      HOST: '0.0.0.0',
      PORT: '8080',
      GRAPHIQL: 'on',
      INTROSPECTION: 'off',
      CORS_ORIGINS: 'https://app.charity.example, http://localhost:5173',
      LOG_LEVEL: 'silent',
      MAX_TOKEN_AGE_SECONDS: '900',
      MAX_BODY_BYTES: '1024',
      MAX_BODY_BYTES_PER_ACCOUNT: '4096',
      MAX_BODY_BYTES_IN_FLIGHT: '0',
      BODY_TIMEOUT_SECONDS: '5',
      ANSWER_TIMEOUT_SECONDS: '0',
      MAX_HEADER_BYTES: '8192',
      MAX_HEADERS: '50',
      MAX_PIPELINED_REQUESTS: '1',
      MAX_CONCURRENT_OPERATIONS: '10',
      MAX_QUEUED_OPERATIONS: '20',
      MAX_QUEUE_WAIT_MILLISECONDS: '300',
      MAX_EVENT_LOOP_DELAY_MILLISECONDS: '0',
      MAX_OPERATIONS_PER_ACCOUNT: '7',
      MAX_SUBSCRIPTIONS_PER_ACCOUNT: '8',
      MAX_SUBSCRIPTIONS: '9',
      DATABASE_POOL_SIZE: '40',
      MAX_OPERATION_COST: '1',
      MAX_OPERATION_TOKENS: '2',
      MAX_OPERATION_FIELDS: '3',
      MAX_OPERATION_DEPTH: '4',
      MAX_OPERATION_ALIASES: '5',
      MAX_OPERATION_DIRECTIVES: '6',
      MAX_ROOT_FIELDS: '7',
      MAX_MUTATIONS: '8',
      MAX_NAME_LENGTH: '9',
      MAX_RESPONSE_BYTES: '2048',
      RATE_LIMIT_PER_SECOND: '100',
      RATE_LIMIT_BURST: '5000',
    }
    expect(readConfig(environment)).toEqual({
      databaseUrl: POSTGRES,
      dataFolder: '/var/lib/pledgeline',
      storage: { kind: 'bucket', bucket: 'proofs', prefix: 'production' },
      hasS3Endpoint: true,
      publicUrl: 'https://api.charity.example',
      host: '0.0.0.0',
      port: 8080,
      hasGraphiql: true,
      introspection: 'off',
      corsOrigins: ['https://app.charity.example', 'http://localhost:5173'],
      logLevel: 'silent',
      maxTokenAgeSeconds: 900,
      limits: {
        maxBodyBytes: 1_024,
        maxBodyBytesPerAccount: 4_096,
        maxBodyBytesInFlight: 0,
        bodyTimeoutMilliseconds: 5_000,
        maxConcurrentOperations: 10,
        maxQueuedOperations: 20,
        maxQueueWaitMilliseconds: 300,
        maxEventLoopDelayMilliseconds: 0,
        maxOperationsPerAccount: 7,
        maxSubscriptionsPerAccount: 8,
        maxSubscriptions: 9,
      },
      connectionLimits: {
        bodyTimeoutMilliseconds: 5_000,
        answerTimeoutMilliseconds: 0,
        maxHeaderBytes: 8_192,
        maxHeaders: 50,
        maxPipelinedRequests: 1,
      },
      databasePoolSize: 40,
      operationLimits: {
        cost: 1,
        tokens: 2,
        fields: 3,
        depth: 4,
        aliases: 5,
        directives: 6,
        rootFields: 7,
        mutations: 8,
        nameLength: 9,
        answerBytes: 2_048,
      },
      rateLimit: { perSecond: 100, burst: 5_000 },
    })
  })

  test('turns the rate limit on by the refill, with a burst of ten seconds', () => {
    expect(readConfig({ RATE_LIMIT_PER_SECOND: '50' }).rateLimit).toEqual({
      perSecond: 50,
      burst: 500,
    })
    expect(() => readConfig({ RATE_LIMIT_BURST: '50' })).toThrow('RATE_LIMIT_PER_SECOND')
  })

  test('has the page off on Postgres, and on where it is asked for', () => {
    expect(readConfig({ DATABASE_URL: POSTGRES }).hasGraphiql).toBe(false)
    expect(readConfig({ DATABASE_URL: POSTGRES, GRAPHIQL: 'on' }).hasGraphiql).toBe(true)
    expect(readConfig({ GRAPHIQL: 'off' }).hasGraphiql).toBe(false)
  })

  test('counts what is set to nothing as not set', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: '', CORS_ORIGINS: ' ' })).toEqual(readConfig({}))
  })

  test.each([
    ['file:///var/lib/files', { kind: 'folder', folder: '/var/lib/files' }],
    ['file:///var/lib/our%20files', { kind: 'folder', folder: '/var/lib/our files' }],
    ['file:/var/lib/files/', { kind: 'folder', folder: '/var/lib/files/' }],
    ['file:files', { kind: 'folder', folder: resolve('files') }],
    ['file:./files', { kind: 'folder', folder: resolve('files') }],
    ['s3://proofs', { kind: 'bucket', bucket: 'proofs', prefix: '' }],
    ['s3://my.proofs/', { kind: 'bucket', bucket: 'my.proofs', prefix: '' }],
    ['s3://proofs/of/consent_1/', { kind: 'bucket', bucket: 'proofs', prefix: 'of/consent_1/' }],
  ])('keeps files in %s', (url, location) => {
    expect(readConfig({ STORAGE_URL: url }).storage).toEqual(location)
  })

  test.each([
    ['https://api.charity.example', 'https://api.charity.example'],
    ['https://api.charity.example/', 'https://api.charity.example'],
    ['https://charity.example/gateway//', 'https://charity.example/gateway'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
  ])('has links to files begin with %s', (url, start) => {
    expect(readConfig({ PUBLIC_URL: url }).publicUrl).toBe(start)
  })

  test.each([
    'postgresql://localhost/pledgeline',
    'postgres://one.example:5432,two.example:5433/pledgeline',
    'postgres:///pledgeline?host=/var/run/postgresql',
  ])('accepts the database %s', (url) => {
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url)
  })

  test.each([
    ['DATABASE_URL', 'mysql://db.example/x', 'a URL such as postgres://'],
    ['DATABASE_URL', 'localhost:5432', 'a URL such as postgres://'],
    ['DATABASE_URL', 'postgres://db:port/x', 'a URL such as postgres://'],
    ['STORAGE_URL', '/var/lib/files', 'a folder such as file:'],
    ['STORAGE_URL', 'file:', 'a folder such as file:'],
    ['STORAGE_URL', 'file://server/share', 'a folder such as file:'],
    ['STORAGE_URL', 'file:files?x', 'a folder such as file:'],
    ['STORAGE_URL', 's3://', 'a folder such as file:'],
    ['STORAGE_URL', 's3://Bucket', 'a folder such as file:'],
    ['STORAGE_URL', 's3://bucket/../other', 'a folder such as file:'],
    ['STORAGE_URL', 's3://key:secret@bucket', 'a folder such as file:'],
    ['STORAGE_URL', 'https://bucket.example', 'a folder such as file:'],
    ['PUBLIC_URL', 'api.charity.example', 'a URL such as https://'],
    ['PUBLIC_URL', 'ftp://api.charity.example', 'a URL such as https://'],
    ['PUBLIC_URL', 'https://api.charity.example/?x=1', 'a URL such as https://'],
    ['PUBLIC_URL', 'https://api.charity.example/#top', 'a URL such as https://'],
    ['PUBLIC_URL', 'https://me:secret@api.charity.example', 'a URL such as https://'],
    ['HOST', 'my host', 'a host name or an IP address'],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['PORT', '4e3', 'a whole number from 0 to 65535'],
    ['PORT', '80.5', 'a whole number from 0 to 65535'],
    ['GRAPHIQL', 'yes', 'one of on, off'],
    ['INTROSPECTION', 'everybody', 'one of accounts, public, off'],
    ['CORS_ORIGINS', '*', 'a comma-separated list of origins'],
    ['CORS_ORIGINS', 'https://app.example/', 'a comma-separated list of origins'],
    ['CORS_ORIGINS', 'app.example', 'a comma-separated list of origins'],
    ['CORS_ORIGINS', 'https://app.example,', 'a comma-separated list of origins'],
    ['LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
    ['MAX_TOKEN_AGE_SECONDS', '0', 'a whole number from 1 up'],
    ['MAX_BODY_BYTES', '2MB', 'a whole number from 1 to 1073741824'],
    ['DATABASE_POOL_SIZE', '0', 'a whole number from 1 to 1000'],
  ])('is refused, in one line, where %s is %s', (variable, value, accepted) => {
    const read = () => readConfig({ [variable]: value })
    expect(read).toThrow(OperatorError)
    expect(read).toThrow(`${variable} must be ${accepted}`)
    expect(read).not.toThrow('\n')
  })

  test('does not show a value that may hold a password', () => {
    const read = () => readConfig({ DATABASE_URL: 'postgres://u:hunter2@:x/y' })
    expect(read).toThrow(OperatorError)
    expect(read).not.toThrow('hunter2')
  })
})
