import type { Permission } from './actor.ts'
import type { Issue } from './error.ts'

export const ERROR_CODES = [
  'INVALID_INPUT',
  'NOT_FOUND',
  'FORBIDDEN',
  'CONFLICT',
  'INVALID_TRANSITION',
  'EXTERNALLY_MANAGED',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** What a caller can cause and mend. An act that throws it has changed nothing; it is answered as data. */
export abstract class UserError extends Error {
  abstract readonly code: ErrorCode
}

/** An input of which something is not accepted: all of it is told at once. */
export class InvalidInputError extends UserError {
  readonly code = 'INVALID_INPUT'
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '))
    this.issues = issues
  }
}

/** A record that does not exist, or that is out of scope: nothing tells the two apart. */
export class NotFoundError extends UserError {
  readonly code = 'NOT_FOUND'

  constructor(what: 'pledge' | 'call', uuid: string) {
    super(`There is no ${what} ${uuid}.`)
  }
}

/** An act that the account has no permission for. */
export class ForbiddenError extends UserError {
  readonly code = 'FORBIDDEN'
  readonly permission: Permission

  constructor(permission: Permission) {
    super(`This needs the permission ${permission}.`)
    this.permission = permission
  }
}

/** A status action on a record whose state an external source owns. */
export class ExternallyManagedError extends UserError {
  readonly code = 'EXTERNALLY_MANAGED'

  constructor(what: 'pledge' | 'call', source: string) {
    super(`The ${what} is managed by ${source}: its state changes there, and not here.`)
  }
}
