import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { callAttempts, calls } from '../call/table.ts'
import { focusAreas, organizations, users } from '../organization/table.ts'
import { persons } from '../person/table.ts'
import { pledgeFocusAreas, pledges } from '../pledge/table.ts'
import { transactions } from '../transaction/table.ts'
import type { Rows } from './chunk.ts'

const TABLES: Readonly<Record<keyof Rows, PgTable>> = {
  organizations,
  focusAreas,
  users,
  persons,
  pledges,
  pledgeFocusAreas,
  transactions,
  calls,
  callAttempts,
}

/** Every table that has demo data. */
export const WRITTEN_TABLES: readonly PgTable[] = Object.values(TABLES)

/**
 * One statement that inserts all rows of a chunk, with one bound value for each table. Postgres checks references
 * when all of it is done, so the rows may refer to each other.
 */
export function insertionOf(rows: Rows): SQL {
  const insertions = Object.entries(TABLES).map(
    ([name, table]) =>
      sql`${sql.identifier(name)} as (${insertion(table, JSON.stringify(rows[name as keyof Rows]))})`,
  )
  return sql`with ${listed(insertions)} select`
}

function insertion(table: PgTable, json: string): SQL {
  const columns = Object.entries(getTableColumns(table))
  const names = columns.map(([, column]) => sql`${sql.identifier(column.name)}`)
  const keys = columns.map(([key]) => sql`${sql.identifier(key)}`)
  const typedKeys = columns.map(
    ([key, column]) => sql`${sql.identifier(key)} ${sql.raw(column.getSQLType())}`,
  )
  return sql`insert into ${table} (${listed(names)}) select ${listed(keys)} from json_to_recordset(${json}::json) as given(${listed(typedKeys)})`
}

function listed(parts: SQL[]): SQL {
  return sql.join(parts, sql`, `)
}
