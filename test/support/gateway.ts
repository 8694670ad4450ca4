import { randomUUID } from 'node:crypto'
import type { GraphQLSchema } from 'graphql'
import { createAccount, type IssuedKey, type NewAccount } from '../../src/account/commands.ts'
import { type App, type AppOptions, createApp } from '../../src/app.ts'
import { PERMISSIONS } from '../../src/core/actor.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { Database } from '../../src/db/database.ts'
import { createLogger } from '../../src/http/log.ts'
import { signToken } from '../../src/http/token.ts'
import { createTestStorage } from './storage.ts'

/** When a test's clock starts. */
export const STARTED_AT = new Date('2026-05-01T12:00:00.000Z')

const TOKEN_TTL_SECONDS = 900

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  advance(seconds: number): void
}

export function createTestClock(): TestClock {
  let now = STARTED_AT.getTime()
  return Object.assign(() => new Date(now), {
    advance(seconds: number) {
      now += seconds * 1000
    },
  })
}

/** The gateway on a database, without a port, and what it logged. */
export interface Gateway {
  readonly app: App
  readonly clock: TestClock
  readonly log: LogLine[]
  /** Sends a request to /graphql, or to another path. */
  fetch(init?: RequestInit & { path?: string; accept?: string }): Promise<Answer>
  /** Posts an operation with a token. */
  post(query: string, token?: string, more?: object): Promise<Answer>
}

export type LogLine = Record<string, unknown> & { readonly msg: string }

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The text as JSON; whoever asks knows that it is. */
  readonly body: {
    readonly data?: Record<string, unknown> | null
    readonly errors?: readonly {
      readonly message: string
      readonly path?: readonly (string | number)[]
      readonly extensions: Record<string, unknown>
    }[]
  }
}

export function openGateway(
  database: Database,
  schema: GraphQLSchema,
  options: Partial<AppOptions> = {},
): Gateway {
  const clock = createTestClock()
  const log: LogLine[] = []
  const logger = createLogger('debug', {
    write: (line) => log.push(JSON.parse(line) as LogLine),
  })
  const storage = createTestStorage()
  const app = createApp({ database, storage, clock, schema, logger, ...options })
  const send: Gateway['fetch'] = async ({ path = '/graphql', accept, ...init } = {}) => {
    const headers = new Headers(init.headers)
    if (accept !== undefined) headers.set('accept', accept)
    const response = await app.fetch(new Request(`http://localhost${path}`, { ...init, headers }))
    const text = await response.text()
    return {
      status: response.status,
      headers: new Headers(Object.fromEntries(response.headers)),
      text,
      get body() {
        return JSON.parse(text) as Answer['body']
      },
    }
  }
  return {
    app,
    clock,
    log,
    fetch: send,
    post: (query, token, more) =>
      send({
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, ...more }),
      }),
  }
}

/** Creates an account: one that may do and see everything, unless the test says otherwise. */
export function createTestAccount(
  database: Database,
  account: Partial<NewAccount> = {},
): Promise<IssuedKey> {
  return createAccount(
    database,
    {
      email: `${randomUUID()}@charity.example`,
      permissions: PERMISSIONS,
      organizations: 'all',
      ...account,
    },
    STARTED_AT,
  )
}

/** A token that is valid for a while from the test clock's start. */
export function tokenOf(key: IssuedKey, now: Date = STARTED_AT): Promise<string> {
  return signToken({ ...key, ttlSeconds: TOKEN_TTL_SECONDS }, now)
}
