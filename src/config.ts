import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'
import { OperatorError } from './core/error.ts'
import { DEFAULT_OPERATION_LIMITS, type OperationLimits } from './cost/limits.ts'
import type { RateLimit } from './cost/rules.ts'
import { INTROSPECTION_AUDIENCES } from './http/introspection.ts'
import {
  type ConnectionLimits,
  DEFAULT_CONNECTION_LIMITS,
  DEFAULT_LIMITS,
  type Limits,
} from './http/limits.ts'
import { LOG_LEVELS } from './http/log.ts'
import { DEFAULT_MAX_TOKEN_AGE_SECONDS } from './http/token.ts'

const LARGEST_PORT = 65_535
const LARGEST_BODY_BYTES = 1_073_741_824
const LARGEST_POOL = 1_000
const DEFAULT_BURST_SECONDS = 10
/** What a timer can be set to. */
const LONGEST_SECONDS = 86_400
const MILLISECONDS_PER_SECOND = 1_000

const STORAGE_URL_FORMAT =
  'a folder such as file:///var/lib/pledgeline, or an S3 bucket such as s3://bucket/prefix'

const BUCKET_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w/-]*))?$/

/** Where files are kept: a folder, or a bucket with what every key in it begins with. */
export type StorageLocation =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'bucket'; readonly bucket: string; readonly prefix: string }

const settings = z.object({
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, 'a URL such as postgres://user:password@host:5432/database')
    .optional(),
  DATA_DIR: z.string().default('.data'),
  STORAGE_URL: z
    .string()
    .transform((text, context) => {
      const location = readStorageUrl(text)
      if (location) return location
      context.addIssue({ code: 'custom', message: STORAGE_URL_FORMAT })
      return z.NEVER
    })
    .optional(),
  PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, 'a URL such as https://api.example.org or https://example.org/gateway')
    .transform((text) => new URL(text).href.replace(/\/+$/, ''))
    .optional(),
  HOST: z.string().regex(/^\S+$/, 'a host name or an IP address').default('127.0.0.1'),
  PORT: wholeNumber(0, LARGEST_PORT).default(4000),
  GRAPHIQL: oneOf(['on', 'off']).optional(),
  INTROSPECTION: oneOf(INTROSPECTION_AUDIENCES).default('accounts'),
  CORS_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .refine(
      (origins) => origins.every(isOrigin),
      'a comma-separated list of origins such as https://app.example.org',
    )
    .default([]),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  MAX_TOKEN_AGE_SECONDS: wholeNumber(1).default(DEFAULT_MAX_TOKEN_AGE_SECONDS),
  MAX_BODY_BYTES: wholeNumber(1, LARGEST_BODY_BYTES).default(DEFAULT_LIMITS.maxBodyBytes),
  MAX_BODY_BYTES_PER_ACCOUNT: wholeNumber(0).default(DEFAULT_LIMITS.maxBodyBytesPerAccount),
  MAX_BODY_BYTES_IN_FLIGHT: wholeNumber(0).default(DEFAULT_LIMITS.maxBodyBytesInFlight),
  BODY_TIMEOUT_SECONDS: seconds(DEFAULT_LIMITS.bodyTimeoutMilliseconds),
  ANSWER_TIMEOUT_SECONDS: seconds(DEFAULT_CONNECTION_LIMITS.answerTimeoutMilliseconds),
  MAX_HEADER_BYTES: wholeNumber(1, LARGEST_BODY_BYTES).default(
    DEFAULT_CONNECTION_LIMITS.maxHeaderBytes,
  ),
  MAX_HEADERS: wholeNumber(0).default(DEFAULT_CONNECTION_LIMITS.maxHeaders),
  MAX_PIPELINED_REQUESTS: wholeNumber(0).default(DEFAULT_CONNECTION_LIMITS.maxPipelinedRequests),
  MAX_CONCURRENT_OPERATIONS: wholeNumber(0).default(DEFAULT_LIMITS.maxConcurrentOperations),
  MAX_QUEUED_OPERATIONS: wholeNumber(0).default(DEFAULT_LIMITS.maxQueuedOperations),
  MAX_QUEUE_WAIT_MILLISECONDS: wholeNumber(0, LONGEST_SECONDS * MILLISECONDS_PER_SECOND).default(
    DEFAULT_LIMITS.maxQueueWaitMilliseconds,
  ),
  MAX_EVENT_LOOP_DELAY_MILLISECONDS: wholeNumber(0).default(
    DEFAULT_LIMITS.maxEventLoopDelayMilliseconds,
  ),
  MAX_OPERATIONS_PER_ACCOUNT: wholeNumber(0).default(DEFAULT_LIMITS.maxOperationsPerAccount),
  MAX_SUBSCRIPTIONS_PER_ACCOUNT: wholeNumber(0).default(DEFAULT_LIMITS.maxSubscriptionsPerAccount),
  MAX_SUBSCRIPTIONS: wholeNumber(0).default(DEFAULT_LIMITS.maxSubscriptions),
  DATABASE_POOL_SIZE: wholeNumber(1, LARGEST_POOL).default(10),
  MAX_OPERATION_COST: wholeNumber(1).default(DEFAULT_OPERATION_LIMITS.cost),
  MAX_OPERATION_TOKENS: wholeNumber(1).default(DEFAULT_OPERATION_LIMITS.tokens),
  MAX_OPERATION_FIELDS: wholeNumber(1).default(DEFAULT_OPERATION_LIMITS.fields),
  MAX_OPERATION_DEPTH: wholeNumber(1).default(DEFAULT_OPERATION_LIMITS.depth),
  MAX_OPERATION_ALIASES: wholeNumber(1).default(DEFAULT_OPERATION_LIMITS.aliases),
  MAX_OPERATION_DIRECTIVES: wholeNumber(0).default(DEFAULT_OPERATION_LIMITS.directives),
  MAX_ROOT_FIELDS: wholeNumber(1).default(DEFAULT_OPERATION_LIMITS.rootFields),
  MAX_MUTATIONS: wholeNumber(1).default(DEFAULT_OPERATION_LIMITS.mutations),
  MAX_NAME_LENGTH: wholeNumber(1).default(DEFAULT_OPERATION_LIMITS.nameLength),
  MAX_RESPONSE_BYTES: wholeNumber(1_024, LARGEST_BODY_BYTES).default(
    DEFAULT_OPERATION_LIMITS.answerBytes,
  ),
  RATE_LIMIT_PER_SECOND: wholeNumber(1).optional(),
  RATE_LIMIT_BURST: wholeNumber(1).optional(),
})

