import { type SQL, sql } from 'drizzle-orm'
import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
} from 'graphql'
import { type Json, orNull } from './json.ts'

/** How the database writes a scalar's values exactly as the scalar itself would. */
export interface ScalarText {
  /** The text of a value; where it is not quoted, of the type text, json or jsonb. */
  readonly text: (value: SQL) => SQL
  /** Whether the text is JSON with quotes around it; otherwise it is JSON by itself. */
  readonly isQuoted: boolean
}

/** The name under which a scalar's extensions keep its `ScalarText`. */
export const SCALAR_TEXT = 'pledgelineText'

const WHOLE_TEXT: ScalarText = { text: (value) => value, isQuoted: true }
const ANY_JSON: ScalarText = { text: (value) => sql`to_json(${value})`, isQuoted: false }
const PLAIN: ScalarText = { text: (value) => sql`${value}::text`, isQuoted: false }

const BUILT_IN: Readonly<Record<string, ScalarText>> = {
  Boolean: PLAIN,
  Int: PLAIN,
  ID: ANY_JSON,
  String: ANY_JSON,
}

/** A field's value without fields of its own. */
export interface CompiledLeaf {
  readonly json: Json
  /** Whether that is what the response has; otherwise the type has yet to serialize it. */
  readonly isSerialized: boolean
}

/** Compiles a value of the database's to what a field of this type answers. */
export function compileLeaf(
  outputType: GraphQLOutputType,
  value: SQL,
  isNotNull: boolean,
): CompiledLeaf {
  const type = getNullableType(outputType)
  const { text, isQuoted } = (isLeafType(type) && scalarTextOf(type)) || ANY_JSON
  const isSerialized = isWritten(type)
  if (!isQuoted) return { json: [isNotNull ? text(value) : orNull(text(value))], isSerialized }
  const json = isNotNull ? ['"', text(value), '"'] : [orNull(sql`'"' || ${text(value)} || '"'`)]
  return { json, isSerialized }
}

/** What a field answers where a function computed this value. Throws where the type does not have it. */
export function serialized(outputType: GraphQLOutputType, value: unknown): unknown {
  const type = getNullableType(outputType)
  if (value === null || value === undefined) return null
  if (isListType(type)) {
    return (value as unknown[]).map((item) => serialized(type.ofType, item))
  }
  if (!isLeafType(type)) throw new Error(`${String(type)} has fields of its own`)
  return type.serialize(value)
}

/** Whether the database writes a type's values as the type serializes them. */
function isWritten(type: GraphQLOutputType): boolean {
  if (!isListType(type)) return isLeafType(type) && scalarTextOf(type) !== undefined
  const item = getNullableType(type.ofType)
  return isLeafType(item) && scalarTextOf(item) === ANY_JSON
}

function scalarTextOf(type: GraphQLLeafType): ScalarText | undefined {
  if (isEnumType(type)) {
    // The database keeps a value of a vocabulary under the name that GraphQL has for it.
    return type.getValues().every(({ name, value }) => name === value) ? WHOLE_TEXT : undefined
  }
  return (type.extensions[SCALAR_TEXT] as ScalarText | undefined) ?? BUILT_IN[type.name]
}
