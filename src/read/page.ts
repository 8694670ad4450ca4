import type { ConnectionArguments } from './argument.ts'
import type { Decoder, Row, Run } from './compilation.ts'
import { encodeCursor } from './cursor.ts'
import type { NodeField, PageSelection } from './page-selection.ts'

/** The column of a row that holds what its cursor is made of: the instant it is ordered by, and its uuid. */
export const CURSOR_COLUMN = '$at'

/** The column of a row that holds the object of a further selection of nodes. The first is the row itself. */
export function nodeColumn(selection: number): string {
  return `$${String(selection)}`
}

/** What the database answers for a connection. */
export interface PageAnswer {
  /** In the direction in which the page was counted, one more than the page where that was asked. */
  readonly rows?: Row[]
  readonly total?: number
  /** Whether any row lies at or before the page's `after`, or at or after its `before`. */
  readonly isAnyEarlier?: boolean
  readonly isAnyLater?: boolean
}

/** Makes of the database's answer what the resolvers of a connection, its edges and its nodes read. */
export function decodePage(
  selection: PageSelection,
  decoders: readonly (Decoder | undefined)[],
  args: ConnectionArguments,
  answer: PageAnswer,
  run: Run,
): Row {
  const { rows = [], isAnyEarlier = false, isAnyLater = false } = answer
  const hasMore = rows.length > args.size
  if (hasMore) rows.pop()
  if (args.isBackward) rows.reverse()
  decoders.forEach((decode, nth) => {
    if (decode) for (const row of rows) decode(nodeOf(row, nth), run)
  })
  const nodesOf = ({ selection: nth }: NodeField) => rows.map((row) => nodeOf(row, nth))

  const page = emptyRow()
  for (const { key, cursorKeys, nodes } of selection.edges) {
    page[key] = rows.map((row) => {
      const edge = emptyRow()
      for (const cursorKey of cursorKeys) edge[cursorKey] = cursorOf(row, args)
      for (const node of nodes) edge[node.key] = nodeOf(row, node.selection)
      return edge
    })
  }
  for (const node of selection.nodes) page[node.key] = nodesOf(node)
  for (const key of selection.totalCountKeys) page[key] = answer.total
  for (const key of selection.pageInfoKeys) {
    page[key] = {
      hasNextPage: args.isBackward ? isAnyLater : hasMore || isAnyLater,
      hasPreviousPage: args.isBackward ? hasMore || isAnyEarlier : isAnyEarlier,
      startCursor: selection.hasCursors ? cursorOf(rows.at(0), args) : null,
      endCursor: selection.hasCursors ? cursorOf(rows.at(-1), args) : null,
    }
  }
  return page
}

function nodeOf(row: Row, selection: number): Row {
  return selection === 0 ? row : (row[nodeColumn(selection)] as Row)
}

function cursorOf(row: Row | undefined, { list }: ConnectionArguments): string | null {
  if (!row) return null
  const [at, uuid] = row[CURSOR_COLUMN] as [string, string]
  return encodeCursor(list, { at, uuid })
}

/** A row without a prototype: a client may name a key anything, `__proto__` too. */
function emptyRow(): Row {
  return Object.create(null) as Row
}
