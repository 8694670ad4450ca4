import { type SQL, sql } from 'drizzle-orm'
import type { Compilation } from './compilation.ts'
import { type Json, jsonArrayOf, written } from './json.ts'

const SIZE = sql.identifier('$size')

/**
 * The rows with the text of their items beside them, and with the sum of the items' sizes up to each row. Postgres
 * puts a list together in memory, and nobody would know before the end that the list is too large. `alias` names the
 * rows in what is selected from, and in the answer.
 */
export function measuredRows(alias: string, rows: SQL, items: readonly Json[]): SQL {
  if (items.length === 0) return rows
  const name = sql.raw(alias)
  const texts = sql.raw(`${alias}i`)
  const columns = items.map((item, nth) => sql`${written(item)} as ${itemColumn(nth)}`)
  const bytes = items.map((_, nth) => sql`octet_length(${texts}.${itemColumn(nth)})`)
  const total = sql`sum(${sql.join(bytes, sql` + `)}) over (rows unbounded preceding)`
  // Without the offset Postgres would write each item twice: for its size, and for the list.
  return sql`(select ${name}.*, ${texts}.*, ${total} as ${SIZE} from ${rows} cross join lateral (select ${sql.join(columns, sql`, `)} offset 0) ${texts}) ${name}`
}

/** The text of an item of measured rows. The statement fails where the items up to this one have more bytes. */
export function measuredItem(alias: string, nth: number, mostBytes: number): SQL {
  const size = sql`${sql.raw(alias)}.${SIZE}`
  // No expression can raise an error of its own choice. Nothing else in a statement of ours divides.
  return sql`case when ${size} > ${sql.raw(String(mostBytes))} then (1 / (${size} * 0))::text else ${sql.raw(alias)}.${itemColumn(nth)} end`
}

/** An array with an item for each row, and the rows that the array is selected from. */
export function arrayOfRows(
  { mostBytes }: Compilation,
  alias: string,
  rows: SQL,
  item: Json,
): { readonly json: Json; readonly rows: SQL } {
  if (mostBytes === undefined) return { json: jsonArrayOf(item), rows }
  return {
    json: jsonArrayOf([measuredItem(alias, 0, mostBytes)]),
    rows: measuredRows(alias, rows, [item]),
  }
}

function itemColumn(nth: number) {
  return sql.identifier(`$item${String(nth)}`)
}
