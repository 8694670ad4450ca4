import type { Permission } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import type { Issue } from '../core/error.ts'
import { saidText } from '../core/field.ts'
import { InvalidInputError } from '../core/user-error.ts'
import { type Acting, authorize } from './authorize.ts'
import type { Done } from './claim.ts'
import { doOnce, keyRefused, type Once } from './once.ts'

/** What an account may do, in the order in which problems are told. */
export interface CommandParts<By extends Acting, Input> {
  readonly permission: Permission
  /**
   * Reads the input, and throws an InvalidInputError that tells everything that is wrong with it by itself. Two
   * inputs that are read as the same are the same act: where null is the same as absent, neither is answered.
   */
  readonly read: (input: unknown, clock: Clock) => Input | Promise<Input>
  /** Does it, by `actOn`; throws a UserError otherwise. */
  readonly perform: (acting: By, input: Input) => Promise<Done>
}

/** Does what an account asks for, once for each key where its client gave one. */
export type Command<By extends Acting = Acting> = (
  acting: By & { readonly once?: Once },
  input: unknown,
) => Promise<Done>

/** Makes a command of its parts. Whatever an account may do is made so, and so can be repeated. */
export function command<By extends Acting, Input>({
  permission,
  read,
  perform,
}: CommandParts<By, Input>): Command<By> {
  return async (acting, input) => {
    authorize(acting.actor, permission)
    const { once, clock } = acting
    if (!once) return await perform(acting, await read(input, clock))
    const [key = '', ...otherKeys] = once.keys
    const understood = await readWith(keyIssues(key, otherKeys), () => read(input, clock))
    return await doOnce(acting, { ...once, key }, understood, perform)
  }
}

/** What is wrong with a key by itself. */
function keyIssues(key: string, otherKeys: readonly string[]): readonly Issue[] {
  if (otherKeys.length > 0) {
    return keyRefused('is not accepted: one act has one key, wherever it is selected').issues
  }
  const message = saidText().safeParse(key).error?.issues[0]?.message
  return message === undefined ? [] : keyRefused(message).issues
}

/** Reads an input, and tells what else is wrong together with what is wrong with it. */
async function readWith<Input>(
  issues: readonly Issue[],
  read: () => Input | Promise<Input>,
): Promise<Input> {
  const understood = await Promise.resolve()
    .then(read)
    .catch((error: unknown) => {
      if (!(error instanceof InvalidInputError)) throw error
      throw new InvalidInputError([...error.issues, ...issues])
    })
  if (issues.length > 0) throw new InvalidInputError(issues)
  return understood
}
