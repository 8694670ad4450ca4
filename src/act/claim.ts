import { and, eq, type SQL } from 'drizzle-orm'
import type { Clock } from '../core/clock.ts'
import { UserError } from '../core/user-error.ts'
import type { Drizzle } from '../db/database.ts'
import { idempotentActs } from './table.ts'

/** What an act answers when it is done. */
export interface Done {
  /** The record that the act was about. */
  readonly uuid: string
  /** What else the payload tells, such as the outcome of an upsert. */
  readonly outcome?: string
}

/** What an act that is done once is remembered by. */
export interface ClaimedAct {
  readonly account: string
  readonly keyDigest: string
  readonly mutation: string
  readonly inputDigest: string
}

/** The act was done before, by somebody who was at it at the same time. */
export class AlreadyDone extends Error {
  override readonly name = 'AlreadyDone'
}

/** Whether an act that threw this has certainly changed nothing. */
export function hasDoneNothing(error: unknown): boolean {
  return error instanceof UserError || error instanceof AlreadyDone
}

/** Has an act done once: everything in the transaction of the act, so that both are kept or neither is. */
export class Claim {
  readonly #act: ClaimedAct
  readonly #clock: Clock

  constructor(act: ClaimedAct, clock: Clock) {
    this.#act = act
    this.#clock = clock
  }

  /** Begins the act. Waits for somebody who is at it, and throws AlreadyDone where they have done it. */
  async take(transaction: Drizzle): Promise<void> {
    const taken = await transaction
      .insert(idempotentActs)
      .values({ ...this.#act, createdAt: this.#clock() })
      .onConflictDoNothing()
      .returning({ account: idempotentActs.account })
    if (taken.length === 0) throw new AlreadyDone()
  }

  /** Remembers what the act answers. */
  async keep(transaction: Drizzle, { uuid, outcome }: Done): Promise<void> {
    await transaction
      .update(idempotentActs)
      .set({ recordUuid: uuid, outcome: outcome ?? null })
      .where(hasKeyOf(this.#act))
  }

  /** Forgets an act that was refused although its transaction is kept. */
  async giveUp(transaction: Drizzle): Promise<void> {
    await transaction.delete(idempotentActs).where(hasKeyOf(this.#act))
  }
}

/** What the row of an act with the same account and key fulfils. */
export function hasKeyOf({ account, keyDigest }: ClaimedAct): SQL | undefined {
  return and(eq(idempotentActs.account, account), eq(idempotentActs.keyDigest, keyDigest))
}
