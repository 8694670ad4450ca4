import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { FieldNode, GraphQLObjectType } from 'graphql'
import type { At } from '../core/source.ts'
import type { Compilation } from './compilation.ts'
import { compileConnection } from './connection.ts'
import type { ConnectionRead, DerivedRead, EmbeddedRead, Expression, FieldRead } from './field.ts'
import { globalIdText } from './global-id.ts'
import { literal, orNull, written } from './json.ts'
import { compileLeaf, serialized } from './leaf.ts'
import { compileList, compileOne } from './related.ts'
import { objectTypeOf, readOf, type SelectedField } from './selection.ts'
import { type CompiledValue, compileMembers, finished, objectOf } from './value.ts'

/**
 * Compiles the fields selected on an object, each under its response key, so that the same relation under
 * two keys is two subqueries of one statement. A field that is not planned, or that the account may not
 * read, is left out: its resolver answers for it.
 */
export function compileObject(
  compilation: Compilation,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  at: At,
): CompiledValue {
  const members = compileMembers(compilation, type, nodes, (field) => {
    const read = readOf(field)
    return read && compileField(compilation, field, read, at)
  })
  return objectOf(members)
}

function compileField(
  compilation: Compilation,
  field: SelectedField,
  read: FieldRead,
  at: At,
): CompiledValue | undefined {
  switch (read.kind) {
    case 'column':
      if (read.isUnfinished) return forResolver(at(read.column))
      return compileValue(field, at(read.column), read.column.notNull)
    case 'expression':
      return compileValue(field, read.expression(compilation.env(at)), false)
    case 'globalId':
      return finished(['"', globalIdText(read.typename, at(read.column)), '"'])
    case 'derived':
      return compileDerived(compilation, field, read, at)
    case 'embedded':
      return compileEmbedded(compilation, field, read, at)
    case 'one':
      return compilation.mayRead(read)
        ? compileOne(compilation, field, read, at, compileObject)
        : undefined
    case 'list':
      return compilation.mayRead(read)
        ? compileList(compilation, field, read, at, compileObject)
        : undefined
    case 'connection':
      return compilation.mayRead(read) ? compileNested(compilation, field, read, at) : undefined
    case 'lookup':
      return undefined
  }
}

function compileValue(
  { definition }: SelectedField,
  value: SQL,
  isNotNull: boolean,
): CompiledValue {
  const { json, isSerialized } = compileLeaf(definition.type, value, isNotNull)
  return { json, finish: undefined, needsResolvers: !isSerialized }
}

/** What a field's own resolver makes its answer of. */
function forResolver(value: SQL): CompiledValue {
  return { json: [orNull(sql`to_json(${value})`)], finish: undefined, needsResolvers: true }
}

function compileDerived(
  compilation: Compilation,
  { definition }: SelectedField,
  read: DerivedRead,
  at: At,
): CompiledValue {
  const env = compilation.env(at)
  const value = (from: PgColumn | Expression) =>
    typeof from === 'function' ? from(env) : exactly(from, at)
  const pairs = Object.entries(read.from).map(
    ([name, from]) => sql`${literal(name)}, ${value(from)}`,
  )
  return {
    json: [sql`json_build_object(${sql.join(pairs, sql`, `)})`],
    finish: (values, { actor, now }) =>
      serialized(definition.type, read.derive(values, { actor, now })),
    needsResolvers: false,
  }
}

/** A column as JSON that loses nothing: a number with a fixed scale would lose its zeros. */
function exactly(column: PgColumn, at: At): SQL {
  return column.columnType === 'PgNumeric' ? sql`${at(column)}::text` : at(column)
}

function compileEmbedded(
  compilation: Compilation,
  field: SelectedField,
  read: EmbeddedRead,
  at: At,
): CompiledValue {
  const object = compileObject(compilation, objectTypeOf(field), field.nodes, at)
  const isPresent = sql`${at(read.presentWith)} is not null`
  return { ...object, json: [orNull(sql`case when ${isPresent} then ${written(object.json)} end`)] }
}

function compileNested(
  compilation: Compilation,
  field: SelectedField,
  read: ConnectionRead,
  at: At,
): CompiledValue {
  const { refusal } = compilation.argumentsOf(field.node).value
  // What a resolver answers as an error is told at its field, and the rest is answered.
  if (refusal) return { json: ['true'], finish: () => refusal, needsResolvers: true }
  return compileConnection(compilation, field, read, at, compileObject)
}
