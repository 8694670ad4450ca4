import type { Trial } from './trial.ts'

/** One way in which the gateway could be attacked or could fail, and what must be true of it. */
export interface Regression {
  readonly name: string
  /** What was possible, in one sentence. */
  readonly was: string
  /** What must be true, in one sentence. */
  readonly must: string
  /** Sends the attack, and tells the trial what was measured. */
  readonly attack: (trial: Trial) => Promise<void>
}

/** Bounds that hold for every single request below 2 MB. */
export const BOUND = {
  refusalMilliseconds: 50,
  waitMilliseconds: 1_000,
  gatewayMegabytes: 200,
  backendMegabytes: 150,
} as const
