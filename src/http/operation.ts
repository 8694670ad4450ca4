import { type DocumentNode, getOperationAST, type OperationDefinitionNode, parse } from 'graphql'

/** The parameters of a GraphQL request, as they came. */
export interface OperationParameters {
  readonly query?: unknown
  readonly operationName?: unknown
}

/** An operation and the document that it is in. */
export interface Operation {
  readonly operation: OperationDefinitionNode
  readonly document: DocumentNode
}

/**
 * The operation that a request asks for; undefined where it names none, or is no GraphQL of at most so many
 * tokens.
 */
export function operationOf(
  { query, operationName }: OperationParameters,
  maxTokens?: number,
): Operation | undefined {
  if (typeof query !== 'string') return undefined
  try {
    const document = parse(query, { noLocation: true, ...(maxTokens && { maxTokens }) })
    const name = typeof operationName === 'string' ? operationName : undefined
    const operation = getOperationAST(document, name)
    return operation ? { operation, document } : undefined
  } catch {
    return undefined
  }
}

/** What the operation that a request asks for is called; undefined where it has no name. */
export function operationNameOf(parameters: OperationParameters): string | undefined {
  return operationOf(parameters)?.operation.name?.value
}
