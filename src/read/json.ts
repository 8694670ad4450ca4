import { type SQL, sql } from 'drizzle-orm'

/**
 * JSON text in pieces: what is the same in every run, and what the database writes. A piece of the
 * database's must not be null: it would leave a gap.
 */
export type Json = readonly (string | SQL)[]

/** As many arguments as a Postgres function takes. */
const MOST_ARGUMENTS = 100

/** Writes the pieces one after another. */
export function written(json: Json): SQL {
  let pieces = joinedLiterals(json).map((piece) =>
    typeof piece === 'string' ? literal(piece) : piece,
  )
  while (pieces.length > MOST_ARGUMENTS) {
    pieces = Array.from({ length: Math.ceil(pieces.length / MOST_ARGUMENTS) }, (_, nth) =>
      concatenated(pieces.slice(nth * MOST_ARGUMENTS, (nth + 1) * MOST_ARGUMENTS)),
    )
  }
  return concatenated(pieces)
}

/** An object with these members, in this order. */
export function jsonObject(members: Iterable<readonly [key: string, value: Json]>): Json {
  const pieces: (string | SQL)[] = []
  for (const [key, value] of members) {
    pieces.push(`${pieces.length === 0 ? '{' : ','}${JSON.stringify(key)}:`, ...value)
  }
  return pieces.length === 0 ? ['{}'] : [...pieces, '}']
}

/** A string that is known beforehand. */
export function jsonString(text: string): Json {
  return [JSON.stringify(text)]
}

/** An array of what an aggregated query's rows have, in their order; `where` chooses among the rows. */
export function jsonArrayOf(item: Json, where?: SQL): Json {
  const items = sql`string_agg(${written(item)}, ',')`
  return ['[', where ? sql`${items} filter (where ${where})` : items, ']']
}

/** An object with a member for each of an aggregated query's rows, in an order. The keys must be plain characters. */
export function jsonRecordOf(key: SQL, value: Json, orderBy: SQL): Json {
  const members = sql`string_agg(${written(['"', key, '":', ...value])}, ',' order by ${orderBy})`
  return ['{', members, '}']
}

/** The value, or JSON's null. The value must be of the type text, json or jsonb. */
export function orNull(value: SQL): SQL {
  return sql`coalesce(${value}, 'null')`
}

/** A text in SQL. */
export function literal(text: string): SQL {
  return sql.raw(`'${text.replaceAll("'", "''")}'`)
}

function concatenated(pieces: readonly SQL[]): SQL {
  return sql`concat(${sql.join(pieces as SQL[], sql`, `)})`
}

function joinedLiterals(json: Json): (string | SQL)[] {
  const joined: (string | SQL)[] = []
  for (const piece of json) {
    const last = joined.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') {
      joined[joined.length - 1] = last + piece
    } else {
      joined.push(piece)
    }
  }
  return joined
}
