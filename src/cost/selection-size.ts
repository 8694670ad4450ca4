import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql'
import { ITEMS_OF_UNBOUNDED_LIST } from './answer-bytes.ts'
import { type CostTerm, type Size, sum, times } from './cost-term.ts'
import {
  type FieldCost,
  type FieldCosts,
  isCountOfPage,
  isItemsOfPage,
  type ListSize,
  LEAF_WEIGHT,
  type SchemaField,
} from './field-cost.ts'
import { sizeOfList } from './list-size.ts'

/** How large a selection is once its fragments are spread. */
export interface SelectionSize {
  /** The number of fields. */
  readonly fields: number
  /** How many fields lie below one another. */
  readonly depth: number
  /** The response keys of the selection's own level, each with the name of its field. */
  readonly keys: ReadonlyMap<string, string>
  /** The most response keys that one field has in one place. */
  readonly aliases: number
  /** How often each list of an introspection is asked for. */
  readonly introspection: ReadonlyMap<string, number>
  /** How often the selection asks for the number of all rows, where the selection is one of a connection. */
  readonly counts: number
  readonly cost: CostTerm
  /** The cost of the page's items, where the selection is one of a connection: for each item. */
  readonly itemCost: CostTerm
  /** The most bytes of the answer, and of each of the page's items. */
  readonly bytes: CostTerm
  readonly itemBytes: CostTerm
  /** The most bytes of the answer if each list had one item. */
  readonly rowBytes: number
}

/** What a document is measured by. */
export interface MeasureOptions {
  readonly schema: GraphQLSchema
  readonly costOf: FieldCosts
  /** The most aliases of one field that are accepted: what has more is not measured on. */
  readonly mostAliases: number
  readonly document: DocumentNode
}

const NOTHING: SelectionSize = {
  fields: 0,
  depth: 0,
  keys: new Map(),
  aliases: 0,
  introspection: new Map(),
  counts: 0,
  cost: 0,
  itemCost: 0,
  bytes: 0,
  itemBytes: 0,
  rowBytes: 0,
}

/** The lists of an introspection. An operation that asks for one of them twice multiplies the answer. */
const INTROSPECTION_LISTS: ReadonlySet<string> = new Set([
  'Query.__schema',
  'Query.__type',
  '__Schema.types',
  '__Schema.directives',
  '__Type.fields',
  '__Type.inputFields',
  '__Type.interfaces',
  '__Type.possibleTypes',
  '__Type.enumValues',
  '__Field.args',
  '__Directive.args',
])

/**
 * Measures the operations of a document that was parsed and perhaps not validated: a field that the schema does not
 * have counts as a scalar, because validation refuses the field later. Each selection set is visited once. If
 * fragments were spread to be counted, a few that spread each other twice would take exponential time.
 */
export class SelectionMeasure {
  readonly #schema: GraphQLSchema
  readonly #costOf: FieldCosts
  readonly #mostAliases: number
  readonly #definitions = new Map<string, FragmentDefinitionNode>()
  readonly #fragments = new Map<string, SelectionSize>()

