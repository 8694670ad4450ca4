import { sql } from 'drizzle-orm'
import { OperatorError } from '../core/error.ts'
import { type Database, type Drizzle, rowsOf } from '../db/database.ts'
import { DEMO_LOCK } from '../db/lock.ts'
import { violatedConstraint } from '../db/problem.ts'
import { personOrganizations } from '../person/table.ts'
import { pledges } from '../pledge/table.ts'
import { analyze, withReferencesAside } from './bulk.ts'
import { chunksOf } from './chunk.ts'
import { putSignatures } from './signature.ts'
import { insertionOf, WRITTEN_TABLES } from './writing.ts'

export const DEFAULT_DEMO_PLEDGES = 200
export const DEFAULT_DEMO_SEED = 1

export interface DemoOptions {
  /** How many pledges there will be: at least 1. */
  readonly pledges: number
  /** A whole number of 32 bits. What is made up is the same for the same seed and number of pledges. */
  readonly seed: number
  /** Stores the files that go with the pledges. */
  readonly putFile: (key: string, bytes: Uint8Array, contentType: string) => Promise<void>
  /** Is told how many pledges are written so far, after every thousand of them. */
  readonly onProgress?: (pledgesDone: number) => void
}

/** From how many pledges on it pays to check references and to build indexes afterwards. */
const FEWEST_BULK_PLEDGES = 10_000

const FILLED_TABLES = [...WRITTEN_TABLES, personOrganizations]

/**
 * Loads the demo data into a migrated database that has no pledges: all of them, or nothing but the files, which
 * are the same every time. Everything in them
 * happened in the three years before November 2026, whenever they are loaded; planned dates may be later.
 * Throws an OperatorError when the database has pledges or any of the rows already, when somebody else is loading
 * demo data into it, or when the number of pledges or the seed is none.
 */
export async function loadDemo(database: Database, options: DemoOptions): Promise<void> {
  assertPossible(options)
  try {
    await database.drizzle.transaction(async (transaction) => {
      await assertEmpty(transaction)
      await putSignatures(options.putFile)
      if (options.pledges < FEWEST_BULK_PLEDGES) {
        await writeChunks(transaction, options)
        await analyze(transaction, FILLED_TABLES)
      } else {
        await withReferencesAside(transaction, FILLED_TABLES, () =>
          writeChunks(transaction, options),
        )
      }
    })
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (constraint === undefined) throw error
    throw new OperatorError(
      `the database already has some of the demo data (${constraint}); nothing was loaded`,
    )
  }
}

function assertPossible({ pledges: count, seed }: DemoOptions): void {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new OperatorError('the number of pledges must be a whole number, at least 1')
  }
  if (seed !== (seed | 0) && seed !== seed >>> 0) {
    throw new OperatorError('the seed must be a whole number from -2147483648 to 4294967295')
  }
}

async function assertEmpty(transaction: Drizzle): Promise<void> {
  const [lock] = await rowsOf<{ taken: boolean }>(
    transaction,
    sql`select pg_try_advisory_xact_lock(${DEMO_LOCK}) as taken`,
  )
  if (!lock?.taken) {
    throw new OperatorError('another process is loading demo data into this database')
  }
  const [found] = await rowsOf<{ exists: boolean }>(
    transaction,
    sql`select exists (select from ${pledges}) as exists`,
  )
  if (found?.exists) {
    throw new OperatorError(
      'the database already has pledges; demo data go only into one that has none',
    )
  }
}

/** Writes each chunk while the next one is made up. */
async function writeChunks(transaction: Drizzle, options: DemoOptions): Promise<void> {
  let written = Promise.resolve()
  for await (const { rows, pledgesDone } of chunksOf(options)) {
    const insertion = insertionOf(rows)
    await written
    written = transaction.execute(insertion).then(() => options.onProgress?.(pledgesDone))
    // Whoever awaits it learns of a failure; until then nobody does, which would end the process.
    written.catch(() => undefined)
  }
  await written
}
