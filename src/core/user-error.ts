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

/** What acts are about, in words. */
export type RecordName = 'pledge' | 'call' | 'transaction'

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

  constructor(what: RecordName, uuid: string) {
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

/** A record that is not created, because it is there already. */
export abstract class ConflictError extends UserError {
  readonly code = 'CONFLICT'
  /** The record that is there, whether or not whoever asked sees it. */
  readonly existingUuid: string

  /** `taken` says in words what the two have in common. */
  constructor(what: RecordName, existingUuid: string, taken: string) {
    super(`There is a ${what} with this ${taken} already: this one was not created.`)
    this.existingUuid = existingUuid
  }
}

/** Why an action does not fit the present state of a record, in words. */
export interface Misfit {
  readonly what: 'pledge' | 'call'
  readonly state: string
  /** What the action would have done to it, as a participle. */
  readonly cannotBe: string
  readonly why: string
}

/** An action that does not fit the present state of a record. */
export abstract class TransitionError<
  Status extends string,
  Action extends string,
> extends UserError {
  readonly code = 'INVALID_TRANSITION'
  readonly status: Status
  /** What whoever asked could do instead. */
  readonly allowedActions: readonly Action[]

  constructor(
    { what, state, cannotBe, why }: Misfit,
    status: Status,
    allowedActions: readonly Action[],
  ) {
    const allowed = allowedActions.length === 0 ? 'nothing' : allowedActions.join(', ')
    super(
      `The ${what} is ${state} and cannot be ${cannotBe}: ${why}. What this account can do to it now: ${allowed}.`,
    )
    this.status = status
    this.allowedActions = allowedActions
  }
}

/** A status action on a record whose state an external source owns. */
export class ExternallyManagedError extends UserError {
  readonly code = 'EXTERNALLY_MANAGED'

  constructor(what: 'pledge' | 'call', source: string) {
    super(`The ${what} is managed by ${source}: its state changes there, and not here.`)
  }
}