type Settings = z.output<typeof settings>

/** How this process is set up. */
export type Config = ReturnType<typeof readConfig>

/**
 * Reads the environment. What is set to nothing counts as not set.
 * Throws an OperatorError that names every variable whose value is not accepted, and what is.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env) {
  const given = Object.entries(environment).filter(([, value]) => value?.trim())
  const { success, data, error } = settings.safeParse(Object.fromEntries(given))
  if (!success) {
    throw new OperatorError(
      error.issues.map(({ path, message }) => `${path.join('.')} must be ${message}`).join('; '),
    )
  }
  const dataFolder = resolve(data.DATA_DIR)
  return {
    /** Absent: the database embedded in `dataFolder`. Never to be printed: it may hold a password. */
    databaseUrl: data.DATABASE_URL,
    dataFolder,
    storage: data.STORAGE_URL ?? { kind: 'folder', folder: join(dataFolder, 'files') },
    /** Whether the AWS SDK, which reads this by itself, talks to another service than AWS. */
    hasS3Endpoint: Boolean(
      environment['AWS_ENDPOINT_URL_S3']?.trim() || environment['AWS_ENDPOINT_URL']?.trim(),
    ),
    /** Without a slash at the end. Absent: wherever the gateway listens. */
    publicUrl: data.PUBLIC_URL,
    host: data.HOST,
    port: data.PORT,
    hasGraphiql: data.GRAPHIQL ? data.GRAPHIQL === 'on' : data.DATABASE_URL === undefined,
    introspection: data.INTROSPECTION,
    corsOrigins: data.CORS_ORIGINS,
    logLevel: data.LOG_LEVEL,
    maxTokenAgeSeconds: data.MAX_TOKEN_AGE_SECONDS,
    limits: limitsOf(data),
    connectionLimits: connectionLimitsOf(data),
    databasePoolSize: data.DATABASE_POOL_SIZE,
    operationLimits: operationLimitsOf(data),
    rateLimit: rateLimitOf(data),
  } as const
}

