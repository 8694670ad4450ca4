import {
  GraphQLError,
  type ValidationContext,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
} from 'graphql'

/**
 * GraphQL's own rule for literal values, with the argument's name in front of what it says: a scalar's
 * refusal alone tells what is accepted, not where.
 */
export const NamedValuesOfCorrectTypeRule: ValidationRule = (context) => {
  const reportError = (error: GraphQLError) => {
    const place = placeOf(context)
    context.reportError(
      place === undefined
        ? error
        : new GraphQLError(`Argument ${place}: ${error.message}`, {
            ...(error.nodes && { nodes: error.nodes }),
            extensions: error.extensions,
          }),
    )
  }
  return ValuesOfCorrectTypeRule(
    Object.create(context, { reportError: { value: reportError } }) as ValidationContext,
  )
}

function placeOf(context: ValidationContext): string | undefined {
  const argument = context.getArgument()
  const field = context.getFieldDef()
  const parent = context.getParentType()
  return argument && field && parent
    ? `"${argument.name}" of ${parent.name}.${field.name}`
    : undefined
}
