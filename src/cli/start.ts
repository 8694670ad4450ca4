import { sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { renewDemoKey } from '../account/commands.ts'
import { startSweeping, type Sweeping } from '../act/sweep.ts'
import { createApp } from '../app.ts'
import type { Config } from '../config.ts'
import { systemClock } from '../core/clock.ts'
import { type Database, rowsOf } from '../db/database.ts'
import { migratePostgres } from '../db/migrate.ts'
import { DEFAULT_DEMO_PLEDGES, DEFAULT_DEMO_SEED } from '../demo/load.ts'
import { ChangeFeed } from '../feed/watching.ts'
import { createAdmission } from '../http/admission.ts'
import { watchEventLoop } from '../http/event-loop.ts'
import { GRAPHQL_PATH, overloadOf } from '../http/gate.ts'
import { createGraphiql, type Graphiql } from '../http/graphiql.ts'
import { createLogger } from '../http/log.ts'
import { listen, type RunningServer } from '../http/server.ts'
import { signToken } from '../http/token.ts'
import { organizations } from '../organization/table.ts'
import { assertWritable, type Storage } from '../storage/storage.ts'
import { openDatabase } from './database.ts'
import { fillWithDemo } from './demo.ts'
import { openStorage } from './storage.ts'

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

// Whoever waits for an answer wants one, even if it is to try again.
const LOCK_TIMEOUT_MILLISECONDS = 10_000
const STATEMENT_TIMEOUT_MILLISECONDS = 11_000

// Together they leave time within the ten seconds that whoever stops a process commonly waits.
const GRACE_MILLISECONDS = 8_000
const LAST_MOMENT_MILLISECONDS = 9_500

/** Serves until the process is told to end. */
export async function start(config: Config, isToMigrate: boolean): Promise<void> {
  const logger = createStartLogger(config)
  if (isToMigrate && config.databaseUrl) await migratePostgres(config.databaseUrl)
  const database = await openDatabase(config, {
    lockTimeoutMilliseconds: LOCK_TIMEOUT_MILLISECONDS,
    statementTimeoutMilliseconds: STATEMENT_TIMEOUT_MILLISECONDS,
  })
  let isShuttingDown = false
  let publicUrl = config.publicUrl ?? ''
  try {
    const storage = await openStorage(config, database, () => publicUrl)
    // Otherwise the first donor who signs would be the one to find out.
    await assertWritable(storage)
    if (database.isEmbedded) await prepareEmbedded(database, storage, config, logger)
    const feed = new ChangeFeed({ database, logger })
    const eventLoop = watchEventLoop(config.limits.maxEventLoopDelayMilliseconds)
    const admission = createAdmission({
      limits: config.limits,
      isLate: () => eventLoop.isLate(),
    })
    const app = createApp({
      database,
      feed,
      storage,
      clock: systemClock,
      logger,
      graphiql: config.hasGraphiql ? await openGraphiql(database, config) : undefined,
      introspection: config.introspection,
      corsOrigins: config.corsOrigins,
      maxTokenAgeSeconds: config.maxTokenAgeSeconds,
      operationLimits: config.operationLimits,
      rateLimit: config.rateLimit,
      limits: config.limits,
      admission,
      isShuttingDown: () => isShuttingDown,
    })
    const server = await listen({
      listener: (request, response) => void app(request, response),
      host: config.host,
      port: config.port,
      limits: config.connectionLimits,
      refuse: (request) => overloadOf(admission, request),
    })
    publicUrl ||= server.url
    const sweeping = startSweeping({ database, clock: systemClock, logger })
    stopOnSignal(server, sweeping, database, logger, () => {
      isShuttingDown = true
      feed.close()
    })
    feed.keep()
    logger.info(`Pledgeline is at ${server.url}${GRAPHQL_PATH}`)
    if (database.isEmbedded && config.hasGraphiql && !LOOPBACK_HOSTS.has(config.host)) {
      logger.warn(
        'Its page lets in whoever reaches it from the network. To prevent that, set GRAPHIQL=off.',
      )
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Lines for a person in a terminal, and JSON for everything else. */
function createStartLogger({ logLevel }: Config): Logger {
  if (!process.stdout.isTTY) return createLogger(logLevel)
  const format = prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss' })
  return createLogger(logLevel, { write: (line) => process.stdout.write(format(line)) })
}

async function prepareEmbedded(
  database: Database,
  storage: Storage,
  config: Config,
  logger: Logger,
): Promise<void> {
  logger.info(
    `The embedded database in ${config.dataFolder} is for trying out. To keep data, set DATABASE_URL.`,
  )
  const [found] = await rowsOf<{ exists: boolean }>(
    database.drizzle,
    sql`select exists (select from ${organizations}) as exists`,
  )
  if (found?.exists) return
  await fillWithDemo(database, storage, { pledges: DEFAULT_DEMO_PLEDGES, seed: DEFAULT_DEMO_SEED })
  logger.info(`Loaded demo data with ${DEFAULT_DEMO_PLEDGES} pledges`)
}

/** On the embedded database the page lets its visitor in; elsewhere it never does. */
async function openGraphiql(database: Database, config: Config): Promise<Graphiql> {
  const key = database.isEmbedded ? await renewDemoKey(database, systemClock()) : undefined
  if (!key) return createGraphiql()
  const request = { ...key, ttlSeconds: config.maxTokenAgeSeconds }
  return createGraphiql(() => signToken(request, systemClock()))
}

function stopOnSignal(
  server: RunningServer,
  sweeping: Sweeping,
  database: Database,
  logger: Logger,
  onStop: () => void,
): void {
  let isStopping = false
  const stop = async (signal: string) => {
    // A terminal and npm may both send one; the last moment comes in any case.
    if (isStopping) return
    isStopping = true
    onStop()
    logger.info(`${signal}: finishing what is open`)
    setTimeout(() => process.exit(0), LAST_MOMENT_MILLISECONDS).unref()
    try {
      await Promise.all([server.stop(GRACE_MILLISECONDS), sweeping.stop()])
      await database.close()
    } catch (error) {
      logger.error({ err: error }, 'Could not close everything')
    }
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void stop(signal))
  }
}
