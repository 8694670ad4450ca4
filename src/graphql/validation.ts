import {
  type ArgumentNode,
  type GraphQLInputType,
  isInputType,
  typeFromAST,
  type ValidationContext,
  type ValidationRule,
  type VariableDefinitionNode,
} from 'graphql'
import { unfitError, type UnfitPlace } from './input-error.ts'
import { type Telling, unfitInLiteral, type UnfitValue } from './unfit-value.ts'

/**
 * The rule for literal values: each fits the type of its place. GraphQL's own repeats what was given, and tells
 * of the type only; this one tells of all places in one error, and of no value.
 */
export function literalsFit(telling: Telling): ValidationRule {
  return (context) => {
    const unfit: Iterable<UnfitPlace>[] = []
    return {
      Argument(node) {
        const argument = context.getArgument()
        if (argument) unfit.push(unfitInArgument(context, node, argument.type, telling))
      },
      VariableDefinition(node) {
        const type = typeFromAST(context.getSchema(), node.type)
        if (isInputType(type)) unfit.push(unfitInDefault(node, type, telling))
      },
      Document: {
        leave() {
          const error = unfitError(chained(unfit))
          if (error) context.reportError(error)
        },
      },
    }
  }
}

function unfitInArgument(
  context: ValidationContext,
  node: ArgumentNode,
  type: GraphQLInputType,
  telling: Telling,
): Iterable<UnfitPlace> {
  const directive = context.getDirective()
  const field = context.getFieldDef()
  const parent = context.getParentType()
  const owner = directive
    ? ` of @${directive.name}`
    : field && parent
      ? ` of ${parent.name}.${field.name}`
      : ''
  const name = node.name.value
  return placed(unfitInLiteral(type, node.value, name, telling), node, (path) => {
    return `Argument "${path}"${owner}`
  })
}

function unfitInDefault(
  node: VariableDefinitionNode,
  type: GraphQLInputType,
  telling: Telling,
): Iterable<UnfitPlace> {
  if (!node.defaultValue) return []
  const name = node.variable.name.value
  return placed(unfitInLiteral(type, node.defaultValue, name, telling), node, (path) => {
    return `The default of variable "$${path}"`
  })
}

/** Says of values that do not fit in words where they are, and whose node it is. */
export function* placed(
  unfit: Iterable<UnfitValue>,
  node: UnfitPlace['node'],
  placeOf: (path: string) => string,
): Generator<UnfitPlace, void> {
  for (const each of unfit) yield { ...each, node, place: placeOf(each.path.join('.')) }
}

function* chained<Item>(lists: Iterable<Iterable<Item>>): Generator<Item, void> {
  for (const list of lists) yield* list
}
