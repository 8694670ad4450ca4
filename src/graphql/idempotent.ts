import {
  DirectiveLocation,
  getDirectiveValues,
  GraphQLDirective,
  GraphQLError,
  GraphQLNonNull,
  type GraphQLResolveInfo,
  GraphQLString,
  type ValidationRule,
} from 'graphql'
import { LONGEST_LABEL } from '../core/column.ts'

/** Asks for an act to be done once, however often it is sent. */
export const idempotentDirective = new GraphQLDirective({
  name: 'idempotent',
  description:
    'One act, once: on a field of a mutation itself. The same key, by the same account, with the same mutation and input again does nothing and answers as the first did, with the record as it is now. With another input or mutation it is an InvalidInputError on `["@idempotent", "key"]`. Inputs are compared as they are understood: 7.5 is "7.5", and null is the same as absent where it means the same. What is sent while the first is still at it waits for it. An act that failed is not remembered: the same key tries it again. Keys are remembered for 24 hours at least. A repetition needs the permission, and shows the record only where the account still sees it.',
  locations: [DirectiveLocation.FIELD],
  args: {
    key: {
      type: new GraphQLNonNull(GraphQLString),
      description: `What tells this act from all others of the account: 1 to ${String(LONGEST_LABEL)} characters, not blank. Make a random UUID for each act, and send the same one again whenever no answer came.`,
    },
  },
})

/** The different keys with which a field is selected; none where its client does not ask for it to be done once. */
export function idempotencyKeysIn({ fieldNodes, variableValues }: GraphQLResolveInfo): string[] {
  const keys = fieldNodes.flatMap((node) => {
    const values = getDirectiveValues(idempotentDirective, node, variableValues)
    return values ? [values['key'] as string] : []
  })
  return [...new Set(keys)]
}

/** The rule for where the directive stands: on what is done, and not on what is read. */
export const idempotentOnActs: ValidationRule = (context) => ({
  Field(node) {
    const directive = node.directives?.find(({ name }) => name.value === idempotentDirective.name)
    if (!directive) return
    const mutation = context.getSchema().getMutationType()
    const isAct = mutation?.getFields()[node.name.value] && context.getParentType() === mutation
    if (isAct) return
    const message = `Directive "@${idempotentDirective.name}" may only be used on a field of a mutation itself.`
    context.reportError(new GraphQLError(message, { nodes: directive }))
  },
})
