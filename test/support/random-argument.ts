import * as fc from 'fast-check'
import {
  getNamedType,
  GraphQLBoolean,
  type GraphQLField,
  type GraphQLInputType,
  GraphQLNonNull,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { encodeCursor } from '../../src/read/cursor.ts'
import { encodePlainCursor } from '../../src/read/numbered-cursor.ts'
import type { Choice } from './choice.ts'
import { hiddenCursorOf } from './hidden-cursor.ts'
import { EXTERNAL_NAMES, WORLD_INSTANTS, WORLD_PLAIN_UNTIL } from './random-world.ts'
import type { World } from './world.ts'

type Field = GraphQLField<unknown, unknown>

/** A value, and how another one is made for it or for an item of it. */
interface Given {
  readonly value: unknown
  readonly vary: (type: GraphQLInputType) => unknown
}

type Order = { readonly field: string; readonly direction: 'ASC' | 'DESC' }

/** How often one operation is run, each time with other values. */
const RUNS = 3

const uuids = fc.uuid({ version: 4 })

/** The tables of the nodes of each type. */
const TABLES = {
  Pledge: 'pledges',
  Call: 'calls',
  Person: 'persons',
  Organization: 'organizations',
  User: 'users',
  FocusArea: 'focusAreas',
  Transaction: 'transactions',
  Change: 'changes',
} as const satisfies Record<string, keyof World>
type Typename = keyof typeof TABLES

/** Writes random arguments, as literals and as variables, and keeps the variables. */
export class RandomArguments {
  /** Several sets of values for the same variables. */
  readonly variables: Record<string, unknown>[] = Array.from({ length: RUNS }, () => ({}))
  readonly #choice: Choice
  readonly #world: World
  readonly #declarations: string[] = []

  constructor(choice: Choice, world: World) {
    this.#choice = choice
    this.#world = world
  }

  declarations(): string {
    return this.#declarations.length === 0 ? '' : ` (${this.#declarations.join(', ')})`
  }

  /** A field's arguments in parentheses; nothing where none is given. */
  of(typename: string, field: Field): string {
    const given = this.#valuesFor(typename, field)
    const list = field.args
      .filter(({ name }) => name in given)
      .map(({ name, type }) => `${name}: ${this.#text(type, given[name]!)}`)
    return list.length === 0 ? '' : `(${list.join(', ')})`
  }

  /** Often none; otherwise one that mostly includes. */
  directive(): string {
    const { chance } = this.#choice
    if (chance(0.85)) return ''
    const condition = chance(0.7)
    const vary = () => chance(0.5)
    const text = this.#text(new GraphQLNonNull(GraphQLBoolean), { value: condition, vary })
    return condition === chance(0.8) ? ` @include(if: ${text})` : ` @skip(if: ${text})`
  }

  #valuesFor(typename: string, field: Field): Record<string, Given> {
    const { among, chance, upTo } = this.#choice
    const given: Record<string, Given> = {}
    const give = (name: string, make: () => unknown) => {
      given[name] = { value: make(), vary: make }
    }
    for (const { name, type } of field.args) {
      const node = getNamedType(field.type).name
      if (name === 'id') give(name, () => this.#globalId())
      else if (name === 'uuid') give(name, () => this.#uuidOf(node as Typename))
      else if (name === 'ids') {
        const value = many(1 + upTo(4), () => this.#globalId())
        given[name] = { value, vary: (inner) => (isListType(inner) ? value : this.#globalId()) }
      } else if ((name === 'filter' && chance(0.3)) || (name === 'orderBy' && chance(0.5))) {
        give(name, () => this.#value(name, type))
      }
    }
    if (!field.args.some(({ name }) => name === 'first')) return given
    const [one, other] = among([
      ['first', 'last'],
      ['last', 'first'],
    ] as const)
    if (chance(0.7)) give(one, () => among([1, 2, 3, 5, 100]))
    if (chance(0.2)) give(other, () => null)
    for (const name of ['after', 'before']) {
      if (chance(0.85)) continue
      // Mostly of the order that is asked for: variables may change that.
      const cursor = this.#cursor(typename, field, given['orderBy']?.value)
      give(name, () => (chance(0.5) ? cursor : null))
    }
    return given
  }

  #cursor(typename: string, field: Field, orderBy: unknown): string {
    const { among, chance } = this.#choice
    const { field: order, direction } = (orderBy as Order | null | undefined) ?? {
      field: 'CREATED_AT',
      direction: 'DESC',
    }
    const node = getNamedType(field.type).name.replace(/Connection$/, '') as Typename
    if (node === 'Change') {
      const list = typename === 'Query' ? 'changes' : `${typename}.changes`
      const { number, position, uuid } = among(this.#world.changes)
      const name = `${list} POSITION ASC`
      const mark = chance(0.5) ? uuid.slice(0, 8) : ''
      if (position === null || (mark === '' && chance(0.4))) {
        return encodePlainCursor(name, { number: Math.min(number, WORLD_PLAIN_UNTIL), mark: '' })
      }
      return position > WORLD_PLAIN_UNTIL || chance(0.5)
        ? hiddenCursorOf(name, { position, uuid })
        : encodePlainCursor(name, { number: position, mark })
    }
    const row = among<object>(this.#world[TABLES[node]]) as Record<string, unknown>
    const column = { CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', REQUESTED_AT: 'requestedAt' }
    const at = chance(0.8) ? row[column[order as keyof typeof column]] : among(WORLD_INSTANTS)
    return encodeCursor(`${typename}.${field.name} ${order} ${direction}`, {
      at: (at as Date).toISOString(),
      uuid: chance(0.9) ? (row['uuid'] as string) : this.#choice.from(uuids),
    })
  }

  #value(name: string, type: GraphQLInputType): unknown {
    const { among, chance, upTo } = this.#choice
    if (isNonNullType(type)) return this.#presentValue(name, type.ofType)
    if (chance(0.1)) return null
    if (isListType(type)) return many(upTo(3), () => this.#value(name, type.ofType))
    if (isEnumType(type)) return among(type.getValues()).name
    return this.#presentValue(name, type)
  }

  #presentValue(name: string, type: GraphQLInputType): unknown {
    const { among, chance, upTo } = this.#choice
    if (isEnumType(type)) return among(type.getValues()).name
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || chance(0.15),
      )
      return Object.fromEntries(
        fields.map((field) => [field.name, this.#value(field.name, field.type)]),
      )
    }
    switch (getNamedType(type).name) {
      case 'Boolean':
        return chance(0.5)
      case 'DateTime':
        return this.#instant()
      case 'UUID':
        return this.#uuidOf(
          name.startsWith('person')
            ? 'Person'
            : name.startsWith('pledge')
              ? 'Pledge'
              : name.startsWith('call')
                ? 'Call'
                : 'Organization',
        )
      default:
        return /name/i.test(name)
          ? among(EXTERNAL_NAMES)
          : `${among(['id', 'reference'])} ${String(upTo(23))}`
    }
  }

  /** As text with any offset, sometimes with digits that are cut off. */
  #instant(): string {
    const { among, chance } = this.#choice
    const offset = among([0, 2, -11])
    const local = new Date(among(WORLD_INSTANTS).getTime() + offset * 3_600_000).toISOString()
    const sign = offset < 0 ? '-' : '+'
    const zone = offset === 0 ? 'Z' : `${sign}${String(Math.abs(offset)).padStart(2, '0')}:00`
    return local.replace('Z', `${chance(0.2) ? '999' : ''}${zone}`)
  }

  #uuidOf(typename: Typename): string {
    const { among, chance, from } = this.#choice
    const uuid = chance(0.9)
      ? among<{ uuid: string }>(this.#world[TABLES[typename]]).uuid
      : from(uuids)
    return chance(0.1) ? uuid.toUpperCase() : uuid
  }

  #globalId(): string {
    const typename = this.#choice.among(Object.keys(TABLES) as Typename[])
    return btoa(`${typename}:${this.#uuidOf(typename).toLowerCase()}`)
  }

  #text(type: GraphQLInputType, given: Given): string {
    return this.#choice.chance(0.3) ? this.#variable(type, given) : this.#literal(type, given)
  }

  #variable(type: GraphQLInputType, { value, vary }: Given): string {
    const { chance } = this.#choice
    const name = `v${String(this.#declarations.length)}`
    const isDefault = chance(0.2)
    const declared = isDefault ? `${String(type)} = ${plainText(type, value)}` : String(type)
    this.#declarations.push(`$${name}: ${declared}`)
    for (const [run, values] of this.variables.entries()) {
      const now = run === 0 ? value : vary(type)
      // What is null may as well not be given at all, and neither need the default be.
      const mayBeAbsent = isDefault || now === null
      if (!mayBeAbsent || chance(0.5)) values[name] = now
    }
    return `$${name}`
  }

  #literal(type: GraphQLInputType, { value, vary }: Given): string {
    const writePart = (inner: GraphQLInputType, part: unknown, name?: string) =>
      this.#text(inner, {
        value: part,
        vary: name === undefined ? vary : (type) => this.#value(name, type),
      })
    return written(type, value, writePart, this.#choice.chance(0.2))
  }
}

function plainText(type: GraphQLInputType, value: unknown): string {
  return written(type, value, plainText, false)
}

/** Writes a value, its parts by the given function; a list of one may be written as its only item. */
function written(
  type: GraphQLInputType,
  value: unknown,
  writePart: (type: GraphQLInputType, value: unknown, name?: string) => string,
  mayDropBrackets: boolean,
): string {
  if (isNonNullType(type)) return written(type.ofType, value, writePart, mayDropBrackets)
  if (value === null) return 'null'
  if (isListType(type)) {
    const items = (value as unknown[]).map((item) => writePart(type.ofType, item))
    const [only = ''] = items
    return mayDropBrackets && items.length === 1 && !only.startsWith('$')
      ? only
      : `[${items.join(', ')}]`
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields()
    const parts = Object.entries(value as object).map(
      ([name, part]) => `${name}: ${writePart(fields[name]!.type, part, name)}`,
    )
    return `{ ${parts.join(', ')} }`
  }
  return isEnumType(type) ? (value as string) : JSON.stringify(value)
}

function many<Value>(count: number, make: () => Value): Value[] {
  return Array.from({ length: count }, make)
}
