import type { GraphQLResolveInfo } from 'graphql'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { meets } from '../../core/actor.ts'
import type { Source } from '../../core/source.ts'
import type { Context } from '../../graphql/context.ts'
import { permissionFor, permissionToRead, type Row } from '../compilation.ts'
import { readPlanned } from '../execute.ts'
import {
  type ConnectionRead,
  type DerivedRead,
  type Expression,
  type FieldRead,
  type ListRead,
  type LookupRead,
  type OneRead,
  READ,
  SOURCE,
} from '../field.ts'
import { forbidden } from '../refusal.ts'
import type { Operation, SelectedField } from '../selection.ts'
import { readingOf } from './reading.ts'

/** The object type shows the rows of this source. */
export const rowsOf = (source: Source) => ({ extensions: { [SOURCE]: source } })

/** The field is a column. */
export const column = (from: PgColumn) => planned({ kind: 'column', column: from })

/** The field is made of a column, with what only the request knows; null where the column is. */
export const finished = <Value>(
  from: PgColumn,
  finish: (value: string, context: Context) => Value,
) => ({
  extensions: { [READ]: { kind: 'column', column: from, isUnfinished: true } satisfies FieldRead },
  resolve(row: unknown, args: object, context: Context, info: GraphQLResolveInfo): Value | null {
    const value = resolvePlanned(row, args, context, info) as string | null
    return value === null ? null : finish(value, context)
  },
})

/** The field is an SQL expression. */
export const expression = (from: Expression) => planned({ kind: 'expression', expression: from })

/** The field is the record's id among all types. */
export const globalId = (typename: string, from: PgColumn) =>
  planned({ kind: 'globalId', typename, column: from })

/** The field is computed from columns and expressions by a pure function. */
export const derived = (from: DerivedRead['from'], derive: DerivedRead['derive']) =>
  planned({ kind: 'derived', from, derive })

/** The field is an object made of columns of the same row; null where the given column is. */
export const embedded = (presentWith: PgColumn) => planned({ kind: 'embedded', presentWith })

/** The field is a related record. */
export const one = (read: Omit<OneRead, 'kind'>) => planned({ kind: 'one', ...read })

/** The field is all related rows, in an order. */
export const list = (read: Omit<ListRead, 'kind'>) => planned({ kind: 'list', ...read })

/** The field is a connection to related records. */
export const connection = (read: Omit<ConnectionRead, 'kind'>) =>
  planned({ kind: 'connection', ...read })

/** The field is a connection that stands by itself: its whole selection is one statement. */
export const rootConnection = (read: Omit<ConnectionRead, 'kind' | 'relation'>) =>
  plannedRoot({ kind: 'connection', ...read })

/** The field is one record by its UUID: its whole selection is one statement. */
export const lookup = (source: Source, uuid: LookupRead['uuid']) =>
  plannedRoot({ kind: 'lookup', source, uuid })

/** The part of a row that belongs to the field itself: edges, nodes, cursors and the like. */
export const answered = { resolve: resolvePlanned }

/** The resolvers that answer what the plan has read, and nothing else. */
const plannedResolvers = new WeakSet<object>([resolvePlanned])

/** Whether a resolver answers what the plan has read and nothing else, so that its field needs no resolver to run. */
export function isPlannedResolver(resolve: object | undefined): boolean {
  return resolve !== undefined && plannedResolvers.has(resolve)
}

function planned(read: FieldRead) {
  return { extensions: { [READ]: read }, resolve: resolvePlanned }
}

function plannedRoot(read: ConnectionRead | LookupRead) {
  const resolve = (parent: unknown, args: object, context: Context, info: GraphQLResolveInfo) =>
    resolveRoot(read, parent, args, context, info) as never
  plannedResolvers.add(resolve)
  return { extensions: { [READ]: read }, resolve }
}

// The plan has put every value under its response key already. Pothos asks for the type of the value, which
// no single function for all fields can name: never fits each of them.
function resolvePlanned(row: unknown, _args: object, _context: Context, info: GraphQLResolveInfo) {
  const { key } = info.path
  if (!Object.hasOwn(row as Row, key)) throw whyNotPlanned(info)
  return (row as Row)[key] as never
}

function whyNotPlanned(info: GraphQLResolveInfo): Error {
  const coordinate = `${info.parentType.name}.${info.fieldName}`
  const field = info.parentType.getFields()[info.fieldName]
  const read = field?.extensions[READ] as FieldRead | undefined
  const permission = read && permissionToRead(read)
  return permission ? forbidden(coordinate, permission) : new Error(`${coordinate} was not planned`)
}

async function resolveRoot(
  read: ConnectionRead | LookupRead,
  parent: unknown,
  args: object,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const { actor, now } = context
  const field = selectedField(info)
  const permission = permissionFor(read.source)
  if (permission && !meets(actor.permissions, permission))
    throw forbidden(field.coordinate, permission)
  return readPlanned(readingOf(context), {
    operation: operationOf(info),
    root: { kind: 'field', field, read },
    path: pathOf(info),
    actor,
    now,
    arguments: args as Record<string, unknown>,
    parent,
  })
}

/** The field that a resolver is run for, as it is selected. */
export function selectedField({
  fieldName,
  fieldNodes,
  parentType,
  path,
}: GraphQLResolveInfo): SelectedField {
  const [node] = fieldNodes
  const definition = parentType.getFields()[fieldName]
  if (!node || !definition) throw new Error(`${parentType.name}.${fieldName} is not selected`)
  return {
    key: String(path.key),
    name: fieldName,
    node,
    nodes: fieldNodes,
    definition,
    coordinate: `${parentType.name}.${fieldName}`,
  }
}

/** The operation that a resolver is run for. */
export function operationOf(info: GraphQLResolveInfo): Operation {
  return {
    schema: info.schema,
    operation: info.operation,
    fragments: info.fragments,
    variables: info.variableValues,
  }
}

/** A field's response path without positions in lists: the same for all its runs in an operation. */
export function pathOf({ path }: GraphQLResolveInfo): string {
  const keys: string[] = []
  for (let step: GraphQLResolveInfo['path'] | undefined = path; step; step = step.prev) {
    if (typeof step.key === 'string') keys.push(step.key)
  }
  return keys.reverse().join('.')
}
