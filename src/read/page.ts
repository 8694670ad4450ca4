import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { allOf, columnsOf } from './compilation.ts'
import type { ListName } from './cursor.ts'
import type { Json } from './json.ts'
import type { Key } from './key.ts'
import {
  firstRows,
  hasRows,
  type Keyset,
  type LeadValues,
  mergedRows,
  opposite,
  orderBy,
  type Place,
} from './keyset.ts'

/** A page of a list: how its rows are found, and how it lies in the list. */
export interface Page {
  readonly list: ListName
  readonly key: Key
  /** In the direction in which the page is counted. */
  readonly keyset: Keyset
  readonly leads: readonly LeadValues[] | undefined
  /** Whether it is counted from the list's end. */
  readonly isBackward: boolean
  readonly size: SQL
  /** Whether one row more than the page's is looked for, which tells whether the list goes on. */
  readonly looksFurther: boolean
  readonly after: Place | undefined
  readonly before: Place | undefined
  /** The place after which it begins as a NumberedPosition, where rows are numbered. */
  readonly start: Json | undefined
}

/** The column that numbers rows as the page is counted. */
const NUMBER = sql.identifier('$number')

/** The page's rows in the list's order with these columns, as what a query selects from. */
export function pageRows(page: Page, columns: Iterable<PgColumn>): SQL {
  const { keyset, leads, isBackward, looksFurther } = page
  const at = columnsOf(keyset.alias)
  const alias = sql.raw(keyset.alias)
  const wanted = [...new Set([...columns, ...page.key.cursorColumns])]
  const order = orderBy(keyset, at)
  const list = wanted.map(at)
  if (looksFurther) list.push(sql`row_number() over (order by ${order}) as ${NUMBER}`)
  const rows = leads ? mergedRows(keyset, leads) : firstRows(keyset, wanted)
  const counted = sql`(select ${sql.join(list, sql`, `)} from ${rows} order by ${order} limit ${keyset.limit}) ${alias}`
  if (!isBackward) return counted
  const listOrder = orderBy({ ...keyset, direction: opposite(keyset.direction) }, at)
  return sql`(select * from ${counted} order by ${listOrder}) ${alias}`
}

/** Which of the rows are the page's own; undefined when all are. */
export function isOnPage({ keyset, looksFurther, size }: Page): SQL | undefined {
  return looksFurther ? sql`${sql.raw(keyset.alias)}.${NUMBER} <= ${size}` : undefined
}

/** The cursor of the row at hand. */
export function cursorOfRow({ keyset, list, key }: Page): Json {
  return ['"', key.cursorText(list, columnsOf(keyset.alias)), '"']
}

/** The place of the row at hand as a NumberedPosition; null where rows are not numbered. */
export function positionOfRow({ keyset, key }: Page): Json {
  return key.positionOf?.(columnsOf(keyset.alias)) ?? ['null']
}

/** The cursor of the page's first or last row; null where it has none. */
export function cursorAtEnd(page: Page, end: 'first' | 'last'): Json {
  const { keyset, list, key } = page
  const at = columnsOf(keyset.alias)
  const onPage = isOnPage(page)
  const where = onPage ? sql` filter (where ${onPage})` : sql``
  const position = end === 'first' ? sql`1` : sql`count(*)${where}`
  const cursor = key.cursorText(
    list,
    (column) => sql`(array_agg(${at(column)})${where})[${position}]`,
  )
  return [sql`case when count(*) = 0 then 'null' else concat('"', ${cursor}, '"') end`]
}

/** Whether the list goes on after the page. */
export function hasNextPage(page: Page): Json {
  const { keyset, leads, isBackward, before } = page
  const later = { ...keyset, direction: listDirection(page) }
  return anyOf([isBackward ? undefined : goesOn(page), before && hasRows(later, before, leads)])
}

/** Whether the list has anything before the page. */
export function hasPreviousPage(page: Page): Json {
  const { keyset, leads, isBackward, after } = page
  const earlier = { ...keyset, direction: opposite(listDirection(page)) }
  return anyOf([isBackward ? goesOn(page) : undefined, after && hasRows(earlier, after, leads)])
}

/** How many rows the whole list has. */
export function totalCount({ keyset: { table, alias, visibility, conditions } }: Page): Json {
  return [
    sql`(select count(*) from ${table} ${sql.raw(alias)} where ${allOf([visibility, ...conditions])})`,
  ]
}

function goesOn({ size }: Page): SQL {
  return sql`count(*) > ${size}`
}

function listDirection({ keyset, isBackward }: Page) {
  return isBackward ? opposite(keyset.direction) : keyset.direction
}

function anyOf(conditions: readonly (SQL | undefined)[]): Json {
  const present = conditions.filter((condition) => condition !== undefined)
  return present.length === 0 ? ['false'] : [sql`(${sql.join(present, sql` or `)})::text`]
}
