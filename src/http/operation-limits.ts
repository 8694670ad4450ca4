import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import type { Clock } from '../core/clock.ts'
import type { OperationBudget } from '../cost/budget.ts'
import type { OperationLimits } from '../cost/limits.ts'
import { OperationCosts } from '../cost/operation-cost.ts'
import { RateLimiter, type RateLimitState } from '../cost/rate-limiter.ts'
import { operationTooLarge } from '../cost/refusal.ts'
import type { RateLimit } from '../cost/rules.ts'
import { withExtensions } from '../read/binding/planned-answer.ts'
import { type RequestError, requestError } from './error.ts'
import type { RequestContext } from './gate.ts'
import { withinStack } from './stack.ts'

export interface OperationLimitOptions {
  readonly schema: GraphQLSchema
  readonly limits: OperationLimits
  /** How much each account may ask for; as much as it likes where absent. */
  readonly rateLimit?: RateLimit | undefined
  readonly clock: Clock
}

/** What the plugin finds in the context of an operation, and puts there. */
interface OperationContext extends RequestContext {
  readonly params?: GraphQLParams
  budget?: OperationBudget
  mostBytes?: number
}

/** A client asks with this header to be told what its operation costs. */
const COST_HEADER = 'graphql-cost'
const REPORT = 'report'

/**
 * Refuses an operation that is too large before anything of it is validated, compiled or executed, and one for which
 * its account has nothing left. The plugin must stand after the one that validates: otherwise what that one remembers
 * of a document would undo the refusal.
 */
export function useOperationLimits(options: OperationLimitOptions): Plugin<object, RequestContext> {
  const { schema, limits, rateLimit, clock } = options
  const cost = Math.min(limits.cost, rateLimit?.burst ?? limits.cost)
  const costs = new OperationCosts(schema, { ...limits, cost })
  const limiter = rateLimit && new RateLimiter(rateLimit, clock)

  /** Answers the error for an account that has nothing left. */
  const refusalFor = ({ budget, actor }: OperationContext) => {
    if (!limiter || !budget) return undefined
    budget.rate = limiter.spend(actor?.email ?? '', budget.cost.requested)
    return budget.rate.isAllowed ? undefined : rateLimited(budget.rate, budget.cost.requested)
  }

  return {
    onValidate({ context, params: { documentAST }, setResult }) {
      const operation = context as OperationContext
      const refusal = withinStack(
        () => {
          const found = costs.costOf(documentAST as DocumentNode, operation.params ?? {})
          if (found) {
            operation.budget = { cost: found }
            // Measuring an answer takes time, which an answer that cannot become too large does not need.
            if (found.answerBytes > limits.answerBytes) operation.mostBytes = limits.answerBytes
          }
          return found?.excess && operationTooLarge(found.excess)
        },
        () =>
          operationTooLarge({ measure: 'depth', requested: limits.depth + 1, limit: limits.depth }),
      )
      if (refusal) setResult([refusal])
    },
    onExecute(payload) {
      const error = refusalFor(payload.args.contextValue)
      if (error) payload.setResultAndStopExecution({ errors: [error] })
    },
    onSubscribe(payload) {
      const error = refusalFor(payload.args.contextValue)
      if (error) payload.setResultAndStopExecution({ errors: [error] })
    },
    onExecutionResult(payload) {
      const { request, result } = payload
      const { budget } = payload.context as OperationContext
      if (!budget || request.headers.get(COST_HEADER) !== REPORT) return
      if (!result || Array.isArray(result) || Symbol.asyncIterator in result) return
      const { requested, limit } = budget.cost
      payload.setResult(withExtensions(result, { cost: { requested, limit } }))
    },
  }
}

function rateLimited(rate: RateLimitState, requested: number) {
  const { limit, remaining, resetAt, retryAfterSeconds } = rate
  const problem: RequestError = {
    status: 429,
    code: 'RATE_LIMITED',
    message: `The account has asked for too much in a short time. Try again in ${String(retryAfterSeconds)} seconds.`,
    headers: { 'Retry-After': String(retryAfterSeconds) },
    extensions: { cost: { requested, limit, remaining, resetAt: resetAt.toISOString() } },
  }
  return requestError(problem)
}
