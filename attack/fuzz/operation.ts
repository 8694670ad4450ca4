import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { Random } from '../../src/demo/random.ts'

/** An operation as it is posted. */
export interface FuzzOperation {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly isSubscription: boolean
}

const DEEPEST = 5
const MOST_FIELDS = 40
const MOST_ITEMS = 3
const CHANCE_OF_MUTATION = 0.2
const CHANCE_OF_SUBSCRIPTION = 0.03
const ODD_NAMES = [
  'then',
  'constructor',
  'toString',
  '_',
  '__x',
  'length',
  'hasOwnProperty',
  'errors',
]

/** Writes operations that the schema allows: any field, any argument, fragments, aliases, variables, directives. */
export class OperationWriter {
  readonly #schema: GraphQLSchema
  readonly #random: Random
  /** Values that the gateway knows: UUIDs, ids and cursors that it has answered. */
  readonly #known: readonly string[]
  #variables: Record<string, unknown> = {}
  #declarations: string[] = []
  #fragments: string[] = []
  #fields = 0

  constructor(schema: GraphQLSchema, random: Random, known: readonly string[]) {
    this.#schema = schema
    this.#random = random
    this.#known = known
  }

  write(): FuzzOperation {
    this.#variables = {}
    this.#declarations = []
    this.#fragments = []
    this.#fields = 0
    const kind = this.#random.isLucky(CHANCE_OF_SUBSCRIPTION)
      ? 'subscription'
      : this.#random.isLucky(CHANCE_OF_MUTATION)
        ? 'mutation'
        : 'query'
    const root = {
      query: this.#schema.getQueryType(),
      mutation: this.#schema.getMutationType(),
      subscription: this.#schema.getSubscriptionType(),
    }[kind]
    if (!root) throw new Error(`the schema has no ${kind}`)
    const selection =
      kind === 'subscription'
        ? `{ ${this.#field(this.#random.pick(Object.values(root.getFields())), 2, false)} }`
        : this.#selection(root, DEEPEST, false)
    const declared = this.#declarations.length > 0 ? ` (${this.#declarations.join(', ')})` : ''
    return {
      query: [`${kind}${declared} ${selection}`, ...this.#fragments].join('\n'),
      variables: this.#variables,
      isSubscription: kind === 'subscription',
    }
  }

  #selection(type: GraphQLNamedType, depth: number, isShared: boolean): string {
    const count = this.#random.integer(1, MOST_ITEMS)
    const items = Array.from({ length: count }, () => this.#item(type, depth, isShared))
    return `{ ${items.join(' ')} }`
  }

  #item(type: GraphQLNamedType, depth: number, isShared: boolean): string {
    const random = this.#random
    if (isAbstractType(type) && random.isLucky(0.8)) {
      const possible = random.pick(this.#schema.getPossibleTypes(type))
      return `... on ${possible.name}${this.#directive()} ${this.#selection(possible, depth, true)}`
    }
    if (!isObjectType(type) || random.isLucky(0.05)) return `k${this.#next()}: __typename`
    if (depth > 0 && random.isLucky(0.1)) {
      const name = `F${this.#fragments.length}_${this.#next()}`
      this.#fragments.push(
        `fragment ${name} on ${type.name} ${this.#selection(type, depth - 1, true)}`,
      )
      return `...${name}${this.#directive()}${random.isLucky(0.2) ? ` ...${name}` : ''}`
    }
    const fields = Object.values(type.getFields()).filter(
      (field) =>
        !isCompositeType(getNamedType(field.type)) || (depth > 0 && this.#fields < MOST_FIELDS),
    )
    if (fields.length === 0) return `k${this.#next()}: __typename`
    return this.#field(random.pick(fields), depth, isShared)
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, isShared: boolean): string {
    this.#fields += 1
    const args = this.#arguments(field.args)
    const needsKey = isShared || args !== '' || this.#random.isLucky(0.4)
    const key = needsKey ? `${this.#key()}: ` : ''
    const type = getNamedType(field.type)
    const inner = isCompositeType(type)
      ? ` ${this.#selection(type, depth - 1, isAbstractType(type))}`
      : ''
    return `${key}${field.name}${args}${this.#directive()}${inner}`
  }

  #key(): string {
    const odd = this.#random.isLucky(0.1) ? this.#random.pick(ODD_NAMES) : 'k'
    return `${odd}${this.#random.isLucky(0.05) ? '' : String(this.#next())}`
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.filter(({ type }) => isNonNullType(type) || this.#random.isLucky(0.25))
    if (given.length === 0) return ''
    return `(${given.map(({ name, type }) => `${name}: ${this.#text(name, type)}`).join(', ')})`
  }

  #directive(): string {
    if (!this.#random.isLucky(0.1)) return ''
    const name = this.#random.pick(['include', 'skip'])
    if (this.#random.isLucky(0.5)) return ` @${name}(if: ${String(this.#random.isLucky(0.5))})`
    return ` @${name}(if: ${this.#variable('Boolean!', this.#random.isLucky(0.5))})`
  }

  #text(name: string, type: GraphQLInputType): string {
    const value = this.#value(name, type)
    return this.#random.isLucky(0.5) ? this.#variable(String(type), value) : literal(type, value)
  }

  #variable(type: string, value: unknown): string {
    const name = `v${this.#declarations.length}`
    this.#declarations.push(`$${name}: ${type}`)
    this.#variables[name] = value
    return `$${name}`
  }

  #value(name: string, type: GraphQLInputType): unknown {
    const random = this.#random
    if (isNonNullType(type)) return this.#value(name, type.ofType)
    if (random.isLucky(0.03)) return null
    if (isListType(type)) {
      return Array.from({ length: random.integer(0, 3) }, () => this.#value(name, type.ofType))
    }
    if (isEnumType(type)) return random.pick(type.getValues()).name
    if (isInputObjectType(type)) {
      return Object.fromEntries(
        Object.values(type.getFields())
          .filter((field) => isNonNullType(field.type) || random.isLucky(0.3))
          .map((field) => [field.name, this.#value(field.name, field.type)]),
      )
    }
    return this.#scalar(name, getNamedType(type).name)
  }

  #scalar(name: string, type: string): unknown {
    const random = this.#random
    switch (type) {
      case 'Int':
        return random.pick([1, 2, 5, 10, random.integer(0, 110)])
      case 'Boolean':
        return random.isLucky(0.5)
      case 'Float':
        return random.fraction() * 100
      case 'DateTime':
        return new Date(1_700_000_000_000 + random.integer(0, 2_000_000_000) * 50).toISOString()
      case 'Date':
        return new Date(random.integer(0, 2_000_000_000) * 500).toISOString().slice(0, 10)
      case 'Decimal':
        return random.pick(['7.50', 7.5, 12, '0.01', '1000000'])
      case 'UUID':
        return this.#known.length > 0 && random.isLucky(0.7)
          ? random.pick(this.#known.filter((text) => text.length === 36))
          : random.uuid()
      case 'JSONObject':
        return { then: random.integer(0, 9), nested: { constructor: [name] } }
      default:
        return random.isLucky(0.4) && this.#known.length > 0
          ? random.pick(this.#known)
          : `text ${random.integer(0, 99)}`
    }
  }

  #next(): number {
    this.#fields += 1
    return this.#fields
  }
}

/** Writes a value into an operation. */
function literal(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return literal(type.ofType, value)
  if (value === null || value === undefined) return 'null'
  if (isListType(type) && Array.isArray(value)) {
    return `[${value.map((item) => literal(type.ofType, item)).join(', ')}]`
  }
  if (isEnumType(type) && typeof value === 'string') return value
  if (typeof value === 'object') {
    const fields = isInputObjectType(type) ? type.getFields() : {}
    const parts = Object.entries(value).map(([name, part]) => {
      const field = fields[name]
      return `${name}: ${field ? literal(field.type, part) : plain(part)}`
    })
    return `{ ${parts.join(', ')} }`
  }
  return JSON.stringify(value)
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, part]) => `${name}: ${plain(part)}`)
      .join(', ')} }`
  }
  return JSON.stringify(value)
}
