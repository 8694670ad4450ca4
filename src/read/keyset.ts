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
}

/**
 * The first rows of a keyset, with some of their columns, under the keyset's own alias.
 * Row comparison makes the bound an index condition: a deep page costs what the first one does.
 */
export function firstRows(keyset: Keyset, columns: Iterable<PgColumn>): SQL {
  const at = columnsOf(keyset.alias)
  const wanted = new Set([...columns, ...keyset.key])
  const list = sql.join([...wanted].map(at), sql`, `)
  return sql`(select ${list} from ${keyset.table} ${sql.raw(keyset.alias)} where ${allOf([
    keyset.visibility,
    ...keyset.conditions,
    ...keyset.bounds.map((bound) => isWithin(bound, keyset.key.map(at))),
  ])} order by ${orderBy(keyset, at)} limit ${FEW}) ${sql.raw(keyset.alias)}`
}

/**
 * The first rows of a keyset, found by merging what several indexes answer for several values: each branch
 * brings its first rows, and the first of all are among them. A row that two branches find counts once.
 */
export function mergedRows(keyset: Keyset, leads: readonly LeadValues[]): SQL {
  const at = columnsOf(keyset.alias)
  const alias = sql.raw(keyset.alias)
  const branches = leads.map(({ lead, values, isVisibility }) => {
    const { from, key, order, column } = branchOf(keyset, lead)
    const rows = sql`select ${order} as at, ${key} as uuid from ${from} where ${allOf([
      sql`${column} = v.value`,
      // Said twice, it would make Postgres expect so few rows that it reads another index.
      isVisibility ? undefined : keyset.visibility,
      ...keyset.conditions,
      ...keyset.bounds.map((bound) => isWithin(bound, [order, key])),
    ])} order by ${order} ${sql.raw(keyset.direction)}, ${key} ${sql.raw(keyset.direction)} limit ${FEW}`
    return sql`select b.at, b.uuid from unnest(${values}) v(value) cross join lateral (select f.at, f.uuid from (${rows}) f limit ${keyset.limit}) b`
  })
  const direction = sql.raw(keyset.direction)
  const found = sql`select m.at, m.uuid from (${sql.join(branches, sql` union all `)}) m group by m.at, m.uuid order by m.at ${direction}, m.uuid ${direction} limit ${keyset.limit}`
  const isFound = allOf([sql`${at(keyset.table.uuid)} = k.uuid`, keyset.visibility])
  return sql`(${found}) k join ${keyset.table} ${alias} on ${isFound}`
}

/** The order of a keyset. */
export function orderBy({ key, direction }: Keyset, at: At): SQL {
  return sql.join(
    key.map((column) => sql`${at(column)} ${sql.raw(direction)}`),
    sql`, `,
  )
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

function branchOf(keyset: Keyset, { column, through }: Lead) {
  const at = columnsOf(keyset.alias)
  const [ordering, uuid] = keyset.key
  if (!ordering || !uuid) throw new Error('only a list that is ordered by instants has leads')
  const own = sql`${keyset.table} ${sql.raw(keyset.alias)}`
  if (!through) {
    return {
      from: own,
      key: at(uuid),
      order: at(ordering),
      column: at(column),
    }
  }
  const byLead = columnsOf('l')
  return {
    from: sql`${through.table} l join ${own} on ${at(uuid)} = ${byLead(through.key)}`,
    key: byLead(through.key),
    order: byLead(through.order),
    column: byLead(column),
  }
}

function isWithin({ operator, place }: Bound, key: readonly SQL[]): SQL {
  const row = (values: readonly SQL[]) => sql`(${sql.join([...values], sql`, `)})`
  return sql`${row(key)} ${sql.raw(operator)} ${row(place)}`
}
