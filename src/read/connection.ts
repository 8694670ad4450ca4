import { type SQL, sql } from 'drizzle-orm'
import type { At } from '../core/source.ts'
import type { Arguments, ConnectionArguments } from './argument.ts'
import { measuredRows } from './answer-size.ts'
import { columnsOf, type Compilation, rememberingColumnsOf } from './compilation.ts'
import type { ConnectionRead } from './field.ts'
import { type Json, written } from './json.ts'
import { boundsOf, opposite, type Place } from './keyset.ts'
import { chooseLeads, type CompiledFilter } from './lead.ts'
import { type Page, pageRows } from './page.ts'
import { compileEdgeByEdge, compilePage } from './page-member.ts'
import { lostCursor } from './refusal.ts'
import { objectTypeOf, type SelectedField, selectedFields } from './selection.ts'
import type { CompiledValue, CompileObject } from './value.ts'

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
): CompiledValue {
  const { asksForMore, asksForRows } = whatIsAsked(compilation, field, read)
  const page = pageOf(compilation, field, read, parent, asksForMore)
  const { at, columns } = rememberingColumnsOf(page.keyset.alias)
  const compile = read.isEdgeByEdge ? compileEdgeByEdge : compilePage
  const items: Json[] = []
  const { json, ...rest } = compile({ compilation, page, at, compileObject, items }, field)
  const rows = asksForRows
    ? measuredRows(page.keyset.alias, pageRows(page, columns), items)
    : undefined
  const from = rows ? sql` from ${rows}` : sql``
  return { json: [sql`(select ${written(json)}${from})`], ...rest }
}

function pageOf(
  compilation: Compilation,
  field: SelectedField,
  read: ConnectionRead,
  parent: At | undefined,
  asksForMore: boolean,
): Page {
  const { index, value } = compilation.argumentsOf(field.node)
  const args = connectionArguments(value)
  const bind: BindArgument = (type, get) =>
    compilation.bind(type, (run) => get(connectionArguments(run.arguments[index])))
  const alias = compilation.alias()
  const at = columnsOf(alias)
  const filters = compileFilters(compilation, args, at, bind)
  const boundAt = (argument: 'after' | 'before'): BoundPlace | undefined => {
    const form = args[argument]?.form
    if (!form) return undefined
    const values = form.types.map((type, nth) =>
      bind(type, (given) => given[argument]?.values[nth] ?? ''),
    )
    if (form.isLost) {
      const { node, coordinate } = field
      compilation.refuseWhere(form.isLost(values), () => lostCursor(node, coordinate, argument))
    }
    return { place: form.keyOf(values), position: form.positionOf?.(values) }
  }
  const start = boundAt('after')
  const after = start?.place
  const before = boundAt('before')?.place
  const size = bind('int', ({ size }) => String(size))
  return {
    list: args.list,
    key: args.key,
    keyset: {
      table: read.source.table,
      alias,
      key: args.key.columns,
      direction: args.isBackward ? opposite(args.direction) : args.direction,
      visibility: compilation.visibility(read.source, at, read.relation?.isSeenWithParent),
      conditions: [
        parent && read.relation?.on(parent, at),
        ...filters.map(({ condition }) => condition),
      ],
      bounds: boundsOf(args.direction, after, before),
      limit: asksForMore ? sql`${size} + 1` : size,
    },
    leads: parent ? undefined : chooseLeads(compilation, read, args, filters),
    isBackward: args.isBackward,
    size,
    looksFurther: asksForMore,
    after,
    before,
    start: start?.position,
  }
}

/** A place that a run binds. */
interface BoundPlace {
  readonly place: Place
  readonly position: Json | undefined
}

/** Whether a connection is asked for its rows, and whether for the one that follows its page. */
function whatIsAsked(compilation: Compilation, field: SelectedField, read: ConnectionRead) {
  if (read.isEdgeByEdge) return { asksForMore: false, asksForRows: true }
  const { operation } = compilation
  const { isBackward } = connectionArguments(compilation.argumentsOf(field.node).value)
  const more = isBackward ? 'hasPreviousPage' : 'hasNextPage'
  let asksForMore = false
  let asksForRows = false
  for (const member of selectedFields(operation, objectTypeOf(field), field.nodes)) {
    if (member.name === 'edges' || member.name === 'nodes') asksForRows = true
    if (member.name !== 'pageInfo') continue
    for (const { name } of selectedFields(operation, objectTypeOf(member), member.nodes)) {
      if (name === more) asksForMore = true
      if (name === more || name === 'startCursor' || name === 'endCursor') asksForRows = true
    }
  }
  return { asksForMore, asksForRows }
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
    return { field, shape, values, condition: field.condition(compilation.env(at), values, shape) }
  })
}
