import type { InputObjectRef } from '@pothos/core'
import type { Source } from '../core/source.ts'
import {
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  type RecordName,
  type UserError,
} from '../core/user-error.ts'
import { builder, type ObjectType } from '../graphql/builder.ts'
import type { Context } from '../graphql/context.ts'
import { idempotencyKeysIn } from '../graphql/idempotent.ts'
import { lookup } from '../read/binding/planned-field.ts'
import type { Done } from './claim.ts'
import type { Command } from './command.ts'
import { keyRefused } from './once.ts'

type SchemaTypes = (typeof builder)['$inferSchemaTypes']

/** A class of errors that is a type of the schema. */
type Problem = new (...given: never[]) => UserError

/** The kind of record that acts are about. */
export interface Subject {
  /** The field of every payload that shows the record. */
  readonly name: RecordName
  readonly type: ObjectType
  readonly source: Source
}

/** One act on a record. */
export interface Act {
  /** The mutation's name; those of its payload and its result are made from it. */
  readonly name: string
  /** What it does, what it needs, and what it answers otherwise. */
  readonly description: string
  readonly input: InputObjectRef<SchemaTypes, object>
  /** Does it, once for each key; throws one of the problems otherwise. */
  readonly command: Command<Context>
  /** What can be wrong beside the permission and the input. */
  readonly problems: readonly Problem[]
}

/** Adds the mutation of an act, its payload and its result to the schema. */
export function addAct({ name: record, type, source }: Subject, act: Act): void {
  const { name, description, input, command, problems } = act
  const typename = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const payload = builder.objectRef<Done>(`${typename}Payload`).implement({
    description: `What \`${name}\` answers when it is done.`,
    fields: (t) => ({
      [record]: t.field({
        type,
        ...recordBy(source, ({ uuid }: Done) => uuid),
        description: `The ${record} as it is now. Never null.`,
      }),
    }),
  })
  const unseen = (uuid: string) =>
    problems.includes(NotFoundError)
      ? new NotFoundError(record, uuid)
      : keyRefused(`was used for a ${record} that this account does not see any more`)
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      nullable: true,
      description,
      args: {
        input: t.arg({ type: input, required: true, description: 'What it is to be done with.' }),
      },
      errors: {
        // Pothos asks for classes that anything can be passed to, which no class with a constructor is.
        types: [InvalidInputError, ForbiddenError, ...problems] as never[],
        union: {
          name: `${typename}Result`,
          description: `What became of \`${name}\`: its payload when it is done, and otherwise why nothing was.`,
        },
      },
      resolve: async (_parent, args, context, info) => {
        // Of several acts in one operation, those that are not begun yet are left when the client has gone.
        context.scope?.assertAwaited()
        const keys = idempotencyKeysIn(info)
        if (keys.length === 0) return await command(context, args.input)
        return await command(
          { ...context, once: { keys, mutation: name, source, unseen } },
          args.input,
        )
      },
    }),
  )
}

/**
 * The field is a record that an act was about, read as every query reads it; null where the account does not
 * see it. What it is now is asked of the clock: the operation began before the act was decided.
 */
export function recordBy(source: Source, uuid: (parent: never) => string) {
  const { resolve, ...field } = lookup(source, (_args, parent) => uuid(parent as never))
  return {
    ...field,
    resolve: (...[parent, args, context, info]: Parameters<typeof resolve>) =>
      resolve(parent, args, { ...context, now: context.clock() }, info),
  }
}
