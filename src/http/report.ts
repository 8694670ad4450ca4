import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import { asRefusal, causeOf, isOurs } from './error.ts'
import type { RequestContext } from './gate.ts'
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
      if (isAsyncIterable(result) || Array.isArray(result) || !result.errors) return
      const { actor, params }: OperationContext = serverContext
      for (const error of result.errors.filter(isOurs)) {
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
      if (!('data' in result)) {
        payload.setResult({ ...result, errors: result.errors.map(asRefusal) })
      }
    },
  }
}
