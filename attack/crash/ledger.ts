/** What the workload can do. Several acts of ours may be the same mutation with another input. */
export const ACT_KINDS = [
  'createPledge',
  'labelPledge',
  'endPledge',
  'releasePledge',
  'activatePledge',
  'dropPledge',
  'cancelPledge',
  'fulfillPledge',
  'createCall',
  'attemptCall',
  'completeCall',
  'cancelCall',
  'expireCall',
  'expireCallLater',
  'importPledge',
  'importCall',
] as const
export type ActKind = (typeof ACT_KINDS)[number]

/** What is known of an act from its answer. */
export type ActOutcome =
  /** It was acknowledged: it must be kept. */
  | 'acknowledged'
  /** It was refused: nothing of it may be there. */
  | 'refused'
  /** Nobody knows: it must be there as a whole, or not at all. */
  | 'unknown'

/** One act that a client asked for. */
export interface Act {
  readonly number: number
  readonly kind: ActKind
  /** The record that it is about. */
  readonly uuid: string
  /** What it writes, which no other act writes: a text, or an instant in milliseconds; null where it writes none. */
  readonly mark: string | number | null
  readonly input: Readonly<Record<string, unknown>>
  /** When it was sent, on the clock of this process. */
  readonly beganAt: number
  /** When it was answered; infinite as long as it may yet take effect. */
  endedAt: number
  outcome: ActOutcome
  /** The record's `updatedAt`, as it was answered. */
  updatedAt?: number
  /** Whether it was refused because its record is there already. */
  isConflict?: boolean
}

/** A record, with all that was asked of it. */
export interface LedgerEntry {
  readonly uuid: string
  readonly kind: 'pledge' | 'call'
  readonly isExternal: boolean
  readonly acts: Act[]
}

/** Remembers every act of a run. It is what the database is compared with. */
export class Ledger {
  readonly #entries = new Map<string, LedgerEntry>()
  readonly #managed = { pledge: [] as LedgerEntry[], call: [] as LedgerEntry[] }
  #acts = 0
  #forgottenUntil = -Infinity
  /** How many acknowledgements did not count. */
  forgotten = 0

  get actCount(): number {
    return this.#acts
  }

  get entries(): Iterable<LedgerEntry> {
    return this.#entries.values()
  }

  entry(uuid: string): LedgerEntry | undefined {
    return this.#entries.get(uuid)
  }

  /** The newest managed records of a kind, the newest first. */
  newest(kind: LedgerEntry['kind'], count: number): LedgerEntry[] {
    return this.#managed[kind].slice(-count).reverse()
  }

  /** The number of the next act. */
  nextNumber(): number {
    this.#acts += 1
    return this.#acts
  }

  /** Writes down an act before it is sent, as one of which nobody knows. */
  begin(act: Pick<Act, 'number' | 'kind' | 'uuid' | 'mark' | 'input'>): Act {
    const begun: Act = {
      ...act,
      beganAt: performance.now(),
      endedAt: Infinity,
      outcome: 'unknown',
    }
    this.#entryFor(begun).acts.push(begun)
    return begun
  }

  /** Writes down that an act was acknowledged or refused, unless that does not count. */
  settle(act: Act, outcome: 'acknowledged' | 'refused', updatedAt?: number): void {
    if (act.beganAt <= this.#forgottenUntil) {
      if (outcome === 'acknowledged') this.forgotten += 1
      return
    }
    act.outcome = outcome
    act.endedAt = performance.now()
    if (updatedAt !== undefined) act.updatedAt = updatedAt
  }

  /**
   * From now on no answer counts: the database that gives it will be gone, and another one goes on that may not have
   * what was answered.
   */
  beginForgetting(): void {
    this.#forgottenUntil = Infinity
  }

  /** The other database has taken over: answers to what is asked from now on count. */
  endForgetting(): void {
    this.#forgottenUntil = performance.now()
  }

  /** How many acts had an outcome. */
  count(outcome: ActOutcome): number {
    let count = 0
    for (const { acts } of this.#entries.values()) {
      count += acts.filter((act) => act.outcome === outcome).length
    }
    return count
  }

  #entryFor({ uuid, kind }: Act): LedgerEntry {
    const known = this.#entries.get(uuid)
    if (known) return known
    const isExternal = kind === 'importPledge' || kind === 'importCall'
    const recordKind = kind.includes('Pledge') ? 'pledge' : 'call'
    const entry: LedgerEntry = { uuid, kind: recordKind, isExternal, acts: [] }
    this.#entries.set(uuid, entry)
    if (!isExternal) this.#managed[recordKind].push(entry)
    return entry
  }
}

/** The acts of an entry that were surely done, and those that may have been. */
export function tally(
  { acts }: LedgerEntry,
  ...kinds: readonly ActKind[]
): { readonly least: number; readonly most: number } {
  const asked = acts.filter(({ kind }) => kinds.includes(kind))
  const least = asked.filter(({ outcome }) => outcome === 'acknowledged').length
  const most = asked.filter(({ outcome }) => outcome !== 'refused').length
  return { least, most }
}
