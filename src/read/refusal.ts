import { type FieldNode, GraphQLError } from 'graphql'
import type { Permission } from '../core/actor.ts'

/** An argument that is not accepted; the message names it, the field, and what it accepts. */
export function badArgument(
  node: FieldNode | undefined,
  coordinate: string,
  argument: string,
  accepts: string,
): GraphQLError {
  return new GraphQLError(`Argument "${argument}" of ${coordinate} must be ${accepts}.`, {
    ...(node && { nodes: node }),
    extensions: { code: 'BAD_USER_INPUT', argument },
  })
}

/** A field that the account has no permission for. */
export function forbidden(coordinate: string, permission: Permission): GraphQLError {
  return new GraphQLError(`${coordinate} needs the permission ${permission}.`, {
    extensions: { code: 'FORBIDDEN', permission },
  })
}

/** A selection that is too large for one statement. */
export function tooLarge(): GraphQLError {
  return new GraphQLError(
    'The operation selects too many fields, or nests them too deeply. Split it into several.',
    { extensions: { code: 'OPERATION_TOO_LARGE' } },
  )
}
