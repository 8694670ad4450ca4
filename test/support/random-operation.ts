import type * as fc from 'fast-check'
import {
  getNamedType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql'
import { schema } from '../../src/schema.ts'
import { type Choice, chosen } from './choice.ts'
import { RandomArguments } from './random-argument.ts'
import type { World } from './world.ts'

export interface RandomOperation {
  readonly source: string
  /** The variables of each of several runs. */
  readonly variables: readonly Record<string, unknown>[]
}

type Composite = GraphQLObjectType | GraphQLInterfaceType
type Field = GraphQLField<unknown, unknown>

interface Place {
  readonly type: Composite
  /** How many more levels of records may be selected below. */
  readonly depth: number
  /** Whether every field needs a key of its own, because fields of other types may be its neighbours. */
  readonly isShared?: boolean
}

interface Fragment {
  readonly name: string
  readonly type: string
  readonly text: string
}

const DEEPEST = 7
const MOST_FIELDS = 60

/** Any query that the schema allows, about records that the world has. */
export function randomOperations(world: World): fc.Arbitrary<RandomOperation> {
  return chosen((choice) => new OperationWriter(choice, world).write())
}

class OperationWriter {
  readonly #choice: Choice
  readonly #arguments: RandomArguments
  readonly #fragments: Fragment[] = []
  #keys = 0
  #fields = 0

  constructor(choice: Choice, world: World) {
    this.#choice = choice
    this.#arguments = new RandomArguments(choice, world)
  }

  write(): RandomOperation {
    const query = schema.getQueryType()!
    const selection = this.#selection({ type: query, depth: DEEPEST }, 1)
    const fragments = this.#fragments.map(({ text }) => text)
    return {
      source: [`query${this.#arguments.declarations()} ${selection}`, ...fragments].join('\n'),
      variables: this.#arguments.variables,
    }
  }

  #selection(place: Place, most = 3): string {
    const items = Array.from({ length: 1 + this.#choice.upTo(most) }, () => this.#item(place))
    return `{ ${items.join(' ')} }`
  }

  #item(place: Place): string {
    const { among, chance } = this.#choice
    if (isAbstractType(place.type) && chance(0.8)) return this.#inlineFragment(place)
    switch (
      among(['field', 'field', 'field', 'field', 'field', 'twice', 'inline', 'spread', 'name'])
    ) {
      case 'field':
        return this.#field(place)
      case 'twice':
        return this.#fieldInTwoPlaces(place)
      case 'inline':
        return this.#inlineFragment(place)
      case 'spread':
        return this.#spread(place)
      default:
        return place.isShared || chance(0.5) ? `${this.#key()}: __typename` : '__typename'
    }
  }

  #field(place: Place): string {
    const { head, selection } = this.#headOf(place)
    return `${head}${this.#arguments.directive()}${selection()}`
  }

  /** The same field under the same key, selected from two places: the selections are to be merged. */
  #fieldInTwoPlaces(place: Place): string {
    const { head, selection } = this.#headOf(place)
    const once = `${head}${this.#arguments.directive()}${selection()}`
    const again = `${head}${this.#arguments.directive()}${selection()}`
    return this.#choice.chance(0.5) ? `${once} ${again}` : `${once} ... { ${again} }`
  }

  #headOf({ type, depth, isShared = false }: Place) {
    const { among, chance } = this.#choice
    const fields = Object.values<Field>(type.getFields())
    const nested = fields.filter((field) => !isLeafType(getNamedType(field.type)))
    const leaves = fields.filter((field) => isLeafType(getNamedType(field.type)))
    this.#fields += 1
    const mayNest = nested.length > 0 && depth > 0 && this.#fields < MOST_FIELDS
    const isNested = leaves.length === 0 || (mayNest && chance(0.6))
    const field = among(isNested ? nested : leaves)
    const args = this.#arguments.of(type.name, field)
    const key = isShared || args !== '' || chance(0.3) ? `${this.#key()}: ` : ''
    return {
      head: `${key}${field.name}${args}`,
      selection: () => this.#selectionOf(field, depth),
    }
  }

  #selectionOf(field: Field, depth: number): string {
    const type = getNamedType(field.type)
    if (!isObjectType(type) && !isInterfaceType(type)) return ''
    return ` ${this.#selection({ type, depth: depth - 1, isShared: isInterfaceType(type) })}`
  }

  #inlineFragment(place: Place): string {
    const { among, chance } = this.#choice
    const { type } = place
    const condition = isAbstractType(type)
      ? among([...schema.getPossibleTypes(type), type])
      : chance(0.5)
        ? type
        : undefined
    const inside = this.#selection({ ...place, type: condition ?? type }, 2)
    return `...${condition ? ` on ${condition.name}` : ''}${this.#arguments.directive()} ${inside}`
  }

  #spread(place: Place): string {
    const { among, chance } = this.#choice
    const known = this.#fragments.filter(({ type }) => type === place.type.name)
    const fragment =
      known.length > 0 && !place.isShared && chance(0.5) ? among(known) : this.#fragment(place)
    const spread = () => `...${fragment.name}${this.#arguments.directive()}`
    return chance(0.2) ? `${spread()} ${spread()}` : spread()
  }

  #fragment(place: Place): Fragment {
    const type = place.type.name
    const inside = this.#selection(place, 2)
    const name = `F${String(this.#fragments.length)}`
    const fragment = { name, type, text: `fragment ${name} on ${type} ${inside}` }
    this.#fragments.push(fragment)
    return fragment
  }

  /** A response key of its own; now and then one that is too long for a name in Postgres. */
  #key(): string {
    this.#keys += 1
    const key = `k${String(this.#keys)}`
    return this.#choice.chance(0.05) ? `${'long_'.repeat(13)}${key}` : key
  }
}
