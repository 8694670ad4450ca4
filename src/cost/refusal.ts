import { GraphQLError } from 'graphql'
import type { Excess, Measure } from './limits.ts'

const MEASURES: Readonly<Record<Measure, string>> = {
  tokens: 'tokens in its document',
  nameLength: 'characters in a name or an alias',
  directives: 'directives',
  depth: 'levels of fields below one another',
  aliases: 'aliases of one field in one place',
  rootFields: 'fields at its root',
  mutations: 'acts',
  fields: 'fields',
  introspection: 'selections of the same list of an introspection',
  cost: 'units of cost',
  answerBytes: 'bytes in a single row of its answer',
}

/** The error for an operation that exceeds a limit. Nothing of the operation was done. */
export function operationTooLarge({ measure, requested, limit }: Excess): GraphQLError {
  const least = measure === 'tokens' ? 'at least ' : ''
  return new GraphQLError(
    `The operation is too large: it has ${least}${String(requested)} ${MEASURES[measure]}, and at most ${String(limit)} are accepted. Split the operation, or ask for smaller pages.`,
    { extensions: { code: 'OPERATION_TOO_LARGE', cost: { measure, requested, limit } } },
  )
}