function operationLimitsOf(data: z.output<typeof settings>): OperationLimits {
  return {
    tokens: data.MAX_OPERATION_TOKENS,
    nameLength: data.MAX_NAME_LENGTH,
    directives: data.MAX_OPERATION_DIRECTIVES,
    depth: data.MAX_OPERATION_DEPTH,
    aliases: data.MAX_OPERATION_ALIASES,
    rootFields: data.MAX_ROOT_FIELDS,
    mutations: data.MAX_MUTATIONS,
    fields: data.MAX_OPERATION_FIELDS,
    cost: data.MAX_OPERATION_COST,
    answerBytes: data.MAX_RESPONSE_BYTES,
  }
}

/** A burst without a refill would shut an account out for good, so that the refill alone turns the limit on. */
function rateLimitOf(data: z.output<typeof settings>): RateLimit | undefined {
  const { RATE_LIMIT_PER_SECOND: perSecond, RATE_LIMIT_BURST: burst } = data
  if (perSecond === undefined) {
    if (burst === undefined) return undefined
    throw new OperatorError('RATE_LIMIT_BURST needs RATE_LIMIT_PER_SECOND to be set too')
  }
  return { perSecond, burst: burst ?? perSecond * DEFAULT_BURST_SECONDS }
}

function limitsOf(data: Settings): Limits {
  return {
    maxBodyBytes: data.MAX_BODY_BYTES,
    bodyTimeoutMilliseconds: data.BODY_TIMEOUT_SECONDS * MILLISECONDS_PER_SECOND,
    maxBodyBytesPerAccount: data.MAX_BODY_BYTES_PER_ACCOUNT,
    maxBodyBytesInFlight: data.MAX_BODY_BYTES_IN_FLIGHT,
    maxConcurrentOperations: data.MAX_CONCURRENT_OPERATIONS,
    maxQueuedOperations: data.MAX_QUEUED_OPERATIONS,
    maxQueueWaitMilliseconds: data.MAX_QUEUE_WAIT_MILLISECONDS,
    maxEventLoopDelayMilliseconds: data.MAX_EVENT_LOOP_DELAY_MILLISECONDS,
    maxOperationsPerAccount: data.MAX_OPERATIONS_PER_ACCOUNT,
    maxSubscriptionsPerAccount: data.MAX_SUBSCRIPTIONS_PER_ACCOUNT,
    maxSubscriptions: data.MAX_SUBSCRIPTIONS,
  }
}

function connectionLimitsOf(data: Settings): ConnectionLimits {
  return {
    bodyTimeoutMilliseconds: data.BODY_TIMEOUT_SECONDS * MILLISECONDS_PER_SECOND,
    answerTimeoutMilliseconds: data.ANSWER_TIMEOUT_SECONDS * MILLISECONDS_PER_SECOND,
    maxHeaderBytes: data.MAX_HEADER_BYTES,
    maxHeaders: data.MAX_HEADERS,
    maxPipelinedRequests: data.MAX_PIPELINED_REQUESTS,
  }
}

/** Whole seconds, or 0 for no bound, with what is usual in milliseconds. */
function seconds(usualMilliseconds: number) {
  return wholeNumber(0, LONGEST_SECONDS).default(usualMilliseconds / MILLISECONDS_PER_SECOND)
}

function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, { error: `one of ${values.join(', ')}` })
}

function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER) {
  const accepted =
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${least} up`
      : `a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,16}$/, accepted)
    .transform(Number)
    .refine((value) => value >= least && value <= most, accepted)
}

/** Undefined for what is no location. */
function readStorageUrl(text: string): StorageLocation | undefined {
  const [, bucket, prefix = ''] = BUCKET_URL.exec(text) ?? []
  if (bucket !== undefined) return { kind: 'bucket', bucket, prefix }
  if (!/^file:[^?#]+$/.test(text)) return undefined
  try {
    return { kind: 'folder', folder: fileURLToPath(new URL(text, pathToFileURL('./'))) }
  } catch {
    return undefined
  }
}

function isPublicUrl(text: string): boolean {
  if (!/^https?:\/\/[^?#]+$/.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

function isPostgresUrl(text: string): boolean {
  // More than one host, which the driver takes in turn, is no URL to others.
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace(/,[^/?]*/, ''))
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
