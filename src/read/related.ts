import { type SQL, sql } from 'drizzle-orm'
import type { At } from '../core/source.ts'
import { arrayOfRows } from './answer-size.ts'
import { allOf, columnsOf, type Compilation, rememberingColumnsOf } from './compilation.ts'
import type { ListRead, OneRead, Relation } from './field.ts'
import { orNull, written } from './json.ts'
import { objectTypeOf, type SelectedField } from './selection.ts'
import { type CompiledValue, type CompileObject, finishEach } from './value.ts'

/** Compiles a related record: null where there is none, or none to see. */
export function compileOne(
  compilation: Compilation,
  field: SelectedField,
  read: OneRead,
  parent: At,
  compileObject: CompileObject,
): CompiledValue {
  const alias = compilation.alias()
  const at = columnsOf(alias)
  const object = compileObject(compilation, objectTypeOf(field), field.nodes, at)
  const from = relatedRows(compilation, read, parent, alias)
  return { ...object, json: [orNull(sql`(select ${written(object.json)} ${from})`)] }
}

/** Compiles all related rows, in their order. */
export function compileList(
  compilation: Compilation,
  field: SelectedField,
  read: ListRead,
  parent: At,
  compileObject: CompileObject,
): CompiledValue {
  const alias = compilation.alias()
  const { at, columns } = rememberingColumnsOf(alias)
  const { json, finish, needsResolvers } = compileObject(
    compilation,
    objectTypeOf(field),
    field.nodes,
    at,
  )
  const list = sql.join([...columns].map(columnsOf(alias)), sql`, `)
  const rows = sql`(select ${list} ${relatedRows(compilation, read, parent, alias)} order by ${read.orderBy(columnsOf(alias))}) ${sql.raw(alias)}`
  const array = arrayOfRows(compilation, alias, rows, json)
  return {
    json: [sql`(select ${written(array.json)} from ${array.rows})`],
    finish: finish && finishEach(finish),
    needsResolvers,
  }
}

function relatedRows(compilation: Compilation, read: Relation, parent: At, alias: string): SQL {
  const at = columnsOf(alias)
  const visibility = compilation.visibility(read.target, at, read.isSeenWithParent)
  return sql`from ${read.target.table} ${sql.raw(alias)} where ${allOf([read.on(parent, at), visibility])}`
}
