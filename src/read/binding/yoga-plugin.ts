import {
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  subscribe,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from '../../graphql/context.ts'
import type { Telling } from '../../graphql/unfit-value.ts'
import { refuseVariables } from '../../graphql/variables.ts'
import { answerPlanned } from './planned-answer.ts'
import { refusePassedOverResolvers } from './passed-over.ts'

/**
 * Answers what is planned throughout without an executor. Everything else is executed by graphql-js: Yoga's own
 * executor takes each object with a key `then` for a promise, and so fails where a client calls a field that, or
 * a stored JSON object has it. Variables that do not fit are told here, because executors repeat what was given.
 */
export function usePlannedAnswers(telling: Telling): Plugin {
  return {
    // Another plugin may have wrapped resolvers after the schema was built.
    onSchemaChange({ schema }) {
      refusePassedOverResolvers(schema as GraphQLSchema)
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs): unknown => {
        const contextValue = args.contextValue as Context
        return answerPlanned({ ...args, contextValue }) ?? refusalOf(args, telling) ?? execute(args)
      })
    },
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs): unknown => refusalOf(args, telling) ?? subscribe(args))
    },
  }
}

function refusalOf(args: ExecutionArgs, telling: Telling): ExecutionResult | undefined {
  const error = refuseVariables(args, telling)
  return error && { errors: [error] }
}
