import { type ExecutionResult, graphql } from 'graphql'
import { type Actor, PERMISSIONS } from '../../src/core/actor.ts'
import { ChangeFeed } from '../../src/feed/watching.ts'
import type { Context } from '../../src/graphql/context.ts'
import { createLogger } from '../../src/http/log.ts'
import { schema } from '../../src/schema.ts'
import { createTestStorage } from './storage.ts'

/** May do everything, for all organizations. */
export const EVERYTHING: Actor = {
  email: 'everything@example.org',
  permissions: new Set(PERMISSIONS),
  organizations: 'all',
}

/** The served schema on a database, as one account sees it. */
export interface Gateway {
  /** Answers an operation as a client gets it, without HTTP between them. */
  readonly execute: (query: string, variables?: Record<string, unknown>) => Promise<Answer>
}

/** Data are as loose as JSON: a test says what it expects of them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Answer = ExecutionResult<any>

type ContextFields = Pick<Context, 'database'> & Partial<Context>

/** What resolvers are given, for one account. */
export function createContext({
  database,
  now = new Date('2026-06-01T12:00:00.000Z'),
  clock = () => now,
  actor = EVERYTHING,
  storage = createTestStorage(),
  feed = new ChangeFeed({ database, logger: createLogger('silent') }),
  renewActor = () => actor,
}: ContextFields): Context {
  return { actor, database, storage, clock, now, feed, renewActor }
}

export function createGateway(fields: ContextFields): Gateway {
  const contextValue = createContext(fields)
  return {
    async execute(source, variableValues) {
      const answer = await graphql({ schema, source, variableValues, contextValue })
      return JSON.parse(JSON.stringify(answer)) as Answer
    },
  }
}
