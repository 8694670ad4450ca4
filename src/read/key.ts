import type { SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import {
  cursorText,
  decodeCursor,
  decodeNumberCursor,
  type ListName,
  numberCursorText,
} from './cursor.ts'
import type { ConnectionRead } from './field.ts'

/** The values of a key's columns at some place of a list, as Postgres text. */
export type Place = readonly string[]

/** What orders the rows of a list and tells any two of them apart, and how its cursors say so. */
export interface Key {
  readonly columns: readonly PgColumn[]
  /** The Postgres types by which the values of a place are bound. */
  readonly types: readonly string[]
  /** The cursor of a row of the list as the database writes it, from the columns' values. */
  readonly cursorText: (list: ListName, valueOf: (column: PgColumn) => SQL) => SQL
  /** Reads a cursor of the list; undefined for anything else. */
  readonly decode: (list: ListName, cursor: string) => Place | undefined
}

/** The key of a list in one of its orders. */
export function keyOf({ orders, isNumbered, source }: ConnectionRead, order: string): Key {
  const column = orders[order]
  if (!column) throw new Error(`there is no order ${order}`)
  return isNumbered ? byNumber(column) : byInstant(column, source.table.uuid)
}

function byNumber(column: PgColumn): Key {
  return {
    columns: [column],
    types: ['bigint'],
    cursorText: (list, valueOf) => numberCursorText(list, valueOf(column)),
    decode: (list, cursor) => {
      const number = decodeNumberCursor(list, cursor)
      return number === undefined ? undefined : [String(number)]
    },
  }
}

function byInstant(column: PgColumn, uuid: PgColumn): Key {
  return {
    columns: [column, uuid],
    types: ['timestamptz', 'uuid'],
    cursorText: (list, valueOf) => cursorText(list, valueOf(column), valueOf(uuid)),
    decode: (list, cursor) => {
      const position = decodeCursor(list, cursor)
      return position && [position.at, position.uuid]
    },
  }
}
