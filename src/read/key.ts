import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import {
  cursorText,
  decodeCursor,
  decodeNumberCursor,
  type ListName,
  markOf,
  numberCursorText,
} from './cursor.ts'
import type { ConnectionRead } from './field.ts'

/** What a cursor says of a place in a list, as Postgres text: the values of the key's columns first. */
export type Place = readonly string[]

/** What orders the rows of a list and tells any two of them apart, and how its cursors say so. */
export interface Key {
  readonly columns: readonly PgColumn[]
  /** The columns that cursors are written from: those of the key, and others where cursors say more. */
  readonly cursorColumns: readonly PgColumn[]
  /** The Postgres types by which the values of a place are bound: first those of the columns. */
  readonly types: readonly string[]
  /** Whether no row ever had this place in this database, as a condition; absent where any place is good. */
  readonly isLost?: (place: readonly SQL[]) => SQL
  /** The cursor of a row of the list as the database writes it, from the columns' values. */
  readonly cursorText: (list: ListName, valueOf: (column: PgColumn) => SQL) => SQL
  /** Reads a cursor of the list; undefined for anything else. */
  readonly decode: (list: ListName, cursor: string) => Place | undefined
}

/** The key of a list in one of its orders. */
export function keyOf({ orders, isNumbered, source }: ConnectionRead, order: string): Key {
  const column = orders[order]
  if (!column) throw new Error(`there is no order ${order}`)
  const { uuid } = source.table
  return isNumbered ? byNumber(column, uuid) : byInstant(column, uuid)
}

function byNumber(column: PgColumn, uuid: PgColumn): Key {
  return {
    columns: [column],
    cursorColumns: [column, uuid],
    types: ['bigint', 'text'],
    // An older backup, once it is restored, gives the numbers that came after it to other rows.
    isLost: ([number, mark]) =>
      sql`${mark} <> '' and not exists (select from ${column.table} where ${column} = ${number} and ${markOf(sql`${uuid}`)} = ${mark})`,
    cursorText: (list, valueOf) => numberCursorText(list, valueOf(column), valueOf(uuid)),
    decode: (list, cursor) => {
      const position = decodeNumberCursor(list, cursor)
      return position && [String(position.number), position.mark]
    },
  }
}

function byInstant(column: PgColumn, uuid: PgColumn): Key {
  return {
    columns: [column, uuid],
    cursorColumns: [column, uuid],
    types: ['timestamptz', 'uuid'],
    cursorText: (list, valueOf) => cursorText(list, valueOf(column), valueOf(uuid)),
    decode: (list, cursor) => {
      const position = decodeCursor(list, cursor)
      return position && [position.at, position.uuid]
    },
  }
}
