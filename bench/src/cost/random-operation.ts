import {
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql'
import type { Random } from './random.ts'
import type { Identity, Records } from './record.ts'
import type { Operation } from './tally.ts'

// Most pages are small, as most clients' are, and some are as large as the gateway allows.
const PAGE_SIZES = [1, 2, 5, 10, 20, 20, 50, 100]
// A page in each row of a page is smaller, or few such operations would be accepted.
const NESTED_PAGE_SIZES = [1, 2, 3, 5, 10, 20]
const DEEPEST = 4
const DAYS_OF_DATA = 700
const DAY_MILLISECONDS = 86_400_000

/** Whose UUID a filter wants. */
const FILTERED_TYPES: Readonly<Record<string, string>> = {
  personUuid: 'Person',
  pledgeUuid: 'Pledge',
  callUuid: 'Call',
}

/** Makes random reads that the schema allows: the same ones for the same seed, schema and records. */
export class RandomOperations {
  readonly #schema: GraphQLSchema
  readonly #records: Records
  readonly #random: Random
  #variables: { name: string; type: string; value: unknown }[] = []

  constructor(schema: GraphQLSchema, records: Records, random: Random) {
    this.#schema = schema
    this.#records = records
    this.#random = random
  }

  next(): Operation {
    this.#variables = []
    const fields = Object.values(this.#schema.getQueryType()?.getFields() ?? {})
    const lists = fields.filter(({ args }) => args.some(({ name }) => name === 'first'))
    const count = this.#random.oneOf([1, 1, 1, 2, 3])
    const depth = this.#random.oneOf([1, 2, 3, DEEPEST])
    const selected = Array.from({ length: count }, (_, nth) => {
      const field = this.#random.oneOf(this.#random.oneOf([fields, lists, lists]))
      return `f${String(nth)}: ${this.#field(field, depth)}`
    }).join(' ')
    const declared = this.#variables.map(({ name, type }) => `$${name}: ${type}`).join(', ')
    return {
      query: `query Random${declared === '' ? '' : `(${declared})`} { ${selected} }`,
      variables: Object.fromEntries(this.#variables.map(({ name, value }) => [name, value])),
    }
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type)
    if (field.name === 'node' || field.name === 'nodes') return this.#nodes(field.name, depth)
    const isNested = this.#schema.getQueryType()?.getFields()[field.name] !== field
    const args = this.#arguments(field, type.name, isNested)
    return `${field.name}${args} ${isObjectType(type) ? this.#selection(type, depth) : ''}`
  }

  #nodes(field: string, depth: number): string {
    const types = this.#random.some([...this.#records.keys()], field === 'node' ? 1 : 2)
    const ids = types.flatMap((type) =>
      this.#random.some(this.#recordsOf(type), this.#random.oneOf([1, 2, 5, 10, 50])),
    )
    const given = field === 'node' ? `id: "${ids[0]?.id ?? ''}"` : `ids: ${this.#idsOf(ids)}`
    const parts = types.map((name) => {
      const type = this.#schema.getType(name)
      return isObjectType(type) ? `... on ${name} ${this.#selection(type, depth)}` : ''
    })
    return `${field}(${given}) { __typename ${parts.join(' ')} }`
  }

  #idsOf(identities: readonly Identity[]): string {
    return this.#variable(
      '[ID!]!',
      identities.map(({ id }) => id),
    )
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields())
    if ('pageInfo' in type.getFields()) return this.#page(type, depth)
    const isLeaf = (field: GraphQLField<unknown, unknown>) => isLeafType(getNamedType(field.type))
    const leaves = this.#random.some(fields.filter(isLeaf), this.#random.oneOf([1, 2, 4, 8, 16]))
    const objects =
      depth > 1
        ? this.#random.some(
            fields.filter((field) => !isLeaf(field)),
            this.#random.oneOf([1, 1, 2, 3, 5]),
          )
        : []
    const selected = [
      '__typename',
      ...leaves.map(({ name }) => name),
      ...objects.map((field) => this.#field(field, depth - 1)),
    ]
    return `{ ${selected.join(' ')} }`
  }

  #page(type: GraphQLObjectType, depth: number): string {
    const node = getNamedType(type.getFields()['nodes']?.type)
    if (!isObjectType(node)) throw new Error(`${type.name} has no nodes`)
    const parts: string[] = []
    const form = this.#random.oneOf(['nodes', 'nodes', 'edges', 'none'])
    if (form === 'nodes') parts.push(`nodes ${this.#selection(node, depth)}`)
    if (form === 'edges') parts.push(`edges { cursor node ${this.#selection(node, depth)} }`)
    if (form === 'none' || this.#random.oneOf([true, false, false, false])) parts.push('totalCount')
    if (this.#random.oneOf([true, false])) parts.push('pageInfo { hasNextPage endCursor }')
    return `{ ${parts.join(' ')} }`
  }

  #arguments(
    { args }: GraphQLField<unknown, unknown>,
    typename: string,
    isNested: boolean,
  ): string {
    const given: string[] = []
    for (const { name, type } of args) {
      if (name === 'uuid') {
        const { uuid } = this.#random.oneOf(this.#recordsOf(typename))
        given.push(`uuid: ${this.#variable('UUID!', uuid)}`)
      } else if (name === 'filter' && this.#random.oneOf([true, false, false, false])) {
        given.push(`filter: ${this.#filter(getNamedType(type).name)}`)
      } else if (name === 'orderBy' && this.#random.oneOf([true, false, false])) {
        given.push(`orderBy: ${this.#order(getNamedType(type).name)}`)
      }
    }
    if (
      args.some(({ name }) => name === 'first') &&
      this.#random.oneOf([true, true, true, false])
    ) {
      const size = this.#random.oneOf(isNested ? NESTED_PAGE_SIZES : PAGE_SIZES)
      const name = this.#random.oneOf(['first', 'first', 'first', 'last'])
      const value = this.#random.oneOf([true, false]) ? this.#variable('Int', size) : String(size)
      given.push(`${name}: ${value}`)
    }
    return given.length === 0 ? '' : `(${given.join(', ')})`
  }

  #filter(typename: string): string {
    const type = this.#schema.getType(typename)
    const fields = isInputObjectType(type) ? Object.values(type.getFields()) : []
    const conditions = this.#random
      .some(fields, this.#random.oneOf([1, 2]))
      .map((field) => this.#condition(field))
      .filter((condition) => condition !== undefined)
    return `{ ${conditions.join(', ')} }`
  }

  /** Undefined for a condition whose values nobody can guess. */
  #condition({ name, type }: GraphQLInputField): string | undefined {
    const value = getNamedType(type)
    if (isEnumType(value) && isListType(getNullableType(type))) {
      const names = value.getValues().map((each) => each.name)
      return `${name}: [${this.#random.some(names, this.#random.oneOf([1, 2, 4])).join(', ')}]`
    }
    if (value.name === 'Boolean') return `${name}: ${String(this.#random.oneOf([true, false]))}`
    if (value.name === 'DateTime') {
      const days = this.#random.oneOf([1, 30, 180, DAYS_OF_DATA])
      const instant = new Date(Date.now() - days * DAY_MILLISECONDS).toISOString()
      return `${name}: ${this.#variable('DateTime', instant)}`
    }
    if (value.name !== 'UUID') return undefined
    const records = this.#recordsOf(FILTERED_TYPES[name] ?? 'Organization')
    const { uuid } = this.#random.oneOf(records)
    return isListType(getNullableType(type)) ? `${name}: ["${uuid}"]` : `${name}: "${uuid}"`
  }

  #order(typename: string): string {
    const type = this.#schema.getType(typename)
    const field = isInputObjectType(type)
      ? getNamedType(type.getFields()['field']?.type)
      : undefined
    const names = isEnumType(field) ? field.getValues().map(({ name }) => name) : []
    return `{ field: ${this.#random.oneOf(names)}, direction: ${this.#random.oneOf(['ASC', 'DESC'])} }`
  }

  #variable(type: string, value: unknown): string {
    const name = `v${String(this.#variables.length)}`
    this.#variables.push({ name, type, value })
    return `$${name}`
  }

  #recordsOf(typename: string): readonly Identity[] {
    const records = this.#records.get(typename)
    if (!records) throw new Error(`the database has no ${typename}`)
    return records
  }
}
