import { getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { type Drizzle, rowsOf } from '../db/database.ts'

/**
 * Runs a large write with the foreign keys and the secondary indexes of its tables put aside, and restores them
 * as they were: checking and sorting everything once takes a fraction of the time of doing it row by row. Primary
 * keys, unique constraints, checks and triggers stay. Needs a transaction, with which all of it is undone where
 * the write fails, and the tables' owner. Until the transaction ends nobody else can use the tables.
 */
export async function withReferencesAside(
  transaction: Drizzle,
  tables: readonly PgTable[],
  write: () => Promise<void>,
): Promise<void> {
  const asides = await rowsOf<{ remove: string; restore: string }>(transaction, asidesOf(tables))
  for (const { remove } of asides) await transaction.execute(sql.raw(remove))
  await withLookupPlans(transaction, write)
  // The checks of the foreign keys are joins of whole tables, which are slow when planned for empty ones.
  await analyze(transaction, tables)
  for (const { restore } of asides.reverse()) await transaction.execute(sql.raw(restore))
}

/**
 * Makes Postgres join by looking rows up one by one. It plans what a trigger does once, here while the tables are
 * nearly empty, and would read all of a table with every statement long after that has become slow.
 */
async function withLookupPlans(transaction: Drizzle, write: () => Promise<void>): Promise<void> {
  await transaction.execute(sql`set local enable_hashjoin = off`)
  await transaction.execute(sql`set local enable_mergejoin = off`)
  await write()
  await transaction.execute(sql`set local enable_hashjoin to default`)
  await transaction.execute(sql`set local enable_mergejoin to default`)
}

/** Lets Postgres plan by what is in the tables now, rather than when it finds out by itself, if ever. */
export async function analyze(database: Drizzle, tables: readonly PgTable[]): Promise<void> {
  for (const table of tables) await database.execute(sql`analyze ${table}`)
}

/** What is put aside, as statements: the foreign keys first, because they need some of the indexes. */
function asidesOf(tables: readonly PgTable[]): SQL {
  const names = sql.join(
    tables.map((table) => sql`${getTableName(table)}::regclass`),
    sql`, `,
  )
  return sql`
    select
      1 as turn,
      format('alter table %s drop constraint %I', conrelid::regclass, conname) as remove,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as restore
    from pg_constraint
    where contype = 'f' and conrelid in (${names})
    union all
    select 2, format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    from pg_index
    where indrelid in (${names})
      and not exists (select from pg_constraint where conindid = indexrelid)
    order by turn`
}
