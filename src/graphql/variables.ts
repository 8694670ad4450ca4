import {
  type DocumentNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  isInputType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql'
import { unfitError, type UnfitPlace } from './input-error.ts'
import { type Telling, unfitInJson } from './unfit-value.ts'
import { placed } from './validation.ts'

/** An operation and the variables that were given for it. */
export interface VariablesRequest {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined
}

/** What is wrong with the variables of an operation, without what was given; undefined where nothing is. */
export function refuseVariables(
  { schema, document, operationName, variableValues }: VariablesRequest,
  telling: Telling,
): GraphQLError | undefined {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
  if (definitions.length === 0) return undefined
  return unfitError(unfitVariables(schema, definitions, variableValues ?? {}, telling))
}

function* unfitVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  values: Readonly<Record<string, unknown>>,
  telling: Telling,
): Generator<UnfitPlace, void> {
  for (const node of definitions) {
    const type = typeFromAST(schema, node.type)
    // Another type than one of inputs was refused when the operation was validated.
    if (!isInputType(type)) continue
    const name = node.variable.name.value
    const isGiven = Object.hasOwn(values, name) && values[name] !== undefined
    if (!isGiven && (node.defaultValue || !isNonNullType(type))) continue
    const value = isGiven ? values[name] : null
    yield* placed(unfitInJson(type, value, name, telling), node, (path) => `Variable "$${path}"`)
  }
}
