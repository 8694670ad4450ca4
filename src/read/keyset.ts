import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { At } from '../core/source.ts'
import { type Direction, LARGEST_PAGE_SIZE } from './argument.ts'
import { allOf, columnsOf } from './compilation.ts'
import type { Lead } from './field.ts'

/**
 * A constant above every page, which tells Postgres how few rows are wanted where the page's size is only
 * bound: without it a prepared plan counts on a tenth of the table and may sort it.
 */
const FEW = sql.raw(String(LARGEST_PAGE_SIZE + 1))

/** Some rows of a table in an order, from some place on. */
export interface Keyset {
  readonly table: PgTable & { readonly uuid: PgColumn }
  readonly alias: string
  /** The columns that order the rows, the last of which decides between rows that are equal in the others. */
  readonly key: readonly PgColumn[]
  readonly direction: Direction
  readonly visibility: SQL | undefined
  /** Which of the visible rows: those that are wanted. */
  readonly conditions: readonly (SQL | undefined)[]
  readonly bounds: readonly Bound[]
  readonly limit: SQL
}

/** The bound values of a cursor, one for each column of the key. */
export type Place = readonly SQL[]

/** On which side of a place the rows lie, and whether the place itself is among them. */
export interface Bound {
  readonly operator: '<' | '<=' | '>' | '>='
  readonly place: Place
}

/** The wanted values of an indexed column, each of whose rows the index answers in order. */
export interface LeadValues {
  readonly lead: Lead
  readonly values: SQL
  /** Whether having one of these values is what makes a row visible. */
  readonly isVisibility: boolean
  /** Which of the keyset's conditions is that a row has one of these values; none where that is not wanted. */
  readonly condition?: SQL
}

/**
 * The first rows of a keyset, with some of their columns, under the keyset's own alias.
 * Row comparison makes the bound an index condition: a deep page costs what the first one does.
 */
export function firstRows(keyset: Keyset, columns: Iterable<PgColumn>): SQL {
  const at = columnsOf(keyset.alias)
  const wanted = new Set([...columns, ...keyset.key])
  return sql`(select ${list([...wanted].map(at))} from ${keyset.table} ${sql.raw(keyset.alias)} where ${allOf(
    [
      keyset.visibility,
      ...keyset.conditions,
      ...keyset.bounds.map((bound) => isWithin(bound, keyset.key.map(at))),
    ],
  )} order by ${orderBy(keyset, at)} limit ${FEW}) ${sql.raw(keyset.alias)}`
}

/**
 * The first rows of a keyset, found by merging what several indexes answer for several values: each branch
 * brings its first rows, and the first of all are among them. A row that two branches find counts once.
 */
export function mergedRows(keyset: Keyset, leads: readonly LeadValues[]): SQL {
  const at = columnsOf(keyset.alias)
  const alias = sql.raw(keyset.alias)
  const names = keyset.key.map(({ name }) => sql.identifier(name))
  const keyOf = (from: string) => names.map((name) => sql`${sql.raw(from)}.${name}`)
  const branches = leads.map(({ lead, values, isVisibility, condition }) => {
    const { from, key, column } = branchOf(keyset, lead)
    const columns = key.map((value, index) => sql`${value} as ${names[index]}`)
    const rows = sql`select ${list(columns)} from ${from} where ${allOf([
      sql`${column} = v.value`,
      // Said twice, either would make Postgres expect so few rows that it reads another index, or look for each
      // of the values once more for every one of them.
      isVisibility ? undefined : keyset.visibility,
      ...keyset.conditions.filter((each) => each !== condition),
      ...keyset.bounds.map((bound) => isWithin(bound, key)),
    ])} order by ${inOrder(keyset, key)} limit ${FEW}`
    return sql`select ${list(keyOf('b'))} from unnest(${values}) v(value) cross join lateral (select ${list(keyOf('f'))} from (${rows}) f limit ${keyset.limit}) b`
  })
  const merged = keyOf('m')
  const found = sql`select ${list(merged)} from (${sql.join(branches, sql` union all `)}) m group by ${list(merged)} order by ${inOrder(keyset, merged)} limit ${keyset.limit}`
  const isFound = allOf([sql`${at(deciding(keyset))} = ${keyOf('k').at(-1)}`, keyset.visibility])
  return sql`(${found}) k join ${keyset.table} ${alias} on ${isFound}`
}

/** The order of a keyset. */
export function orderBy(keyset: Keyset, at: At): SQL {
  return inOrder(keyset, keyset.key.map(at))
}

/** The bounds of the rows that a list in this direction has after one place and before another. */
export function boundsOf(
  direction: Direction,
  after: Place | undefined,
  before: Place | undefined,
): Bound[] {
  const [later, earlier] = direction === 'ASC' ? (['>', '<'] as const) : (['<', '>'] as const)
  return [
    ...(after ? [{ operator: later, place: after }] : []),
    ...(before ? [{ operator: earlier, place: before }] : []),
  ]
}

/** Whether a keyset's direction has any row from a place on, the place included. It stops at the first. */
export function hasRows(
  keyset: Keyset,
  from: Place,
  leads: readonly LeadValues[] | undefined,
): SQL {
  const operator = keyset.direction === 'ASC' ? '>=' : '<='
  const one = { ...keyset, bounds: [{ operator, place: from } as const], limit: sql.raw('1') }
  return sql`exists (select from ${leads ? mergedRows(one, leads) : firstRows(one, [])})`
}

export function opposite(direction: Direction): Direction {
  return direction === 'ASC' ? 'DESC' : 'ASC'
}

/** What a branch selects from, with the key and the lead's column as they are there. */
function branchOf(keyset: Keyset, { column, through }: Lead) {
  const at = columnsOf(keyset.alias)
  const own = sql`${keyset.table} ${sql.raw(keyset.alias)}`
  if (!through) return { from: own, key: keyset.key.map(at), column: at(column) }
  const byLead = columnsOf('l')
  const key = through.key.map(byLead)
  return {
    from: sql`${through.table} l join ${own} on ${at(deciding(keyset))} = ${key.at(-1)}`,
    key,
    column: byLead(column),
  }
}

/** The column of a key that tells any two rows apart by itself. */
function deciding({ key }: Keyset): PgColumn {
  const last = key.at(-1)
  if (!last) throw new Error('a key has columns')
  return last
}

function inOrder({ direction }: Keyset, key: readonly SQL[]): SQL {
  return list(key.map((value) => sql`${value} ${sql.raw(direction)}`))
}

function list(values: readonly SQL[]): SQL {
  return sql.join([...values], sql`, `)
}

function isWithin({ operator, place }: Bound, key: readonly SQL[]): SQL {
  const row = (values: readonly SQL[]) => sql`(${list(values)})`
  return sql`${row(key)} ${sql.raw(operator)} ${row(place)}`
}
