import { type SQL, sql } from 'drizzle-orm'
import type { FieldNode, GraphQLObjectType } from 'graphql'
import type { Source } from '../core/source.ts'
import {
  allOf,
  columnsOf,
  type Compilation,
  type Decoder,
  type Row,
  type Run,
} from './compilation.ts'
import { compileConnection } from './connection.ts'
import { type ConnectionRead, type LookupRead, SOURCE } from './field.ts'
import { arrayText } from './filter.ts'
import { compileObject } from './object.ts'
import type { PageAnswer } from './page.ts'
import { objectTypeOf, type SelectedField } from './selection.ts'

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

/** A root's whole statement, whose one value is JSON text, and how to make of it what resolvers read. */
export interface CompiledRoot {
  readonly statement: SQL
  readonly decode: (answer: unknown, run: Run) => unknown
}

/** The column of a row that tells which of the wanted records it is. */
const UUID_COLUMN = '$uuid'

/** Found records, by type name and UUID. */
export type FoundNodes = ReadonlyMap<string, ReadonlyMap<string, Row>>

export function compileRoot(compilation: Compilation, root: Root): CompiledRoot {
  if (root.kind === 'nodes') return compileNodes(compilation, root)
  const { field, read } = root
  if (read.kind === 'lookup') return compileLookup(compilation, field, read)
  const { value, decode } = compileConnection(compilation, field, read, undefined, compileObject)
  return {
    statement: sql`select ${value}::text`,
    decode: (answer, run) => decode(answer as PageAnswer, run),
  }
}

function compileLookup(
  compilation: Compilation,
  field: SelectedField,
  read: LookupRead,
): CompiledRoot {
  const alias = compilation.alias()
  const at = columnsOf(alias)
  const { index } = compilation.argumentsOf(field.node)
  const uuid = compilation.bind('uuid', (run) => run.arguments[index]?.lookup?.uuid ?? '')
  const { columns, decode } = compileObject(compilation, objectTypeOf(field), field.nodes, at)
  const condition = allOf([
    sql`${at(read.source.table.uuid)} = ${uuid}`,
    compilation.visibility(read.source, at),
  ])
  return {
    statement: sql`select row_to_json(r)::text from (select ${columns} from ${read.source.table} ${sql.raw(alias)} where ${condition}) r`,
    decode: (answer, run) => {
      if (answer !== null) decode?.(answer as Row, run)
      return answer
    },
  }
}

function compileNodes(compilation: Compilation, { nodes, types }: NodesRoot): CompiledRoot {
  const lists: SQL[] = []
  const decoders = new Map<string, Decoder | undefined>()
  for (const type of types) {
    const source = sourceOf(type)
    const alias = compilation.alias()
    const at = columnsOf(alias)
    const uuids = compilation.bind('uuid[]', ({ ids }) => arrayText(ids?.get(type.name) ?? []))
    const { columns, decode } = compileObject(compilation, type, nodes, at)
    const uuid = at(source.table.uuid)
    const condition = allOf([sql`${uuid} = any(${uuids})`, compilation.visibility(source, at)])
    lists.push(
      sql`${sql.raw(`'${type.name}'`)}, (select coalesce(json_agg(r), '[]'::json) from (select ${columns}, ${uuid} as ${sql.identifier(UUID_COLUMN)} from ${source.table} ${sql.raw(alias)} where ${condition}) r)`,
    )
    decoders.set(type.name, decode)
  }
  return {
    statement: sql`select json_build_object(${sql.join(lists, sql`, `)})::text`,
    decode: (answer, run): FoundNodes => {
      const found = new Map<string, ReadonlyMap<string, Row>>()
      for (const [typename, rows] of Object.entries(answer as Record<string, Row[]>)) {
        const decode = decoders.get(typename)
        if (decode) for (const row of rows) decode(row, run)
        found.set(typename, new Map(rows.map((row) => [row[UUID_COLUMN] as string, row])))
      }
      return found
    },
  }
}

/** The source whose rows an object type shows. */
export function sourceOf(type: GraphQLObjectType): Source {
  const source = type.extensions[SOURCE] as Source | undefined
  if (!source) throw new Error(`${type.name} is not read from a source`)
  return source
}
