import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isCompositeType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { type ScalarValues, valuesFor } from './crawl-values.ts'

/** A field with arguments, and how a query gets there. */
export interface CrawledField {
  /** Its name with its type's, such as `Person.calls`. */
  readonly coordinate: string
  readonly field: GraphQLField<unknown, unknown>
  /** Writes an operation that asks for the field, given its arguments, and what is selected of it. */
  readonly operation: (declarations: string, args: string, selection: string) => string
}

/** An operation with its variables, and which argument it is about. */
export interface CrawledOperation {
  readonly about: string
  readonly source: string
  readonly variables: Readonly<Record<string, unknown>>
}

const CURSORS: ReadonlySet<string> = new Set(['after', 'before'])
const PAGE = 'totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'

/** Every field of the schema that has arguments and can be reached by a query, by the shortest way. */
export function fieldsWithArguments(schema: GraphQLSchema): CrawledField[] {
  const query = schema.getQueryType()
  if (!query) throw new Error('the schema has no queries')
  const ways = new Map<GraphQLObjectType, readonly string[]>([[query, []]])
  const found: CrawledField[] = []
  // A Map may grow while it is gone through: what is added is visited too.
  for (const [type, way] of ways) {
    for (const field of Object.values(type.getFields())) {
      if (field.args.length > 0) found.push(crawled(type, field, way))
      const target = getNamedType(field.type)
      const isFree = field.args.every((argument) => !isNonNullType(argument.type))
      if (isObjectType(target) && isFree && !ways.has(target))
        ways.set(target, [...way, field.name])
    }
  }
  return found
}

/** The object types of the schema's answers to queries that no query reaches by fields alone. */
export function unreachedTypes(schema: GraphQLSchema, seen: readonly CrawledField[]): string[] {
  const reached = new Set(seen.map(({ coordinate }) => coordinate.split('.')[0]))
  return schema
    .getPossibleTypes(schema.getType('Node') as never)
    .filter((type) => Object.values(type.getFields()).some(({ args }) => args.length > 0))
    .map(({ name }) => name)
    .filter((name) => !reached.has(name))
}

function crawled(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  way: readonly string[],
): CrawledField {
  return {
    coordinate: `${type.name}.${field.name}`,
    field,
    operation: (declarations, args, selection) =>
      `query${declarations} { ${way.map((name) => `${name} { `).join('')}${field.name}${args} ${selection}${' }'.repeat(way.length)} }`,
  }
}

/** What is looked at of whatever a field leads to: a page with its counts, or the fields without a selection. */
export function glimpse({ type }: GraphQLField<unknown, unknown>): string {
  const named = getNamedType(type)
  if (!isCompositeType(named)) return ''
  if (named.name.endsWith('Connection')) return `{ ${PAGE} edges { cursor node { id } } }`
  if (!isObjectType(named)) return '{ __typename id }'
  const leaves = Object.values(named.getFields()).filter(
    (field) => field.args.length === 0 && isLeafType(getNamedType(field.type)),
  )
  return `{ ${leaves.map(({ name }) => name).join(' ')} }`
}

/** Operations that give a field each value of each of its arguments, cursors aside. */
export function operationsOf(
  crawledField: CrawledField,
  scalars: ScalarValues,
): CrawledOperation[] {
  const { coordinate, field, operation } = crawledField
  const needed = field.args.filter(({ type }) => isNonNullType(type))
  return field.args
    .filter(({ name }) => !CURSORS.has(name))
    .flatMap((argument) => {
      const given = [...needed.filter(({ name }) => name !== argument.name), argument]
      const source = operation(declared(given), passed(given), glimpse(field))
      const about = `${coordinate}(${argument.name})`
      return valuesFor(argument.type, scalars, about).map((value) => ({
        about,
        source,
        variables: {
          ...Object.fromEntries(
            needed.map(({ name, type }) => [name, valuesFor(type, scalars, about)[0]]),
          ),
          [argument.name]: value,
        },
      }))
    })
}

/** Each order in which a list can be asked for, and how to page through it by cursors; none where it has no cursors. */
export function ordersOf(crawledField: CrawledField, scalars: ScalarValues) {
  const { coordinate, field, operation } = crawledField
  const cursors = field.args.filter(({ name }) => CURSORS.has(name))
  if (cursors.length === 0) return []
  const order = field.args.find(({ name }) => name === 'orderBy')
  const orders = order ? valuesFor(order.type, scalars, `${coordinate}(orderBy)`) : [undefined]
  const sizes = field.args.filter(({ name }) => name === 'first' || name === 'last')
  const given = [...cursors, ...sizes, ...(order ? [order] : [])]
  return orders.map((orderBy) => ({
    about: `${coordinate} ordered by ${JSON.stringify(orderBy ?? 'its own order')}`,
    source: operation(declared(given), passed(given), glimpse(field)),
    variables: { ...(orderBy !== undefined && { orderBy }) },
  }))
}

function declared(given: readonly GraphQLArgument[]): string {
  if (given.length === 0) return ''
  return ` (${given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ')})`
}

function passed(given: readonly GraphQLArgument[]): string {
  if (given.length === 0) return ''
  return `(${given.map(({ name }) => `${name}: $${name}`).join(', ')})`
}

/** Every cursor in an answer, wherever it is. */
export function cursorsIn(answer: unknown): string[] {
  return [...JSON.stringify(answer).matchAll(/"cursor":"([^"]+)"/g)].map(
    ([, cursor = '']) => cursor,
  )
}
