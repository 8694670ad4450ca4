import { GraphQLError, type GraphQLEnumType, type GraphQLSchema, isEnumType } from 'graphql'

/** Has every enum say what it accepts, to whoever gives something else. */
export function tellEnumValues(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isEnumType(type)) tellValuesOf(type)
  }
  return schema
}

function tellValuesOf(type: GraphQLEnumType): void {
  const accepted = type.getValues().map(({ name }) => name)
  const told = <Result>(read: () => Result): Result => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      const what = error.message.replace(/\.?( Did you mean .*)?$/, '')
      throw new GraphQLError(`${what}: it must be one of ${accepted.join(', ')}.`, {
        ...(error.nodes && { nodes: error.nodes }),
      })
    }
  }
  const parseValue = type.parseValue.bind(type)
  const parseLiteral = type.parseLiteral.bind(type)
  type.parseValue = (input): unknown => told((): unknown => parseValue(input))
  type.parseLiteral = (node, variables): unknown =>
    told((): unknown => parseLiteral(node, variables))
}
