import {
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import type { Foreign } from './foreign.ts'

/** Values for arguments, by the names of their scalars. */
export type ScalarValues = Readonly<Record<string, readonly unknown[]>>

/** Where an argument stands in the schema, such as `Query.pledges(filter.personUuid)`. */
type Coordinate = string

/** How a text, an id or a number of the account's own and of others is given to any argument of its type. */
export function scalarValues(
  { foreign, visible }: Foreign,
  texts: readonly string[],
  typenames: readonly string[],
): ScalarValues {
  const uuids = [...Object.values(foreign).flat(), ...Object.values(visible)]
  const ids = typenames.flatMap((typename) => uuids.map((uuid) => btoa(`${typename}:${uuid}`)))
  return {
    UUID: uuids,
    ID: ids,
    String: texts,
    Boolean: [true, false],
    Int: [1, 100],
    Float: [1],
    DateTime: ['2026-03-02T08:59:59.999Z', '2026-03-02T09:00:00.000Z', '2020-01-01T00:00:00Z'],
    Date: ['1980-01-01'],
    Decimal: ['777.77', '7.50'],
    JSONObject: [{}],
    URL: ['https://charity.example'],
  }
}

/**
 * Every value that an argument is to be tried with: each of an enum, and for an input object each value of each
 * of its fields, one at a time beside those that it needs. Throws where nobody has said what a scalar may be.
 */
export function valuesFor(
  type: GraphQLInputType,
  scalars: ScalarValues,
  coordinate: Coordinate,
): readonly unknown[] {
  if (isNonNullType(type)) return valuesFor(type.ofType, scalars, coordinate)
  if (isListType(type)) {
    const items = valuesFor(type.ofType, scalars, coordinate)
    return [[], ...items.map((item) => [item])]
  }
  if (isEnumType(type)) return type.getValues().map(({ name }) => name)
  if (!isInputObjectType(type)) return scalarOf(getNamedType(type).name, scalars, coordinate)
  const fields = Object.values(type.getFields())
  const needed = fields.filter((field) => isNonNullType(field.type))
  const base = Object.fromEntries(
    needed.map(({ name, type: inner }) => [name, valuesFor(inner, scalars, coordinate)[0]]),
  )
  return fields.flatMap(({ name, type: inner }) =>
    valuesFor(inner, scalars, `${coordinate}.${name}`).map((value) => ({ ...base, [name]: value })),
  )
}

function scalarOf(name: string, scalars: ScalarValues, coordinate: Coordinate): readonly unknown[] {
  const values = scalars[name]
  if (values) return values
  throw new Error(
    `${coordinate} is a ${name}, and the crawl for leaks has no values of it: add some to scalarValues in test/support/crawl-values.ts`,
  )
}
