import {
  type ExecutionArgs,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import { OVERLOADED, requestError, tooMany } from './error.ts'
import type { RequestContext } from './gate.ts'
import type { Limits } from './limits.ts'
import { Quota } from './quota.ts'

/** What Yoga adds to a context of the gateway. */
type SubscriptionContext = Context & RequestContext & { readonly request?: Request }

/** Opens no more subscriptions than there may be, each of which follows one field. */
export function useSubscriptions(limits: Limits): Plugin {
  const places = new Quota({
    process: limits.maxSubscriptions,
    account: limits.maxSubscriptionsPerAccount,
  })
  return {
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(async (args: ExecutionArgs): Promise<unknown> => {
        assertOneField(args)
        const { actor, request, releaseBody } = args.contextValue as SubscriptionContext
        const account = actor.email
        const owner = places.take(account)
        if (owner) {
          const problem =
            owner === 'account' ? tooMany('subscriptions', places.limitOf(owner)) : OVERLOADED
          throw requestError(problem)
        }
        let isOver = false
        const release = () => {
          if (isOver) return
          isOver = true
          places.give(account)
          releaseBody?.()
        }
        try {
          const result: unknown = await subscribeFn(args)
          if (isAsyncIterable(result)) return whileOpen(result, request?.signal, release)
          release()
          return result
        } catch (error) {
          release()
          throw error
        }
      })
    },
  }
}

/**
 * The same events, and once there will be no more a word to the gateway. A client that is gone before the answer has
 * begun takes nothing of it and ends nothing: the request says that.
 */
function whileOpen<Event>(
  events: AsyncIterable<Event>,
  signal: AbortSignal | undefined,
  whenOver: () => void,
): AsyncIterableIterator<Event> {
  const iterator = events[Symbol.asyncIterator]()
  const observe = async (step: Promise<IteratorResult<Event>>) => {
    try {
      const result = await step
      if (result.done) whenOver()
      return result
    } catch (error) {
      whenOver()
      throw error
    }
  }
  const end = (value?: unknown) => {
    whenOver()
    return iterator.return?.(value) ?? Promise.resolve({ done: true as const, value: undefined })
  }
  const leave = () => {
    // How the reading ends is of interest to nobody any more.
    end().catch(() => undefined)
  }
  if (signal?.aborted) leave()
  else signal?.addEventListener('abort', leave, { once: true })
  return {
    next: () => observe(iterator.next()),
    return: end,
    throw(error) {
      whenOver()
      return iterator.throw?.(error) ?? Promise.reject(error as Error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/**
 * Throws a GraphQLError unless a subscription selects one field. Whether a field is left out may be up to a variable,
 * so that validation cannot tell, and the executor counts on a field.
 */
function assertOneField({ schema, document, operationName, variableValues }: ExecutionArgs): void {
  const operation = getOperationAST(document, operationName)
  if (!operation) return
  const given = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {})
  // The executor tells what is wrong with them.
  if (!given.coerced) return
  const { coerced } = given
  const isIncluded = (node: SelectionNode) =>
    getDirectiveValues(GraphQLSkipDirective, node, coerced)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, coerced)?.['if'] !== false
  const keys = new Set<string>()
  const visited = new Set<string>()
  const introspected = new Set<string>()
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections.filter(isIncluded)) {
      if (node.kind === Kind.FIELD) {
        keys.add(node.alias?.value ?? node.name.value)
        if (node.name.value.startsWith('__')) introspected.add(node.name.value)
      }
      if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet)
      else if (node.kind === Kind.FRAGMENT_SPREAD && !visited.has(node.name.value)) {
        visited.add(node.name.value)
        const fragment = document.definitions.find(
          (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === node.name.value,
        )
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) collect(fragment.selectionSet)
      }
    }
  }
  collect(operation.selectionSet)
  if (keys.size === 1 && introspected.size === 0) return
  throw requestError({
    status: 400,
    code: 'BAD_REQUEST',
    message: `A subscription must select exactly one field, which is not of introspection. Once @skip and @include are followed, this one selects ${keys.size}.`,
  })
}
