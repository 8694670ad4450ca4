import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isLeafType,
  valueFromASTUntyped,
} from 'graphql'

/** Which weight a field has: the fields of one kind have the same one. */
export type Kind =
  | 'statement'
  | 'count at the root'
  | 'filter at the root'
  | 'page below a row'
  | 'list below a row'
  | 'count below a row'
  | 'item of a list'
  | 'object of a row'
  | 'leaf'
  | `leaf of weight ${string}`

/** What the schema says that a field costs. */
export interface Price {
  readonly kind: Kind
  readonly weight: number
  /** What `totalCount` adds where it is selected on this field. */
  readonly countWeight: number
  /** What arguments cost where they are given. */
  readonly argumentWeights: ReadonlyMap<string, number>
  readonly list?: ListPrice
}

export interface ListPrice {
  readonly assumedSize: number
  readonly slicingArguments: readonly string[]
  /** The fields below that hold the items; empty where the field itself does. */
  readonly sizedFields: readonly string[]
  readonly itemKind: Kind
  readonly itemWeight: number
}

type Field = GraphQLField<unknown, unknown>

/** What the schema describes as the cost of a scalar or an enum value without a directive. */
export const LEAF_WEIGHT = 0.5
// The same of an object.
const OBJECT_WEIGHT = 1

/** The project's schema, whose directives tell the costs. An introspection would leave them out. */
export function readSchema(): GraphQLSchema {
  return buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'))
}

/** What a field costs by its directives. */
export function priceOf(schema: GraphQLSchema, parent: GraphQLNamedType, field: Field): Price {
  const isLeaf = isLeafType(getNamedType(field.type))
  const cost = argumentsOf(field, 'cost')
  const listSize = argumentsOf(field, 'listSize')
  const usual = isLeaf ? LEAF_WEIGHT : OBJECT_WEIGHT
  return {
    kind: kindOf(schema, parent, field),
    weight: Number(cost?.['weight'] ?? usual),
    countWeight: Number(cost?.['countWeight'] ?? 0),
    argumentWeights: new Map(
      field.args.map((each) => [each.name, Number(argumentsOf(each, 'cost')?.['weight'] ?? 0)]),
    ),
    ...(listSize && {
      list: {
        assumedSize: Number(listSize['assumedSize']),
        slicingArguments: textsIn(listSize['slicingArguments']),
        sizedFields: textsIn(listSize['sizedFields']),
        itemKind: isLeaf ? 'leaf' : 'item of a list',
        itemWeight: usual,
      },
    }),
  }
}

function kindOf(schema: GraphQLSchema, parent: GraphQLNamedType, field: Field): Kind {
  const weight = argumentsOf(field, 'cost')?.['weight']
  const listSize = argumentsOf(field, 'listSize')
  if (parent === schema.getQueryType()) return weight ? 'statement' : 'object of a row'
  if (field.name === 'totalCount') return 'count below a row'
  if (isLeafType(getNamedType(field.type))) {
    return weight ? `leaf of weight ${String(weight)}` : 'leaf'
  }
  if (listSize?.['sizedFields']) return 'page below a row'
  if (listSize) return 'list below a row'
  if (parent.name.endsWith('Connection') && field.name !== 'pageInfo') return 'item of a list'
  return 'object of a row'
}

function argumentsOf(
  { astNode }: Pick<Field | GraphQLArgument, 'astNode'>,
  directive: 'cost' | 'listSize',
): Readonly<Record<string, unknown>> | undefined {
  const found = astNode?.directives?.find(({ name }) => name.value === directive)
  if (!found) return undefined
  return Object.fromEntries(
    (found.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  )
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
