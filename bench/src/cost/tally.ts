import {
  type FieldNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind as Syntax,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'
import { type Kind, LEAF_WEIGHT, type Price, priceOf } from './priced-schema.ts'

/** A GraphQL operation as a client sends it. It has no fragments with a name. */
export interface Operation {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** How often each kind of field comes, and what that costs. */
export interface Tally {
  readonly counts: ReadonlyMap<Kind, number>
  readonly cost: number
}

type Row = Readonly<Record<string, unknown>>

/** What the fields are counted by: the sizes of the pages, or the rows of an answer. */
type Basis = { readonly rows: number } | { readonly answered: readonly Row[] }

/** Adds up by the sizes that the pages may have: what the gateway must come to before it asks the database. */
export function tallyPages(schema: GraphQLSchema, operation: Operation): Tally {
  return new Tallying(schema, operation.variables).run(operation.query, { rows: 1 })
}

/** Adds up by the rows that an answer has. */
export function tallyAnswer(schema: GraphQLSchema, operation: Operation, data: Row): Tally {
  return new Tallying(schema, operation.variables).run(operation.query, { answered: [data] })
}

class Tallying {
  readonly #schema: GraphQLSchema
  readonly #variables: Readonly<Record<string, unknown>>
  readonly #counts = new Map<Kind, number>()
  #cost = 0

  constructor(schema: GraphQLSchema, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema
    this.#variables = variables
  }

  run(text: string, basis: Basis): Tally {
    const [operation] = parse(text).definitions as OperationDefinitionNode[]
    const root = this.#schema.getQueryType()
    if (operation && root) this.#select(operation.selectionSet, root, basis, 1, 0)
    return { counts: this.#counts, cost: Math.ceil(this.#cost) }
  }

  /** `pageSize` is that of the connection whose fields these are, and `countWeight` what it says of its count. */
  #select(
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType,
    basis: Basis,
    pageSize: number,
    countWeight: number,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Syntax.INLINE_FRAGMENT) {
        const name = selection.typeCondition?.name.value ?? parent.name
        const type = this.#schema.getType(name) ?? parent
        const those = isInterfaceType(parent) ? ofType(basis, name) : basis
        this.#select(selection.selectionSet, type, those, pageSize, countWeight)
      } else if (selection.kind === Syntax.FIELD) {
        this.#field(selection, parent, basis, pageSize, countWeight)
      }
    }
  }

  #field(
    node: FieldNode,
    parent: GraphQLNamedType,
    basis: Basis,
    pageSize: number,
    countWeight: number,
  ): void {
    const field =
      isObjectType(parent) || isInterfaceType(parent)
        ? parent.getFields()[node.name.value]
        : undefined
    if (!field) {
      // `__typename`
      this.#add('leaf', LEAF_WEIGHT, rowsOf(basis))
      return
    }
    const price = priceOf(this.#schema, parent, field)
    const { list } = price
    const isItem = parent.name.endsWith('Connection') && ['edges', 'nodes'].includes(field.name)
    const size = list ? this.#sizeOf(node, price) : isItem ? pageSize : 1
    const below = itemsOf(basis, node.alias?.value ?? field.name, list?.sizedFields[0] ? 1 : size)
    if (isItem) this.#add(price.kind, price.weight, rowsOf(below))
    else this.#add(price.kind, price.weight, rowsOf(basis))
    if (field.name === 'totalCount' && countWeight > 0) {
      this.#add('count at the root', countWeight, rowsOf(basis))
    }
    for (const { name } of node.arguments ?? []) {
      const weight = price.argumentWeights.get(name.value) ?? 0
      if (weight > 0) this.#add('filter at the root', weight, rowsOf(basis))
    }
    if (list?.sizedFields.length === 0) this.#add(list.itemKind, list.itemWeight, rowsOf(below))
    if (node.selectionSet) {
      const type = getNamedType(field.type)
      this.#select(node.selectionSet, type, below, size, price.countWeight)
    }
  }

  #add(kind: Kind, weight: number, count: number): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count)
    this.#cost += weight * count
  }

  #sizeOf({ arguments: given = [] }: FieldNode, { list }: Price): number {
    for (const { name, value } of given) {
      if (!list?.slicingArguments.includes(name.value)) continue
      const size = valueFromASTUntyped(value, this.#variables) as unknown
      if (Array.isArray(size)) return size.length
      if (typeof size === 'number') return size
    }
    return list?.assumedSize ?? 1
  }
}

function rowsOf(basis: Basis): number {
  return 'rows' in basis ? basis.rows : basis.answered.length
}

/** What lies below a field: so many times as many, or what the rows answered have there. */
function itemsOf(basis: Basis, key: string, size: number): Basis {
  if ('rows' in basis) return { rows: basis.rows * size }
  const found = basis.answered.flatMap((row) => row[key] ?? []) as Row[]
  return { answered: found }
}

/** The rows of one type; of pages' sizes nobody knows the types, so that each counts for all. */
function ofType(basis: Basis, name: string): Basis {
  if ('rows' in basis) return basis
  return { answered: basis.answered.filter(({ __typename }) => __typename === name) }
}