  constructor({ schema, costOf, mostAliases, document }: MeasureOptions) {
    this.#schema = schema
    this.#costOf = costOf
    this.#mostAliases = mostAliases
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue
      this.#definitions.set(definition.name.value, definition)
    }
  }

  /** Measures what an operation selects. */
  sizeOf({ operation, selectionSet }: OperationDefinitionNode): SelectionSize {
    return this.#sizeOfSet(selectionSet, this.#schema.getRootType(operation) ?? undefined)
  }

  #sizeOfSet({ selections }: SelectionSetNode, parent?: GraphQLNamedType): SelectionSize {
    const keys = new Map<string, string>()
    const introspection = new Map<string, number>()
    const parts: SelectionSize[] = []
    let fields = 0
    let rowBytes = 0
    let counts = 0
    let depth = 0
    let aliases = 0
    for (const selection of selections) {
      const part = this.#sizeOfSelection(selection, parent)
      for (const [key, name] of part.keys) keys.set(key, name)
      for (const [list, count] of part.introspection) addTo(introspection, list, count)
      parts.push(part)
      rowBytes += part.rowBytes
      fields += part.fields
      counts += part.counts
      depth = Math.max(depth, part.depth)
      aliases = Math.max(aliases, part.aliases)
    }
    aliases = Math.max(aliases, mostKeysOfOneField(keys))
    return {
      fields,
      depth,
      keys,
      aliases,
      introspection: introspection.size === 0 ? NOTHING.introspection : introspection,
      counts,
      cost: sum(parts.map(({ cost }) => cost)),
      itemCost: sum(parts.map(({ itemCost }) => itemCost)),
      bytes: sum(parts.map(({ bytes }) => bytes)),
      itemBytes: sum(parts.map(({ itemBytes }) => itemBytes)),
      rowBytes,
    }
  }

  #sizeOfSelection(selection: SelectionNode, parent?: GraphQLNamedType): SelectionSize {
    switch (selection.kind) {
      case Kind.FIELD:
        return this.#sizeOfField(selection, parent)
      case Kind.INLINE_FRAGMENT: {
        const name = selection.typeCondition?.name.value
        const type = name === undefined ? parent : this.#schema.getType(name)
        return this.#sizeOfSet(selection.selectionSet, type)
      }
      case Kind.FRAGMENT_SPREAD:
        return this.#sizeOfFragment(selection.name.value)
    }
  }

  #sizeOfFragment(name: string): SelectionSize {
    const known = this.#fragments.get(name)
    if (known) return known
    const definition = this.#definitions.get(name)
    if (!definition) return NOTHING
    // A fragment that spreads itself is refused by validation, and must come to an end here.
    this.#fragments.set(name, NOTHING)
    const type = this.#schema.getType(definition.typeCondition.name.value)
    const size = this.#sizeOfSet(definition.selectionSet, type)
    // An operation with too many aliases is refused. A long chain of fragments would copy their keys each time.
    const passedOn = size.aliases > this.#mostAliases ? { ...size, keys: NOTHING.keys } : size
    this.#fragments.set(name, passedOn)
    return passedOn
  }

  #sizeOfField(node: FieldNode, parent?: GraphQLNamedType): SelectionSize {
    const name = node.name.value
    const field = parent && this.#fieldOf(parent, name)
    const below = node.selectionSet
      ? this.#sizeOfSet(node.selectionSet, field && getNamedType(field.type))
      : NOTHING
    const price = parent && field ? this.#costOf(parent, field) : UNKNOWN_FIELD
    const { weight, countWeight = 0, argumentWeights, bytes, list } = price
    const isItem = parent !== undefined && isItemsOfPage(parent, { name })
    const key = node.alias?.value ?? name
    const size = list ? sizeOfList(list, node) : 1
    const isBounded = !list || list.slicingArguments.length > 0
    const ownBytes = key.length + bytes + PUNCTUATION_BYTES
    const cost = {
      own: weight + countWeight * below.counts + weightOfArguments(node, argumentWeights),
      each: list?.itemWeight ?? 0,
      below: below.cost,
      item: below.itemCost,
    }
    const answer = { own: ownBytes, each: ownBytes, below: below.bytes, item: below.itemBytes }
    const totalCost = inList(size, list, cost)
    const totalBytes = inList(isBounded ? size : ITEMS_OF_UNBOUNDED_LIST, list, answer)
    const coordinate = `${parent?.name ?? ''}.${name}`
    return {
      fields: below.fields + 1,
      depth: below.depth + 1,
      keys: new Map([[key, name]]),
      aliases: below.aliases,
      introspection: INTROSPECTION_LISTS.has(coordinate)
        ? addTo(new Map(below.introspection), coordinate, 1)
        : below.introspection,
      counts: parent && isCountOfPage(parent, { name }) ? 1 : 0,
      cost: isItem ? 0 : totalCost,
      itemCost: isItem ? totalCost : 0,
      bytes: isItem ? 0 : totalBytes,
      itemBytes: isItem ? totalBytes : 0,
      rowBytes: ownBytes + below.rowBytes,
    }
  }

  #fieldOf(parent: GraphQLNamedType, name: string): SchemaField | undefined {
    if (parent === this.#schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
    }
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
  }
}

const UNKNOWN_FIELD: FieldCost = { weight: LEAF_WEIGHT, bytes: 0 }

/** The quotes around a key, the colon and the comma, and the brackets around a value. */
const PUNCTUATION_BYTES = 6

/** What a field adds up to: a page has its items as often as they come, and any other list has all that it selects. */
function inList(
  size: Size,
  list: ListSize | undefined,
  { own, each, below, item }: { own: number; each: number; below: CostTerm; item: CostTerm },
): CostTerm {
  if (!list) return sum([own, below, item])
  return list.sizedFields
    ? sum([own, below, times(size, item)])
    : sum([own, times(size, sum([each, below, item]))])
}

/** A variable counts as given, because most variables are. */
function weightOfArguments(
  { arguments: given = [] }: FieldNode,
  weights: ReadonlyMap<string, number> | undefined,
): number {
  if (!weights) return 0
  return given.reduce(
    (total, { name, value }) =>
      value.kind === Kind.NULL ? total : total + (weights.get(name.value) ?? 0),
    0,
  )
}

function mostKeysOfOneField(keys: ReadonlyMap<string, string>): number {
  const counts = new Map<string, number>()
  for (const name of keys.values()) addTo(counts, name, 1)
  return Math.max(0, ...counts.values())
}

function addTo(counts: Map<string, number>, name: string, count: number): Map<string, number> {
  return counts.set(name, (counts.get(name) ?? 0) + count)
}
