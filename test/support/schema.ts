import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
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
