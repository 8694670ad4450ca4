import type { Plugin } from 'graphql-yoga'
import { type RequestError, requestError } from './error.ts'
import type { RequestContext } from './gate.ts'

const EVENT_STREAM = 'text/event-stream'

const NOT_ACCEPTABLE: RequestError = {
  status: 406,
  code: 'NOT_ACCEPTABLE',
  message: `A subscription is answered as ${EVENT_STREAM}: ask for it with the header "Accept: ${EVENT_STREAM}".`,
}

/**
 * Refuses a subscription to a client that does not ask for an event stream by name: one that takes anything
 * waits for an end that does not come.
 */
export function useEventStream(): Plugin<object, RequestContext> {
  return {
    onSubscribe({ args, setResultAndStopExecution }) {
      const { request } = args.contextValue as { readonly request?: Request }
      if (request?.headers.get('accept')?.toLowerCase().includes(EVENT_STREAM)) return
      setResultAndStopExecution({ errors: [requestError(NOT_ACCEPTABLE)] })
    },
  }
}
