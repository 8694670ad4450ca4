import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql'
import { DEFAULT_PAGE_SIZE } from '../read/argument.ts'
import { type FieldRead, READ } from '../read/field.ts'
import { bytesOfLeaf } from './answer-bytes.ts'

/** How many items a list is taken to have. */
export interface ListSize {
  /** The number of items where no argument tells the number. */
  readonly assumedSize: number
  /** The arguments that tell the number of items: whole numbers, or lists that are as long. */
  readonly slicingArguments: readonly string[]
  /** The fields of the answered object that hold the items; absent where the field itself does. */
  readonly sizedFields?: readonly string[]
  /** What each item costs by itself; absent where the sized fields have weights of their own. */
  readonly itemWeight?: number
}

/** What a field costs each time that it is answered, without the fields below it. */
export interface FieldCost {
  readonly weight: number
  /** What the number of all rows costs besides, where it is selected below this field; absent where nothing. */
  readonly countWeight?: number
  /** What some arguments cost where they are given. */
  readonly argumentWeights?: ReadonlyMap<string, number>
  /** How many bytes the value has in an answer, at the most; 0 for an object, whose fields have theirs. */
  readonly bytes: number
  /** Absent where the field answers one value. */
  readonly list?: ListSize
}

/** A field of a schema, whoever resolves it. */
export type SchemaField = GraphQLField<unknown, unknown>

/** The weight of a scalar or an enum value. The unit is a row that Postgres finds by an index. */
export const LEAF_WEIGHT = 0.5

/** The weight of an object: of a row, of an edge, of each item of a list. */
export const OBJECT_WEIGHT = 1

/** The name under which a field's extensions keep a weight of its own. */
export const WEIGHT = 'pledgelineWeight'

/** The name under which a field's extensions keep how long its list is taken to be. */
export const ASSUMED_SIZE = 'pledgelineAssumedSize'

const DEFAULT_LIST_SIZE = 5

// The weights are measured, by `npm run cost` in the folder bench: a unit is about 2.5 microseconds of gateway and
// Postgres together.

// A statement of its own: the round trip, and the search for the first row.
export const STATEMENT_WEIGHT = 100
/** The weight of a field that finds records of any types: the executor calls a function for each of its values. */
export const NODES_WEIGHT = 200
// An act locks, decides, writes and records in several statements, and then waits for the disk.
const ACT_WEIGHT = 2_000
// A function computes the value in the gateway, which has to parse the answer for that.
const DERIVED_WEIGHT = 6
// Each row has a subquery for the value.
const EXPRESSION_WEIGHT = 1
// Each row has a subquery that finds the list and puts the items together.
const NESTED_LIST_WEIGHT = 4
const NESTED_COUNT_WEIGHT = 2
// Postgres reads every row of the list to count them, and a list at the root can be a whole table.
const COUNT_WEIGHT = 1_000
// Where few rows of a table match, Postgres reads all that do not.
const FILTER_WEIGHTS: ReadonlyMap<string, number> = new Map([['filter', 1_000]])
// The executor calls a function for each value of an introspection.
const INTROSPECTION_WEIGHT = 0.1

const COUNT = 'totalCount'

const PAGE_ITEMS: readonly string[] = ['edges', 'nodes']

const PAGE: ListSize = {
  assumedSize: DEFAULT_PAGE_SIZE,
  slicingArguments: ['first', 'last'],
  sizedFields: PAGE_ITEMS,
}

/** Tells what each field of a schema costs. */
export type FieldCosts = (parent: GraphQLNamedType, field: SchemaField) => FieldCost

/** Makes the function that tells what each field of a schema costs; every field is looked at once. */
export function createFieldCosts(schema: GraphQLSchema): FieldCosts {
  const costs = new Map<SchemaField, FieldCost>()
  const introspectionSizes = sizesOfIntrospection(schema)
  return (parent, field) => {
    let cost = costs.get(field)
    if (!cost) {
      cost = isIntrospectionType(parent)
        ? { weight: INTROSPECTION_WEIGHT, bytes: 0, ...sizeOf(introspectionSizes.get(field.name)) }
        : costOf(schema, parent, field)
      costs.set(field, cost)
    }
    return cost
  }
}

