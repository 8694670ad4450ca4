import type { ExecutionArgs, ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { answerPlanned } from '../graphql/answer.ts'
import type { Context } from '../graphql/context.ts'
import type { Telling } from '../graphql/unfit-value.ts'
import { refuseVariables } from '../graphql/variables.ts'

/**
 * Answers what is planned throughout without the executor, which answers everything else. Variables that do not
 * fit are told here, because the executor repeats what was given.
 */
export function usePlannedAnswers(telling: Telling): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs): unknown => {
        const contextValue = args.contextValue as Context
        return (
          answerPlanned({ ...args, contextValue }) ??
          refusalOf(args, telling) ??
          (executeFn(args) as unknown)
        )
      })
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(
        (args: ExecutionArgs): unknown =>
          refusalOf(args, telling) ?? (subscribeFn(args) as unknown),
      )
    },
  }
}

function refusalOf(args: ExecutionArgs, telling: Telling): ExecutionResult | undefined {
  const error = refuseVariables(args, telling)
  return error && { errors: [error] }
}
