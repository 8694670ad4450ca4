import { type SQL, sql } from 'drizzle-orm'
import type { At } from '../core/source.ts'
import type { Arguments, ConnectionArguments } from './argument.ts'
import {
  allOf,
  columnsOf,
  type Compilation,
  type CompileObject,
  rememberingColumnsOf,
  type Run,
} from './compilation.ts'
import type { ConnectionRead } from './field.ts'
import {
  boundsOf,
  firstRows,
  hasRows,
  type Keyset,
  mergedRows,
  opposite,
  orderBy,
  type Place,
} from './keyset.ts'
import { chooseLeads, type CompiledFilter } from './lead.ts'
import { CURSOR_COLUMN, decodePage, nodeColumn, type PageAnswer } from './page.ts'
import { type PageSelection, pageSelection } from './page-selection.ts'
import type { SelectedField } from './selection.ts'

/** A connection's value in a select list, and how its answer becomes what the resolvers read. */
export interface CompiledConnection {
  readonly value: SQL
  readonly decode: (answer: PageAnswer, run: Run) => unknown
}

/**
 * Compiles a connection to one JSON object: the page's rows, and of its total and of whether there is more
 * only what is selected. With a parent, the rows are those that the relation reaches from it.
 */
export function compileConnection(
  compilation: Compilation,
  field: SelectedField,
  read: ConnectionRead,
  parent: At | undefined,
  compileObject: CompileObject,
): CompiledConnection {
  const { index, value } = compilation.argumentsOf(field.node)
  const args = connectionArguments(value)
  const bind: BindArgument = (type, get) =>
    compilation.bind(type, (run) => get(connectionArguments(run.arguments[index])))
  const selection = pageSelection(compilation.operation, field)

  const alias = compilation.alias()
  const at = columnsOf(alias)
  const { at: atNode, columns } = rememberingColumnsOf(alias)
  const nodes = selection.nodeSelections.map(({ type, nodes }) =>
    compileObject(compilation, type, nodes, atNode),
  )

  const order = read.orders[args.order]
  if (!order) throw new Error(`${field.coordinate} has no order ${args.order}`)
  const filters = compileFilters(compilation, args, at, bind)
  const visibility = read.relation?.isSeenWithParent
    ? undefined
    : compilation.visibility(read.source, at)
  const conditions = [
    parent && read.relation?.on(parent, at),
    ...filters.map(({ condition }) => condition),
  ]
  const after = args.after && bindPlace(bind, ({ after }) => after)
  const before = args.before && bindPlace(bind, ({ before }) => before)
  const asksForMore = args.isBackward ? selection.asksForPreviousPage : selection.asksForNextPage
  const keyset: Keyset = {
    table: read.source.table,
    alias,
    order,
    direction: args.isBackward ? opposite(args.direction) : args.direction,
    visibility,
    conditions,
    bounds: boundsOf(args.direction, after, before),
    // One row more than the page tells whether the list goes on, but only where that is asked.
    limit: bind('int', ({ size }) => String(asksForMore ? size + 1 : size)),
  }
  const leads = parent ? undefined : chooseLeads(compilation, read, args, filters)

  const answers: SQL[] = []
  if (selection.hasRows) {
    const list = selectList(selection, nodes, keyset, atNode)
    const rows = leads ? mergedRows(keyset, leads) : firstRows(keyset, columns)
    answers.push(
      sql`'rows', (select coalesce(json_agg(r), '[]'::json) from (select ${list} from ${rows} order by ${orderBy(keyset, at)} limit ${keyset.limit}) r)`,
    )
  }
  if (selection.totalCountKeys.length > 0) {
    const count = sql`select count(*) from ${keyset.table} ${sql.raw(alias)} where ${allOf([visibility, ...conditions])}`
    answers.push(sql`'total', (${count})`)
  }
  if (selection.asksForPreviousPage && after) {
    const earlier = { ...keyset, direction: opposite(args.direction) }
    answers.push(sql`'isAnyEarlier', ${hasRows(earlier, after, leads)}`)
  }
  if (selection.asksForNextPage && before) {
    const later = { ...keyset, direction: args.direction }
    answers.push(sql`'isAnyLater', ${hasRows(later, before, leads)}`)
  }
  const decoders = nodes.map(({ decode }) => decode)
  return {
    value: sql`json_build_object(${sql.join(answers, sql`, `)})`,
    decode: (answer, run) =>
      decodePage(selection, decoders, connectionArguments(run.arguments[index]), answer, run),
  }
}

type BindArgument = (type: string, get: (args: ConnectionArguments) => string) => SQL

function connectionArguments(args: Arguments | undefined): ConnectionArguments {
  if (!args?.connection) throw new Error('a run has the arguments of every connection')
  return args.connection
}

function compileFilters(
  compilation: Compilation,
  args: ConnectionArguments,
  at: At,
  bind: BindArgument,
): CompiledFilter[] {
  return args.filters.map(({ field, shape }, position) => {
    const values = field.types.map((type, nth) =>
      bind(type, ({ filters }) => filters[position]?.values[nth] ?? ''),
    )
    return { field, values, condition: field.condition(compilation.env(at), values, shape) }
  })
}

function bindPlace(
  bind: BindArgument,
  position: (args: ConnectionArguments) => ConnectionArguments['after'],
): Place {
  return {
    at: bind('timestamptz', (args) => position(args)?.at ?? ''),
    uuid: bind('uuid', (args) => position(args)?.uuid ?? ''),
  }
}

function selectList(
  selection: PageSelection,
  nodes: readonly { readonly columns: SQL }[],
  { order, table }: Keyset,
  at: At,
): SQL {
  const list = nodes.map(({ columns }, nth) =>
    nth === 0
      ? columns
      : sql`(select row_to_json(r) from (select ${columns}) r) as ${sql.identifier(nodeColumn(nth))}`,
  )
  if (selection.hasCursors || list.length === 0) {
    list.push(
      sql`json_build_array(${at(order)}, ${at(table.uuid)}) as ${sql.identifier(CURSOR_COLUMN)}`,
    )
  }
  return sql.join(list, sql`, `)
}
