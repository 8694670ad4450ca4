import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { FieldNode, GraphQLObjectType } from 'graphql'
import type { Source } from '../core/source.ts'
import { measuredItem, measuredRows } from './answer-size.ts'
import { allOf, columnsOf, type Compilation, type Row } from './compilation.ts'
import { compileConnection } from './connection.ts'
import { type ConnectionRead, type LookupRead, SOURCE } from './field.ts'
import { arrayText } from './filter.ts'
import { type Json, jsonObject, jsonRecordOf, written } from './json.ts'
import { compileObject } from './object.ts'
import { objectTypeOf, type SelectedField } from './selection.ts'
import type { Finish } from './value.ts'

/** A field whose whole selection is read with one statement: its parent is not planned. */
export interface FieldRoot {
  readonly kind: 'field'
  readonly field: SelectedField
  readonly read: ConnectionRead | LookupRead
}

/** Records of several types by their UUIDs: what `node` and `nodes` ask for. */
export interface NodesRoot {
  readonly kind: 'nodes'
  readonly nodes: readonly FieldNode[]
  readonly types: readonly GraphQLObjectType[]
}

export type Root = FieldRoot | NodesRoot

/** A root's whole statement, whose one value is JSON text, and what is left to do to that. */
export interface CompiledRoot {
  readonly statement: SQL
  readonly finish: Finish | undefined
  readonly needsResolvers: boolean
}

/** Found records, by type name and UUID; of each type the newest first, where it is known when they were created. */
export type FoundNodes = ReadonlyMap<string, ReadonlyMap<string, Row>>

export function compileRoot(compilation: Compilation, root: Root): CompiledRoot {
  if (root.kind === 'nodes') return compileNodes(compilation, root)
  const { field, read } = root
  if (read.kind === 'lookup') return compileLookup(compilation, field, read)
  const { json, ...rest } = compileConnection(compilation, field, read, undefined, compileObject)
  return { statement: sql`select ${written(json)}`, ...rest }
}

/** The record's JSON; no row where there is none to see. */
function compileLookup(
  compilation: Compilation,
  field: SelectedField,
  read: LookupRead,
): CompiledRoot {
  const alias = compilation.alias()
  const at = columnsOf(alias)
  const { index } = compilation.argumentsOf(field.node)
  const uuid = compilation.bind('uuid', (run) => run.arguments[index]?.lookup?.uuid ?? '')
  const { json, ...rest } = compileObject(compilation, objectTypeOf(field), field.nodes, at)
  const condition = allOf([
    sql`${at(read.source.table.uuid)} = ${uuid}`,
    compilation.visibility(read.source, at),
  ])
  return {
    statement: sql`select ${written(json)} from ${read.source.table} ${sql.raw(alias)} where ${condition}`,
    ...rest,
  }
}

/** The records of each type by their UUIDs. The executor tells of which type each of them is. */
function compileNodes(compilation: Compilation, { nodes, types }: NodesRoot): CompiledRoot {
  const members: [string, Json][] = []
  const finishes = new Map<string, Finish | undefined>()
  for (const type of types) {
    const source = sourceOf(type)
    const alias = compilation.alias()
    const at = columnsOf(alias)
    const uuids = compilation.bind('uuid[]', ({ ids }) => arrayText(ids?.get(type.name) ?? []))
    const { mostBytes } = compilation
    const { json, finish } = compileObject(compilation, type, nodes, at)
    const uuid = at(source.table.uuid)
    const condition = allOf([sql`${uuid} = any(${uuids})`, compilation.visibility(source, at)])
    const { createdAt } = getTableColumns<PgTable>(source.table)
    const newestFirst = createdAt ? sql`${at(createdAt)} desc, ${uuid} desc` : sql`${uuid} desc`
    const record = mostBytes === undefined ? json : [measuredItem(alias, 0, mostBytes)]
    const found = sql`${source.table} ${sql.raw(alias)} where ${condition}`
    const rows =
      mostBytes === undefined
        ? found
        : measuredRows(alias, sql`(select * from ${found}) ${sql.raw(alias)}`, [json])
    const records = sql`(select ${written(jsonRecordOf(uuid, record, newestFirst))} from ${rows})`
    members.push([type.name, [records]])
    finishes.set(type.name, finish)
  }
  return {
    statement: sql`select ${written(jsonObject(members))}`,
    needsResolvers: true,
    finish: (answer: Record<string, Record<string, Row>>, run): FoundNodes =>
      new Map(
        Object.entries(answer).map(([typename, records]) => {
          const finish = finishes.get(typename)
          const found = Object.entries(records).map(
            ([uuid, record]) =>
              [uuid, finish ? (finish(record as never, run) as Row) : record] as const,
          )
          return [typename, new Map(found)]
        }),
      ),
  }
}

/** The source whose rows an object type shows. */
export function sourceOf(type: GraphQLObjectType): Source {
  const source = type.extensions[SOURCE] as Source | undefined
  if (!source) throw new Error(`${type.name} is not read from a source`)
  return source
}
