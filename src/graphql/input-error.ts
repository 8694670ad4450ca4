import { type ASTNode, GraphQLError } from 'graphql'
import type { UnfitValue } from './unfit-value.ts'

/** A place that does not fit, as an error tells it. */
export interface UnfitPlace extends UnfitValue {
  /** The place in words, such as `Argument "filter.type" of Query.pledges`. */
  readonly place: string
  readonly node: ASTNode
}

// Whoever made a mistake in many places mends a few of them at a time.
const MOST_PLACES = 10

// With what is around it, the error stays below 4 KiB.
const MOST_BYTES = 3_072

/**
 * All that does not fit its type, as one error; undefined where there is nothing. It names each place in words
 * and in `extensions.fields`, as many as go into a short answer.
 */
export function unfitError(unfit: Iterable<UnfitPlace>): GraphQLError | undefined {
  const fields: (readonly string[])[] = []
  const messages: string[] = []
  const nodes = new Set<ASTNode>()
  let bytes = 0
  for (const { place, message, path, node } of unfit) {
    const text = `${place} ${message}.`
    bytes += Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(path))
    if (fields.length === MOST_PLACES || (fields.length > 0 && bytes > MOST_BYTES)) {
      messages.push('There is more.')
      break
    }
    fields.push(path)
    messages.push(text)
    nodes.add(node)
  }
  if (fields.length === 0) return undefined
  return new GraphQLError(messages.join(' '), {
    nodes: [...nodes],
    extensions: { code: 'BAD_USER_INPUT', fields },
  })
}
