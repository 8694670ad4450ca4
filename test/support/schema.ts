import {
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql'

/** Something that a schema declares, by its path: `Pledge`, `Pledge.calls`, `Pledge.calls.first`. */
export interface SchemaElement {
  readonly path: string
  readonly description: string | null | undefined
}

/** Everything that the schema declares itself. */
export function elementsOf(schema: GraphQLSchema): SchemaElement[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  )
  const directives = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive))
  return [
    ...types.flatMap((type) => [element(type.name, type), ...membersOf(type)]),
    ...directives.flatMap((directive) => [
      element(`@${directive.name}`, directive),
      ...directive.args.map((argument) => element(`@${directive.name}.${argument.name}`, argument)),
    ]),
  ]
}

/**
 * The names of the types that are reached from the root type without going by way of the given paths:
 * types such as `Subscription`, or fields such as `Query.changes`.
 */
export function typesReachedFrom(
  root: GraphQLNamedType,
  without: ReadonlySet<string>,
): Set<string> {
  const reached = new Set<string>()
  const visit = (type: GraphQLNamedType): void => {
    if (reached.has(type.name) || without.has(type.name)) return
    reached.add(type.name)
    namedTypesIn(type, without).forEach(visit)
  }
  visit(root)
  return reached
}

function namedTypesIn(type: GraphQLNamedType, without: ReadonlySet<string>): GraphQLNamedType[] {
  if (isUnionType(type)) return [...type.getTypes()]
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => getNamedType(field.type))
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  const fields = Object.values(type.getFields()).filter(
    (field) => !without.has(`${type.name}.${field.name}`),
  )
  return [
    ...type.getInterfaces(),
    ...fields.flatMap((field) => [field, ...field.args].map(({ type }) => getNamedType(type))),
  ]
}

function membersOf(type: GraphQLNamedType): SchemaElement[] {
  if (isEnumType(type)) {
    return type.getValues().map((value) => element(`${type.name}.${value.name}`, value))
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) =>
      element(`${type.name}.${field.name}`, field),
    )
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.values(type.getFields()).flatMap((field) => {
    const path = `${type.name}.${field.name}`
    return [
      element(path, field),
      ...field.args.map((argument) => element(`${path}.${argument.name}`, argument)),
    ]
  })
}

function element(path: string, { description }: Pick<SchemaElement, 'description'>): SchemaElement {
  return { path, description }
}
