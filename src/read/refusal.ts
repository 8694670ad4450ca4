import { type FieldNode, GraphQLError } from 'graphql'
import type { ReadNeed } from '../core/actor.ts'

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

/** A cursor of a row that is not there, although rows of its list are kept for good. */
export function lostCursor(node: FieldNode, coordinate: string, argument: string): GraphQLError {
  const error = badArgument(
    node,
    coordinate,
    argument,
    'a cursor of this database; this one is of a change that is not there, which is so after an older backup was restored: begin anew, without a cursor',
  )
  lostCursors.add(error)
  return error
}

const lostCursors = new WeakSet<object>()

/** Whether an error is that a cursor's row is not there. */
export function isLostCursor(error: unknown): boolean {
  return typeof error === 'object' && error !== null && lostCursors.has(error)
}

/** What an account is told that is shut out while it follows something. */
export function unauthenticated(): GraphQLError {
  return new GraphQLError('A valid token is needed.', { extensions: { code: 'UNAUTHENTICATED' } })
}

/** A field that the account has no permission for. */
export function forbidden(coordinate: string, need: ReadNeed): GraphQLError {
  const code = 'FORBIDDEN'
  return typeof need === 'string'
    ? new GraphQLError(`${coordinate} needs the permission ${need}.`, {
        extensions: { code, permission: need },
      })
    : new GraphQLError(`${coordinate} needs one of the permissions ${need.join(', ')}.`, {
        extensions: { code, permissions: need },
      })
}

/** A selection that is too large for one statement. */
export function tooLarge(): GraphQLError {
  return new GraphQLError(
    'The operation selects too many fields, or nests them too deeply. Split it into several.',
    { extensions: { code: 'OPERATION_TOO_LARGE' } },
  )
}

/** An answer that has more bytes than one may have. Postgres stopped before the answer was put together. */
export function answerTooLarge(mostBytes: number): GraphQLError {
  return new GraphQLError(
    `The answer is too large: it has more than ${String(mostBytes)} bytes. Ask for smaller pages, or for fewer fields with long values.`,
    { extensions: { code: 'ANSWER_TOO_LARGE', limit: mostBytes } },
  )
}
