import type { OperationCost } from './operation-cost.ts'
import type { RateLimitState } from './rate-limiter.ts'

/** What an operation costs, and what its account has left. */
export interface OperationBudget {
  readonly cost: OperationCost
  /** Absent where the gateway has no rate limit. */
  rate?: RateLimitState
}
