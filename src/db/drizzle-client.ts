import { drizzle } from 'drizzle-orm/postgres-js'
import { LRUCache } from 'lru-cache'
import type postgres from 'postgres'
import type { Answer, Connection, RunOptions } from './connection.ts'
import type { Lane } from './lane.ts'

// What has more has many forms, such as an insertion of many rows, and Postgres would keep each of them.
const MOST_VALUES = 40

// A statement that comes again so often comes again and again.
const USES_BEFORE_PREPARING = 3
const MOST_COUNTED_STATEMENTS = 1_000

type Run = (text: string, values: readonly unknown[], options: RunOptions) => Promise<Answer>
type Work = (client: object) => unknown

/**
 * Drizzle on the connections of a lane. Statements that come often are kept parsed: each then takes one round trip
 * and not two; and between two, Postgres takes a process that stands still to be busy, and leaves it the rows
 * that it has locked for any time.
 */
export function drizzleOn(lane: Lane) {
  const isWorthPreparing = createUseCount()
  const run: Run = (text, values, options) =>
    lane.use((connection) => connection.run(text, values, options))
  const client = {
    // Drizzle writes here how values are read, which each connection is told by itself.
    options: { parsers: {}, serializers: {} },
    unsafe: unsafeBy(run, isWorthPreparing),
    begin: (work: Work) =>
      lane.use((connection) => inTransaction(connection, isWorthPreparing, work)),
  }
  return drizzle(client as unknown as postgres.Sql)
}

/** The statements by which work is kept or taken back as a whole. */
interface Bounds {
  readonly begin: string
  readonly keep: string
  readonly takeBack: string
}

const TRANSACTION: Bounds = { begin: 'begin', keep: 'commit', takeBack: 'rollback' }
// One name is enough: Postgres means the latest savepoint of the name.
const SAVEPOINT: Bounds = {
  begin: 'savepoint within',
  keep: 'release savepoint within',
  takeBack: 'rollback to savepoint within',
}

/** Runs work between `begin` and `commit`, or takes back what it did where it fails. */
async function inTransaction(
  connection: Connection,
  isWorthPreparing: (text: string) => boolean,
  work: Work,
  bounds: Bounds = TRANSACTION,
): Promise<unknown> {
  let problem: unknown
  let isOver = false
  const run: Run = async (text, values, options) => {
    // On this connection somebody else may be at work by now.
    if (isOver) throw new Error('the transaction is over')
    try {
      return await connection.run(text, values, options)
    } catch (error) {
      problem ??= error
      throw error
    }
  }
  await connection.run(bounds.begin)
  try {
    const result = await work({
      unsafe: unsafeBy(run, isWorthPreparing),
      savepoint: (inner: Work) => inTransaction(connection, isWorthPreparing, inner, SAVEPOINT),
    })
    // After a failure Postgres takes everything back, also where whoever works thinks nothing of it.
    if (problem !== undefined) throw asError(problem)
    isOver = true
    const { command } = await connection.run(bounds.keep)
    if (bounds === TRANSACTION && command !== 'COMMIT') {
      throw new Error(`the transaction ended with ${command}`)
    }
    return result
  } catch (error) {
    const wasOver = isOver
    isOver = true
    if (!wasOver) await takeBack(connection, bounds)
    throw error
  }
}

async function takeBack(connection: Connection, bounds: Bounds): Promise<void> {
  try {
    await connection.run(bounds.takeBack)
  } catch {
    // Whoever came next would find themselves inside of the transaction.
    connection.destroy()
  }
}

function asError(problem: unknown): Error {
  return problem instanceof Error ? problem : new Error(String(problem))
}

/** What Drizzle sends its statements by: to be awaited as it is, or for lists of values. */
function unsafeBy(run: Run, isWorthPreparing: (text: string) => boolean) {
  return (text: string, values: readonly unknown[] = []) => {
    const isPrepared = values.length > 0 && values.length <= MOST_VALUES && isWorthPreparing(text)
    const rows = async (hasListRows: boolean) =>
      (await run(text, values, { isPrepared, hasListRows })).rows
    return {
      then: (...handlers: Parameters<Promise<readonly unknown[]>['then']>) =>
        rows(false).then(...handlers),
      values: () => rows(true),
    }
  }
}

/** Tells of a text whether it has come often. */
function createUseCount(): (text: string) => boolean {
  const uses = new LRUCache<string, number>({ max: MOST_COUNTED_STATEMENTS })
  return (text) => {
    const count = (uses.get(text) ?? 0) + 1
    if (count <= USES_BEFORE_PREPARING) uses.set(text, count)
    return count >= USES_BEFORE_PREPARING
  }
}
