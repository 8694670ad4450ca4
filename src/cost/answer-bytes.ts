import { getTableConfig, type PgColumn, PgDialect } from 'drizzle-orm/pg-core'
import { getNamedType, type GraphQLField, isEnumType } from 'graphql'
import { type FieldRead, READ } from '../read/field.ts'

const BYTES_OF_SCALARS: Readonly<Record<string, number>> = {
  Boolean: 5,
  DateTime: 24,
  Decimal: 14,
  Int: 11,
  ID: 80,
  // What is stored has at most 64 KiB, and Postgres writes a space after each colon and comma.
  JSONObject: 131_072,
  URL: 600,
  UUID: 36,
}

const LONGEST_OTHER_TEXT = 255

// Most characters are one byte, and those of any script at most four. A text of nothing but control characters,
// which take six, makes the estimate too small, and then the memory that Postgres needs is three times as much.
const BYTES_OF_A_CHARACTER = 2

/** A list that no argument bounds, such as the attempts of a call, is taken to be as long as this. */
export const ITEMS_OF_UNBOUNDED_LIST = 25

const dialect = new PgDialect()

/** How many bytes a scalar or an enum value has in an answer, at the most: of a list, each item. */
export function bytesOfLeaf(field: GraphQLField<unknown, unknown>): number {
  const type = getNamedType(field.type)
  if (isEnumType(type)) return Math.max(...type.getValues().map(({ name }) => name.length))
  const known = BYTES_OF_SCALARS[type.name]
  if (known !== undefined) return known
  const read = field.extensions[READ] as FieldRead | undefined
  const characters = read?.kind === 'column' ? mostCharacters(read.column) : undefined
  return (characters ?? LONGEST_OTHER_TEXT) * BYTES_OF_A_CHARACTER
}

/** How long a column's text may be, by the table's own CHECK constraints; undefined where none of them says so. */
function mostCharacters(column: PgColumn): number | undefined {
  const { name, checks } = getTableConfig(column.table)
  const bound = new RegExp(`char_length\\("${name}"\\."${column.name}"\\) <= (\\d+)`)
  for (const { value } of checks) {
    const [, characters] = bound.exec(dialect.sqlToQuery(value).sql) ?? []
    if (characters !== undefined) return Number(characters)
  }
  return undefined
}
