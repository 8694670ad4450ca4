import { and, eq, lt, sql } from 'drizzle-orm'
import type { Actor } from '../core/actor.ts'
import type { Source } from '../core/source.ts'
import { InvalidInputError, type UserError } from '../core/user-error.ts'
import { type Database, type Drizzle, rowsOf } from '../db/database.ts'
import { placeChanges } from '../feed/placing.ts'
import { arrayText } from '../read/filter.ts'
import type { Acting } from './authorize.ts'
import { Claim, type ClaimedAct, type Done, hasDoneNothing, hasKeyOf } from './claim.ts'
import { digestOfInput, digestOfKey } from './digest.ts'
import { idempotentActs } from './table.ts'
import { inTurnWithin } from './turn.ts'
import { visibleTo } from './visible.ts'

/** For how long a client may repeat an act; clocks of gateways may differ, and an act may take its time. */
const KEPT_HOURS = 25
const HOUR_IN_MILLISECONDS = 3_600_000

// As long as whoever waits for somebody's transaction on another gateway.
const LONGEST_WAIT_MILLISECONDS = 10_000

// Few enough that one statement takes a moment.
const MOST_FORGOTTEN_AT_ONCE = 1_000

const KEY_PATH = ['@idempotent', 'key']

/** A client's wish that an act be done once. */
export interface Once {
  /** The keys that were given for the act. There are several where it is selected several times. */
  readonly keys: readonly string[]
  readonly mutation: string
  /** The records that the mutation is about. */
  readonly source: Source
  /** Why the act is not shown again where the account does not see its record any more. */
  readonly unseen: (uuid: string) => UserError
}

/** An InvalidInputError about the key, with words that go on from its name. */
export function keyRefused(message: string): InvalidInputError {
  return new InvalidInputError([{ path: KEY_PATH, message }])
}

/**
 * Has an act done once, however often and wherever it is asked for: a repetition does nothing, and answers as the
 * first one did. Throws an InvalidInputError where the key was used with another input, or for another mutation.
 */
export async function doOnce<By extends Acting, Input>(
  acting: By,
  once: Once & { readonly key: string },
  input: Input,
  perform: (acting: By, input: Input) => Promise<Done>,
): Promise<Done> {
  const { actor, database, clock } = acting
  const { key, mutation } = once
  const claimed = {
    account: actor.email,
    keyDigest: digestOfKey(key),
    mutation,
    inputDigest: digestOfInput(input, key),
  }
  const claim = new Claim(claimed, clock)
  const repeat = () => findDone(acting, once, claimed)
  const turn = `${claimed.account} ${claimed.keyDigest}`
  const doOrRepeat = async () => {
    const before = await repeat()
    if (before) return before
    try {
      return await perform({ ...acting, claim }, input)
    } catch (error) {
      // Another gateway may have been at it at the same time, and have done it.
      const meanwhile = hasDoneNothing(error) ? await repeat() : undefined
      if (meanwhile) return meanwhile
      throw error
    }
  }
  return await inTurnWithin(LONGEST_WAIT_MILLISECONDS, database, turn, doOrRepeat)
}

/** What the act answered when it was done; undefined where it was not. */
async function findDone(
  { actor, database }: Acting,
  { source, unseen }: Once,
  claimed: ClaimedAct,
): Promise<Done | undefined> {
  const [row] = await database.drizzle.select().from(idempotentActs).where(hasKeyOf(claimed))
  if (!row) return undefined
  if (row.mutation !== claimed.mutation) {
    throw keyRefused(`was used for ${row.mutation}: every act needs a key of its own`)
  }
  if (row.inputDigest !== null && row.inputDigest !== claimed.inputDigest) {
    throw keyRefused('was used with another input: every act needs a key of its own')
  }
  const { recordUuid: uuid, outcome } = row
  if (uuid === null) throw new Error('an idempotent act was kept without its record')
  if (!(await isSeen(database.drizzle, actor, source, uuid))) throw unseen(uuid)
  // Whoever did it may have died before it was in the feed.
  await placeChanges(database)
  return { uuid, ...(outcome !== null && { outcome }) }
}

async function isSeen(
  database: Drizzle,
  actor: Actor,
  source: Source,
  uuid: string,
): Promise<boolean> {
  const { table } = source
  const seen = await database
    .select({ uuid: sql<string>`${table.uuid}` })
    .from(table)
    .where(and(eq(table.uuid, uuid), visibleTo(actor, source)))
  return seen.length > 0
}

/** Forgets the acts that no client repeats any more, in batches. Answers how many. */
export async function forgetOldActs(
  { drizzle }: Database,
  now: Date,
  isToStop: () => boolean = () => false,
): Promise<number> {
  const oldest = new Date(now.getTime() - KEPT_HOURS * HOUR_IN_MILLISECONDS)
  const old = drizzle
    .select({ account: idempotentActs.account, keyDigest: idempotentActs.keyDigest })
    .from(idempotentActs)
    .where(lt(idempotentActs.createdAt, oldest))
    .orderBy(idempotentActs.createdAt)
    .limit(MOST_FORGOTTEN_AT_ONCE)
    .for('update', { skipLocked: true })
  let forgotten = 0
  let some = MOST_FORGOTTEN_AT_ONCE
  while (some === MOST_FORGOTTEN_AT_ONCE && !isToStop()) {
    const { account, keyDigest } = idempotentActs
    const rows = await rowsOf(
      drizzle,
      sql`delete from ${idempotentActs} where (${account}, ${keyDigest}) in (${old}) returning 1`,
    )
    some = rows.length
    forgotten += some
  }
  return forgotten
}

/** Clears what is remembered of the inputs of acts on records. A repetition is known by its key alone afterwards. */
export async function clearInputs(transaction: Drizzle, uuids: readonly string[]): Promise<void> {
  await transaction
    .update(idempotentActs)
    .set({ inputDigest: null })
    .where(sql`${idempotentActs.recordUuid} = any(${arrayText(uuids)}::text::uuid[])`)
}
