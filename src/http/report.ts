import type { ExecutionResult, GraphQLError } from 'graphql'
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import { asRefusal, causeOf, isOurs } from './error.ts'
import type { RequestContext } from './gate.ts'
import { onePerProblem } from './problem-place.ts'
import { type OperationParameters, operationNameOf } from './operation.ts'

/** What Yoga adds to a request's context once it knows the operation. */
interface OperationContext extends RequestContext {
  readonly params?: OperationParameters
}

/** Tells an operator of the errors that no client caused, and a client of an operation that was not begun. */
export function useReport(logger: Logger): Plugin<object, RequestContext> {
  return {
    onResultProcess(payload) {
      const { result, serverContext } = payload
      if (isAsyncIterable(result)) {
        const events = result as AsyncIterable<ExecutionResult>
        const reported = mapAsyncIterator(events[Symbol.asyncIterator](), (event) => {
          report(logger, serverContext, event.errors)
          return event.errors ? { ...event, errors: onePerProblem(event.errors) } : event
        })
        payload.setResult(reported as typeof result)
        return
      }
      if (Array.isArray(result) || !result.errors) return
      report(logger, serverContext, result.errors)
      const errors = 'data' in result ? onePerProblem(result.errors) : result.errors.map(asRefusal)
      payload.setResult({ ...result, errors })
    },
  }
}

function report(
  logger: Logger,
  { actor, params }: OperationContext,
  errors: readonly GraphQLError[] = [],
): void {
  for (const error of errors.filter(isOurs)) {
    logger[error.extensions['unexpected'] === true ? 'error' : 'warn'](
      {
        err: causeOf(error),
        operationName: params && operationNameOf(params),
        path: error.path,
        account: actor?.email,
      },
      error.message,
    )
  }
}
