import type { ExecutionArgs } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { answerPlanned } from '../graphql/answer.ts'
import type { Context } from '../graphql/context.ts'

/** Answers what is planned throughout without the executor, which answers everything else. */
export function usePlannedAnswers(): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs): unknown => {
        const contextValue = args.contextValue as Context
        return answerPlanned({ ...args, contextValue }) ?? executeFn(args)
      })
    },
  }
}
