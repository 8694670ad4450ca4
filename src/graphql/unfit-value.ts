import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLLeafType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type ValueNode,
} from 'graphql'

/** The name under which a scalar's extensions keep in words what it accepts. */
export const ACCEPTS = 'pledgelineAccepts'

/** What a value's place in an input is: the argument or variable, then names and positions in lists. */
export type InputPath = readonly string[]

/** A place of an input where the value does not fit its type. */
export interface UnfitValue {
  readonly path: InputPath
  /** In words that go on from the place's name. The value is never in them: it may be a donor's. */
  readonly message: string
}

/** A value of an input as it was given: JSON of a variable, or a literal in an operation. */
interface Given {
  /** Whether it is a variable in a literal, which is looked at where the variable is. */
  readonly isVariable?: boolean
  readonly isNull: boolean
  /** Undefined for what is no list. */
  items(): Iterable<Given> | undefined
  /** Undefined for what is no object. */
  fields(): ReadonlyMap<string, Given> | undefined
  isAcceptedBy(type: GraphQLLeafType): boolean
}

/** Whether to say in errors what the operation did not name: what an enum accepts. */
export interface Telling {
  readonly tellsSchema: boolean
}

const LONGEST_NAME = 64
const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/

const BUILT_IN: Readonly<Record<string, string>> = {
  Boolean: 'true or false',
  Float: 'a number',
  ID: 'a string or a whole number',
  Int: 'a whole number from -2147483648 to 2147483647',
  String: 'a string',
}

/** The places where JSON does not fit an input type, one after another and only as far as they are asked for. */
export function unfitInJson(
  type: GraphQLInputType,
  value: unknown,
  name: string,
  telling: Telling,
): Iterable<UnfitValue> {
  return unfitValues(type, givenAsJson(value), [shortName(name)], telling)
}

/** The places where a literal does not fit an input type. */
export function unfitInLiteral(
  type: GraphQLInputType,
  node: ValueNode,
  name: string,
  telling: Telling,
): Iterable<UnfitValue> {
  return unfitValues(type, givenAsLiteral(node), [shortName(name)], telling)
}

function* unfitValues(
  type: GraphQLInputType,
  given: Given,
  path: InputPath,
  telling: Telling,
): Generator<UnfitValue, void> {
  if (given.isVariable) return
  if (isNonNullType(type)) {
    if (given.isNull) yield { path, message: 'must not be null' }
    else yield* unfitValues(type.ofType, given, path, telling)
  } else if (given.isNull) {
    return
  } else if (isListType(type)) {
    // A single value stands for a list of one.
    const items = given.items()
    if (!items) yield* unfitValues(type.ofType, given, path, telling)
    let position = 0
    for (const item of items ?? []) {
      yield* unfitValues(type.ofType, item, [...path, String(position)], telling)
      position += 1
    }
  } else if (isInputObjectType(type)) {
    yield* unfitFields(type, given, path, telling)
  } else if (!given.isAcceptedBy(type)) {
    yield { path, message: `must be ${acceptedBy(type, telling)}` }
  }
}

function* unfitFields(
  type: GraphQLInputObjectType,
  given: Given,
  path: InputPath,
  telling: Telling,
): Generator<UnfitValue, void> {
  const fields = given.fields()
  if (!fields) {
    yield { path, message: 'must be an object' }
    return
  }
  const known = type.getFields()
  for (const field of Object.values(known)) {
    const value = fields.get(field.name)
    const at = [...path, field.name]
    if (value) yield* unfitValues(field.type, value, at, telling)
    else if (isRequiredInputField(field)) yield { path: at, message: 'must be given' }
  }
  if (type.isOneOf && !hasExactlyOne(fields)) {
    yield { path, message: 'must have exactly one field, which is not null' }
  }
  for (const name of fields.keys()) {
    if (Object.hasOwn(known, name)) continue
    // Whatever is no name may be a value that came into the place of one.
    yield NAME.test(name)
      ? { path: [...path, shortName(name)], message: 'is not a field of this input' }
      : { path, message: 'has a field that is not one of this input' }
  }
}

function hasExactlyOne(fields: ReadonlyMap<string, Given>): boolean {
  const [only, ...others] = fields.values()
  return only !== undefined && others.length === 0 && !only.isNull
}

function acceptedBy(type: GraphQLLeafType, { tellsSchema }: Telling): string {
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => name)
    return tellsSchema ? `one of ${names.join(', ')}` : `a value of the enum ${type.name}`
  }
  const accepts = (type.extensions[ACCEPTS] as string | undefined) ?? BUILT_IN[type.name]
  return accepts ?? `a value of the type ${type.name}`
}

/** A name as an error tells it: clients choose how long the names of variables and fields are. */
function shortName(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name
}

function givenAsJson(value: unknown): Given {
  return {
    isNull: value === null || value === undefined,
    items: () => (Array.isArray(value) ? value.map(givenAsJson) : undefined),
    fields: () =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? new Map(
            Object.entries(value)
              .filter(([, field]) => field !== undefined)
              .map(([name, field]) => [name, givenAsJson(field)]),
          )
        : undefined,
    isAcceptedBy: (type) => isRead(() => type.parseValue(value) as unknown),
  }
}

function givenAsLiteral(node: ValueNode): Given {
  return {
    isVariable: node.kind === Kind.VARIABLE,
    isNull: node.kind === Kind.NULL,
    items: () => (node.kind === Kind.LIST ? node.values.map(givenAsLiteral) : undefined),
    fields: () =>
      node.kind === Kind.OBJECT
        ? new Map(node.fields.map(({ name, value }) => [name.value, givenAsLiteral(value)]))
        : undefined,
    isAcceptedBy: (type) => isRead(() => type.parseLiteral(node, undefined) as unknown),
  }
}

function isRead(read: () => unknown): boolean {
  try {
    return read() !== undefined
  } catch {
    return false
  }
}
