import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { cursorText, decodeCursor, type ListName } from './cursor.ts'
import type { ConnectionRead, Numbering } from './field.ts'
import type { Json } from './json.ts'
import {
  decodeHiddenCursor,
  decodePlainCursor,
  hiddenCursorText,
  markOf,
  maskedNumber,
  type NumberedPosition,
  positionJson,
} from './numbered-cursor.ts'

/** A place in a list: the values that its form binds, as Postgres text. */
export interface Place {
  readonly form: PlaceForm
  readonly values: readonly string[]
}

/** A way to say a place. Statements differ by it, and not by the values. */
export interface PlaceForm {
  /** Tells it from the other forms of the same list. */
  readonly name: string
  /** The Postgres types by which the values are bound. */
  readonly types: readonly string[]
  /** The values of the key's columns, from the bound ones. */
  readonly keyOf: (values: readonly SQL[]) => readonly SQL[]
  /** The place as a NumberedPosition, from the bound values; absent where rows are not numbered. */
  readonly positionOf?: (values: readonly SQL[]) => Json
  /** Whether no row ever had this place in this database, as a condition; absent where any place is good. */
  readonly isLost?: (values: readonly SQL[]) => SQL
}

/** What orders the rows of a list and tells any two of them apart, and how its cursors say so. */
export interface Key {
  readonly columns: readonly PgColumn[]
  /** The columns that cursors are written from: those of the key, and others where cursors say more. */
  readonly cursorColumns: readonly PgColumn[]
  /** The cursor of a row of the list as the database writes it, from the columns' values. */
  readonly cursorText: (list: ListName, valueOf: (column: PgColumn) => SQL) => SQL
  /** The place of a row as a NumberedPosition; absent where rows are not numbered. */
  readonly positionOf?: (valueOf: (column: PgColumn) => SQL) => Json
  /** A place that the gateway itself knows of; absent where rows are not numbered. */
  readonly placeOf?: (position: NumberedPosition) => Place
  /** Reads a cursor of the list; undefined for anything else. */
  readonly decode: (list: ListName, cursor: string) => Place | undefined
}

/** The key of a list in one of its orders. */
export function keyOf({ orders, numbering, source }: ConnectionRead, order: string): Key {
  const column = orders[order]
  if (!column) throw new Error(`there is no order ${order}`)
  const { uuid } = source.table
  return numbering ? byNumber(column, uuid, numbering) : byInstant(column, uuid)
}

function byNumber(column: PgColumn, uuid: PgColumn, { secret, plainUntil }: Numbering): Key {
  const isMissing = (number: SQL, isRow: SQL) =>
    sql`not exists (select from ${column.table} where ${column} = ${number} and ${isRow})`
  // An older backup, once it is restored, gives the numbers that came after it to other rows.
  const isOfAnother = (number: SQL, mark: SQL) =>
    sql`${mark} <> '' and ${isMissing(number, sql`${markOf(sql`${uuid}`)} = ${mark}`)}`
  const known = numberedForm('known', ['bigint', 'text'], ([number, mark]) => ({
    number,
    mark,
    isLost: isOfAnother(number, mark),
  }))
  // Nobody must find out by trial where a change lies whose cursor never told it.
  const plain = numberedForm('plain', ['bigint', 'text'], ([number, mark]) => ({
    number,
    mark,
    isLost: sql`(${number} > ${plainUntil} or ${isOfAnother(number, mark)})`,
  }))
  const hidden = numberedForm('hidden', ['bigint', 'uuid'], ([masked, row]) => {
    const number = maskedNumber(masked, row, secret)
    return { number, mark: markOf(row), isLost: isMissing(number, sql`${uuid} = ${row}`) }
  })
  return {
    columns: [column],
    cursorColumns: [column, uuid],
    cursorText: (list, valueOf) => hiddenCursorText(list, valueOf(column), valueOf(uuid), secret),
    positionOf: (valueOf) => positionJson(valueOf(column), markOf(valueOf(uuid))),
    placeOf: ({ number, mark }) => ({ form: known, values: [String(number), mark] }),
    decode: (list, cursor) => {
      const found = decodeHiddenCursor(list, cursor)
      if (found) return { form: hidden, values: [String(found.hidden), found.uuid] }
      const position = decodePlainCursor(list, cursor)
      return position && { form: plain, values: [String(position.number), position.mark] }
    },
  }
}

/** A form of two values that say a row's number and which row it is. */
function numberedForm(
  name: string,
  types: readonly [string, string],
  read: (values: readonly [SQL, SQL]) => { number: SQL; mark: SQL; isLost: SQL },
): PlaceForm {
  const readBoth = ([first, second]: readonly SQL[]) => {
    if (!first || !second) throw new Error(`a ${name} place has two values`)
    return read([first, second])
  }
  return {
    name,
    types,
    keyOf: (values) => [readBoth(values).number],
    positionOf(values) {
      const { number, mark } = readBoth(values)
      return positionJson(number, mark)
    },
    isLost: (values) => readBoth(values).isLost,
  }
}

const INSTANT: PlaceForm = {
  name: 'instant',
  types: ['timestamptz', 'uuid'],
  keyOf: (values) => values,
}

function byInstant(column: PgColumn, uuid: PgColumn): Key {
  return {
    columns: [column, uuid],
    cursorColumns: [column, uuid],
    cursorText: (list, valueOf) => cursorText(list, valueOf(column), valueOf(uuid)),
    decode: (list, cursor) => {
      const position = decodeCursor(list, cursor)
      return position && { form: INSTANT, values: [position.at, position.uuid] }
    },
  }
}