function costOf(schema: GraphQLSchema, parent: GraphQLNamedType, field: SchemaField): FieldCost {
  const read = field.extensions[READ] as FieldRead | undefined
  const ownWeight = field.extensions[WEIGHT] as number | undefined
  const weight = ownWeight ?? weightOf(schema, parent, field, read)
  const bytes = isLeafType(getNamedType(field.type)) ? bytesOfLeaf(field) : 0
  const cost = { weight, bytes }
  if (read?.kind === 'connection') {
    if (read.isEdgeByEdge) return cost
    if (parent !== schema.getQueryType()) return { ...cost, list: PAGE }
    // A list that nobody needs to filter, such as that of organizations, is short.
    if (!read.filter) return { ...cost, list: PAGE }
    return { ...cost, list: PAGE, countWeight: COUNT_WEIGHT, argumentWeights: FILTER_WEIGHTS }
  }
  if (!isListType(getNullableType(field.type)) || isItemsOfPage(parent, field)) return cost
  const ids = field.args.find(({ name }) => name === 'ids')
  const assumedSize = field.extensions[ASSUMED_SIZE] as number | undefined
  return {
    ...cost,
    list: {
      assumedSize: assumedSize ?? DEFAULT_LIST_SIZE,
      slicingArguments: ids ? [ids.name] : [],
      itemWeight: isLeafType(getNamedType(field.type)) ? LEAF_WEIGHT : OBJECT_WEIGHT,
    },
  }
}

/** Whether a field of a connection holds the items of the page: the connection's own list size counts them. */
export function isItemsOfPage(parent: GraphQLNamedType, { name }: { readonly name: string }) {
  return isObjectType(parent) && 'pageInfo' in parent.getFields() && PAGE_ITEMS.includes(name)
}

/** Whether a field of a connection is the number of all rows. */
export function isCountOfPage(parent: GraphQLNamedType, { name }: { readonly name: string }) {
  return isObjectType(parent) && 'pageInfo' in parent.getFields() && name === COUNT
}

function weightOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  field: SchemaField,
  read: FieldRead | undefined,
): number {
  if (parent === schema.getMutationType()) return ACT_WEIGHT
  if (isCountOfPage(parent, field)) return NESTED_COUNT_WEIGHT
  switch (read?.kind) {
    case 'column':
      return read.isUnfinished ? DERIVED_WEIGHT : LEAF_WEIGHT
    case 'derived':
      return DERIVED_WEIGHT
    case 'expression':
      return EXPRESSION_WEIGHT
    case 'connection':
    case 'lookup':
      return parent === schema.getQueryType() ? STATEMENT_WEIGHT : NESTED_LIST_WEIGHT
    case 'list':
      return NESTED_LIST_WEIGHT
    default:
      return isLeafType(getNamedType(field.type)) ? LEAF_WEIGHT : OBJECT_WEIGHT
  }
}

function sizeOf(assumedSize: number | undefined): Pick<FieldCost, 'list'> {
  if (assumedSize === undefined) return {}
  return { list: { assumedSize, slicingArguments: [], itemWeight: INTROSPECTION_WEIGHT } }
}

/**
 * How long the lists of an introspection are: on average, so that the number of all fields of all types is right.
 * An average is enough, because an operation may ask for each of these lists only once.
 */
function sizesOfIntrospection(schema: GraphQLSchema): ReadonlyMap<string, number> {
  const types = Object.values(schema.getTypeMap())
  const fields = types.flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [],
  )
  const inputFields = types.flatMap((type) =>
    isInputObjectType(type) ? Object.values(type.getFields()) : [],
  )
  const average = (count: number, among: number) => Math.ceil(count / Math.max(1, among))
  return new Map([
    ['types', types.length],
    ['directives', schema.getDirectives().length],
    ['fields', average(fields.length, types.length)],
    ['inputFields', average(inputFields.length, types.length)],
    ['args', average(fields.flatMap(({ args }) => args).length, fields.length)],
    ['enumValues', 2],
    ['interfaces', 1],
    ['possibleTypes', 1],
    ['locations', 3],
  ])
}
