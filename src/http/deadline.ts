import type { ExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { settledWithin } from '../core/deadline.ts'
import type { Context } from '../graphql/context.ts'

/** What a request waited for did not come. Whether it still will, nobody knows. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong'
}

/** Answers what a promise answers, and rejects with TookTooLong where that takes longer. */
export function withinDeadline<Value>(
  milliseconds: number,
  promise: Promise<Value>,
): Promise<Value> {
  return settledWithin(milliseconds, promise, () => new TookTooLong())
}

/** Has every operation answered in time, also while the database says nothing at all. */
export function useDeadline(milliseconds: number): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs): unknown => {
        const result: unknown = executeFn(args)
        if (!(result instanceof Promise)) return result
        const { scope } = args.contextValue as Context
        return withinDeadline(milliseconds, result).catch((error: unknown) => {
          if (error instanceof TookTooLong) scope?.end()
          throw error
        })
      })
    },
  }
}
