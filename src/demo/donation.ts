import type { Euros } from '../core/money.ts'
import type { DonationInterval } from '../pledge/rules.ts'
import { type Random, weigh, type Weighted } from './random.ts'

const INTERVALS: Weighted<DonationInterval> = weigh([
  ['MONTHLY', 70],
  ['ONCE', 9],
  ['QUARTERLY', 7],
  ['YEARLY', 7],
  ['HALF_YEARLY', 4],
  ['WEEKLY', 3],
])

const AMOUNTS_IN_EUROS: Readonly<Record<DonationInterval, Weighted<number>>> = {
  WEEKLY: weigh([
    [1.5, 3],
    [2.5, 4],
    [3, 2],
    [5, 1],
  ]),
  MONTHLY: weigh([
    [5, 14],
    [6, 6],
    [7.5, 16],
    [8, 10],
    [9, 8],
    [10, 22],
    [12.5, 9],
    [15, 9],
    [20, 4],
    [25, 2],
  ]),
  QUARTERLY: weigh([
    [15, 5],
    [22.5, 2],
    [25, 3],
    [30, 2],
    [45, 1],
  ]),
  HALF_YEARLY: weigh([
    [30, 4],
    [45, 2],
    [60, 2],
    [90, 1],
  ]),
  YEARLY: weigh([
    [36, 3],
    [50, 4],
    [60, 3],
    [100, 2],
    [120, 1],
  ]),
  ONCE: weigh([
    [15, 3],
    [25, 4],
    [50, 5],
    [100, 3],
    [250, 1],
    [1_000, 0.1],
  ]),
}

export function pickInterval(random: Random): DonationInterval {
  return random.pickWeighted(INTERVALS)
}

/** An amount that donors choose for an interval. */
export function pickAmount(random: Random, interval: DonationInterval): Euros {
  return random.pickWeighted(AMOUNTS_IN_EUROS[interval]).toFixed(2)
}
