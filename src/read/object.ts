import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { FieldNode, GraphQLObjectType } from 'graphql'
import type { At } from '../core/source.ts'
import {
  allOf,
  columnsOf,
  type Compilation,
  type CompiledObject,
  type Decoder,
  type Row,
  type Run,
} from './compilation.ts'
import { compileConnection } from './connection.ts'
import type {
  ConnectionRead,
  DerivedRead,
  EmbeddedRead,
  Expression,
  FieldRead,
  ListRead,
  OneRead,
} from './field.ts'
import { encodeGlobalId } from './global-id.ts'
import { objectTypeOf, readOf, type SelectedField, selectedFields } from './selection.ts'

const LONGEST_POSTGRES_NAME = 63

/** One field's value in the select list, and what is left to do to the value when it is there. */
interface CompiledField {
  readonly value: SQL
  readonly decode?: ((value: never, run: Run) => unknown) | undefined
}

/**
 * Compiles the fields selected on an object to a select list, one column for each response key, so that the
 * same relation under two keys is two subqueries of one statement. A field that is not planned, or that the
 * account may not read, is left out: its resolver answers for it.
 */
export function compileObject(
  compilation: Compilation,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  at: At,
): CompiledObject {
  const columns: SQL[] = []
  const decoders: Decoder[] = []
  for (const field of selectedFields(compilation.operation, type, nodes)) {
    const read = readOf(field)
    const compiled = read && compileField(compilation, field, read, at)
    if (!compiled) continue
    const name =
      field.key.length <= LONGEST_POSTGRES_NAME ? field.key : `$key${String(columns.length)}`
    columns.push(sql`${compiled.value} as ${sql.identifier(name)}`)
    if (name !== field.key || compiled.decode) decoders.push(decoderOf(name, field.key, compiled))
  }
  // A record without columns has no JSON form.
  if (columns.length === 0) columns.push(sql`null as "$"`)
  return { columns: sql.join(columns, sql`, `), decode: inTurn(decoders) }
}

function decoderOf(name: string, key: string, { decode }: CompiledField): Decoder {
  return (row, run) => {
    const value = row[name]
    row[key] = decode && value !== null ? decode(value as never, run) : value
  }
}

function inTurn(decoders: readonly Decoder[]): Decoder | undefined {
  const [only] = decoders
  if (decoders.length < 2) return only
  return (row, run) => {
    for (const decode of decoders) decode(row, run)
  }
}

function compileField(
  compilation: Compilation,
  field: SelectedField,
  read: FieldRead,
  at: At,
): CompiledField | undefined {
  switch (read.kind) {
    case 'column':
      return { value: columnValue(read.column, at) }
    case 'expression':
      return { value: read.expression(compilation.env(at)) }
    case 'globalId':
      return {
        value: at(read.column),
        decode: (uuid: string) => encodeGlobalId(read.typename, uuid),
      }
    case 'derived':
      return compileDerived(compilation, read, at)
    case 'embedded':
      return compileEmbedded(compilation, field, read, at)
    case 'one':
      return compilation.mayRead(read.target) ? compileOne(compilation, field, read, at) : undefined
    case 'list':
      return compilation.mayRead(read.target)
        ? compileList(compilation, field, read, at)
        : undefined
    case 'connection':
      return compilation.mayRead(read.source)
        ? compileNested(compilation, field, read, at)
        : undefined
    case 'lookup':
      return undefined
  }
}

/** A column as JSON that loses nothing: a number with a fixed scale would lose its zeros. */
function columnValue(column: PgColumn, at: At): SQL {
  return column.columnType === 'PgNumeric' ? sql`${at(column)}::text` : at(column)
}

function compileDerived(compilation: Compilation, read: DerivedRead, at: At): CompiledField {
  const env = compilation.env(at)
  const value = (from: PgColumn | Expression) =>
    typeof from === 'function' ? from(env) : columnValue(from, at)
  const pairs = Object.entries(read.from).map(
    ([name, from]) => sql`${sql.raw(`'${name}'`)}, ${value(from)}`,
  )
  return { value: sql`json_build_object(${sql.join(pairs, sql`, `)})`, decode: read.derive }
}

function compileEmbedded(
  compilation: Compilation,
  field: SelectedField,
  read: EmbeddedRead,
  at: At,
): CompiledField {
  const { columns, decode } = compileObject(compilation, objectTypeOf(field), field.nodes, at)
  return {
    value: sql`case when ${at(read.presentWith)} is not null then (select row_to_json(r) from (select ${columns}) r) end`,
    decode: decode && inPlace(decode),
  }
}

function compileOne(
  compilation: Compilation,
  field: SelectedField,
  read: OneRead,
  at: At,
): CompiledField {
  const { from, columns, decode } = compileRelated(compilation, field, read, at)
  return {
    value: sql`(select row_to_json(r) from (select ${columns} ${from}) r)`,
    decode: decode && inPlace(decode),
  }
}

function compileList(
  compilation: Compilation,
  field: SelectedField,
  read: ListRead,
  at: At,
): CompiledField {
  const { from, columns, decode, child } = compileRelated(compilation, field, read, at)
  return {
    value: sql`(select coalesce(json_agg(r), '[]'::json) from (select ${columns} ${from} order by ${read.orderBy(child)}) r)`,
    decode: decode && inEach(decode),
  }
}

function compileNested(
  compilation: Compilation,
  field: SelectedField,
  read: ConnectionRead,
  at: At,
): CompiledField {
  const { refusal } = compilation.argumentsOf(field.node).value
  // What a resolver answers as an error is told at its field, and the rest is answered.
  if (refusal) return { value: sql`true`, decode: () => refusal }
  return compileConnection(compilation, field, read, at, compileObject)
}

function compileRelated(
  compilation: Compilation,
  field: SelectedField,
  read: OneRead | ListRead,
  at: At,
) {
  const alias = compilation.alias()
  const child = columnsOf(alias)
  const object = compileObject(compilation, objectTypeOf(field), field.nodes, child)
  const visibility = read.isSeenWithParent ? undefined : compilation.visibility(read.target, child)
  const from = sql`from ${read.target.table} ${sql.raw(alias)} where ${allOf([read.on(at, child), visibility])}`
  return { ...object, from, child }
}

function inPlace(decode: Decoder) {
  return (row: Row, run: Run) => {
    decode(row, run)
    return row
  }
}

function inEach(decode: Decoder) {
  return (rows: Row[], run: Run) => {
    for (const row of rows) decode(row, run)
    return rows
  }
}
