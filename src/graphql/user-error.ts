import { PermissionEnum } from '../account/enum.ts'
import type { Issue } from '../core/error.ts'
import {
  type ErrorCode,
  ExternallyManagedError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  UserError,
} from '../core/user-error.ts'
import { builder } from './builder.ts'
import { describedEnum } from './enum.ts'

const ErrorCodeEnum = describedEnum<ErrorCode>('ErrorCode', 'What kind of problem it is.', {
  INVALID_INPUT: 'Something in the input is not accepted.',
  NOT_FOUND: 'The account sees no such record.',
  FORBIDDEN: 'The account has no permission for it.',
  CONFLICT: 'It is there already.',
  INVALID_TRANSITION: "The record's present state does not allow it.",
  EXTERNALLY_MANAGED: "An external source owns the record's state.",
})

/** What every problem that a caller can cause and mend has in common. */
export const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description:
    'A problem that a caller can cause and mend. The act has changed nothing. Every result is either its payload or one of these.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description:
        'What went wrong, and what is accepted instead, in words for people. Never null.',
    }),
    code: t.expose('code', {
      type: ErrorCodeEnum,
      description: 'What went wrong, for programs. Never null.',
    }),
  }),
})

const InputIssueType = builder.objectRef<Issue>('InputIssue').implement({
  description: 'One thing about an input that is not accepted.',
  fields: (t) => ({
    path: t.stringList({
      resolve: ({ path }) => [...path],
      description:
        'Where in the input: the names of fields and the positions in lists, from 0, on the way there. Never null.',
    }),
    message: t.exposeString('message', {
      description: 'What is accepted there, in words that go on from its name. Never null.',
    }),
  }),
})

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'The input is not accepted. Everything that is wrong with it is told at once.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      resolve: ({ issues }) => [...issues],
      description: 'Everything that is not accepted. Never null, never empty.',
    }),
  }),
})

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description:
    "The account sees no record with this UUID. One that is outside the account's scope is not told apart from one that does not exist.",
  interfaces: [UserErrorInterface],
})

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'The account has no permission for this, whatever the input.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    permission: t.expose('permission', {
      type: PermissionEnum,
      description: 'The permission that it needs. Never null.',
    }),
  }),
})

builder.objectType(ExternallyManagedError, {
  name: 'ExternallyManagedError',
  description:
    'The record is managed by an external source, which owns its state: no status action works on it.',
  interfaces: [UserErrorInterface],
})
