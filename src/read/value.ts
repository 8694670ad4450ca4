import { type FieldNode, type GraphQLObjectType, TypeNameMetaFieldDef } from 'graphql'
import type { At } from '../core/source.ts'
import type { Compilation, Row, Run } from './compilation.ts'
import { type Json, jsonObject, jsonString } from './json.ts'
import { tooLarge } from './refusal.ts'
import { type SelectedField, selectedFields } from './selection.ts'

/** Of one object. What anybody asks for is far less, and each takes the database time and memory. */
const MOST_FIELDS = 1_600

/** A value of the response. */
export interface CompiledValue {
  readonly json: Json
  /** What is left to do to the value; nothing where the database writes it as it is answered. */
  readonly finish: Finish | undefined
  /** Whether any field of it is left to its resolver, because it is not planned or must not be read. */
  readonly needsResolvers: boolean
}

/** Completes a value of the answer; an object or a list in place. It is not asked for null. */
export type Finish = (value: never, run: Run) => unknown

/** Compiles the fields that some selections of an object type ask of the row at hand. */
export type CompileObject = (
  compilation: Compilation,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  at: At,
) => CompiledValue

/** A value that is answered as the database writes it. */
export function finished(json: Json): CompiledValue {
  return { json, finish: undefined, needsResolvers: false }
}

/** A value under its response key; one that is undefined is left to its resolver. */
export type Member = readonly [key: string, value: CompiledValue | undefined]

/**
 * Compiles the fields that are selected on an object of this type, each under its key and in the order in
 * which GraphQL answers them. What `compile` leaves undefined is left to its resolver.
 */
export function compileMembers(
  compilation: Compilation,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  compile: (field: SelectedField) => CompiledValue | undefined,
): Member[] {
  const fields = selectedFields(compilation.operation, type, nodes)
  if (fields.length > MOST_FIELDS) throw tooLarge()
  const objects = fields.filter(({ node }) => node.selectionSet)
  return compilation.sharing(objects.length, () =>
    fields.map((field) => {
      const isTypeName = field.definition === TypeNameMetaFieldDef
      return [field.key, isTypeName ? finished(jsonString(type.name)) : compile(field)]
    }),
  )
}

/** An object with these members. */
export function objectOf(members: readonly Member[]): CompiledValue {
  const compiled: [string, Json][] = []
  const unfinished: [string, Finish][] = []
  for (const [key, value] of members) {
    if (value) compiled.push([key, value.json])
    if (value?.finish) unfinished.push([key, value.finish])
  }
  return {
    json: jsonObject(compiled),
    finish: finishMembers(unfinished),
    needsResolvers: members.some(([, value]) => value?.needsResolvers ?? true),
  }
}

/** Completes each item of a list. */
export function finishEach(finish: Finish): Finish {
  return (items: unknown[], run) => {
    for (const [nth, item] of items.entries()) items[nth] = finish(item as never, run)
    return items
  }
}

function finishMembers(members: readonly [key: string, finish: Finish][]): Finish | undefined {
  if (members.length === 0) return undefined
  return (row: Row, run) => {
    for (const [key, finish] of members) {
      const value = row[key]
      if (value !== null) row[key] = finish(value as never, run)
    }
    return row
  }
}
