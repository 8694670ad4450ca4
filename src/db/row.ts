import { getTableColumns, is, type SQL, sql } from 'drizzle-orm'
import { type PgColumn, PgNumeric, type PgTable, PgTimestamp } from 'drizzle-orm/pg-core'
import type { Value, ValueObject } from '../core/json.ts'
import { type Drizzle, rowsOf } from './database.ts'

/**
 * A record, by the names that its table gives its columns, and its lists. Instants are RFC 3339 texts in UTC
 * with milliseconds, amounts are texts with two decimals: equal values are written the same.
 */
export type Row = ValueObject

/** Reads a column in the one way in which a Row writes its values, whatever the session's settings. */
export function asText(column: PgColumn): SQL {
  if (is(column, PgTimestamp)) {
    return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  }
  return is(column, PgNumeric) ? sql`${column}::text` : sql`${column}`
}

/** Keys that rows are looked up by: a row set with the alias `given`, and what equals it. */
export interface Lookup {
  readonly given: SQL
  readonly condition: SQL
}

/** Reads rows: some columns of a table, and what else is told to be selected under a name. */
export async function selectRows(
  database: Drizzle,
  table: PgTable,
  columns: readonly string[],
  others: Readonly<Record<string, SQL>>,
  { given, condition }: Lookup,
): Promise<Row[]> {
  const selected = [
    ...columns.map((name) => [name, asText(columnOf(table, name))] as const),
    ...Object.entries(others),
  ].map(([name, value]) => sql`${value} as ${sql.identifier(name)}`)
  // The offset keeps Postgres from scanning the table for what an index finds: the statistics that it would
  // decide by are old while a file is being imported.
  const [answer] = await rowsOf<{ rows: string }>(
    database,
    sql`select coalesce(json_agg(found), '[]')::text as rows from ${given}, lateral (select ${sql.join(selected, sql`, `)} from ${table} where ${condition} offset 0) as found`,
  )
  return answer ? (JSON.parse(answer.rows) as Row[]) : []
}

/** A column by the name that the code gives it. */
export function columnOf(table: PgTable, name: string): PgColumn {
  const column = getTableColumns(table)[name]
  if (!column) throw new Error(`the table has no column ${name}`)
  return column
}

/** Columns as a statement lists them: by name alone, or as those of a row set that has this alias. */
export function columnList(table: PgTable, names: readonly string[], alias?: string): SQL {
  const columns = names.map((name) => sql.identifier(columnOf(table, name).name))
  return sql.join(
    alias === undefined
      ? columns
      : columns.map((column) => sql`${sql.identifier(alias)}.${column}`),
    sql`, `,
  )
}

/** Rows as a set that a statement can select from, bound as one parameter. */
export function recordSet(table: PgTable, rows: readonly Row[]): SQL {
  const columns = Object.entries(getTableColumns(table)).map(([name, { name: key }]) => ({
    name,
    key,
  }))
  const records = rows.map((row) => {
    const record: Record<string, Value> = {}
    for (const { name, key } of columns) {
      const value = row[name]
      // A column that is not given is null.
      if (value !== undefined && value !== null) record[key] = value
    }
    return record
  })
  return sql`json_populate_recordset(null::${table}, ${JSON.stringify(records)}::text::json)`
}

/** UUIDs as a row set with the alias `given`, in their order, bound as one parameter. */
export function uuidSet(uuids: Iterable<string>): SQL {
  return sql`unnest(${`{${[...uuids].sort().join(',')}}`}::text::uuid[]) as given(uuid)`
}
