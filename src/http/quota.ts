/** How much may be taken at once; 0 sets no bound. */
export interface QuotaLimits {
  /** By everybody together. */
  readonly process: number
  /** By one account. */
  readonly account: number
}

/** Whose bound it is that is reached. */
export type QuotaOwner = keyof QuotaLimits

/**
 * Counts what is taken and not yet given back, by each account and by all of them. An account that holds nothing
 * takes no memory here.
 */
export class Quota {
  readonly #limits: QuotaLimits
  readonly #byAccount = new Map<string, number>()
  #taken = 0

  constructor(limits: QuotaLimits) {
    this.#limits = limits
  }

  /** How much is taken by everybody together. */
  get taken(): number {
    return this.#taken
  }

  /** The bound of one account or of everybody. */
  limitOf(owner: QuotaOwner): number {
    return this.#limits[owner]
  }

  /** Whether an account holds as much as it may. */
  isUsedUp(account: string): boolean {
    return isAbove((this.#byAccount.get(account) ?? 0) + 1, this.#limits.account)
  }

  /** Takes an amount for an account. Takes nothing and answers whose bound it is where that is too much. */
  take(account: string, amount = 1): QuotaOwner | undefined {
    const held = (this.#byAccount.get(account) ?? 0) + amount
    if (isAbove(held, this.#limits.account)) return 'account'
    if (isAbove(this.#taken + amount, this.#limits.process)) return 'process'
    this.#byAccount.set(account, held)
    this.#taken += amount
    return undefined
  }

  /** Gives back an amount that the account has taken. */
  give(account: string, amount = 1): void {
    const held = (this.#byAccount.get(account) ?? 0) - amount
    if (held > 0) this.#byAccount.set(account, held)
    else this.#byAccount.delete(account)
    this.#taken -= amount
  }
}

function isAbove(amount: number, limit: number): boolean {
  return limit > 0 && amount > limit
}
