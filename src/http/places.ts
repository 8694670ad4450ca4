import { type ExecutionArgs, getOperationAST, OperationTypeNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import type { Admission } from './admission.ts'

/** Begins operations when there is a place for them, and refuses those for which there will be none in time. */
export function useAdmission(admission: Admission): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs): unknown => {
        const { actor } = args.contextValue as Context
        const { operation } = getOperationAST(args.document, args.operationName) ?? {}
        return admission.run(
          actor.email,
          operation === OperationTypeNode.MUTATION,
          () => executeFn(args) as unknown,
        )
      })
    },
  }
}
