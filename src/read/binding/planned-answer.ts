import {
  type DocumentNode,
  type ExecutionResult,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  isNonNullType,
  locatedError,
  OperationTypeNode,
  TypeNameMetaFieldDef,
} from 'graphql'
import { meets } from '../../core/actor.ts'
import type { Context } from '../../graphql/context.ts'
import { permissionToRead } from '../compilation.ts'
import { responseReader } from '../execute.ts'
import type { FieldRead } from '../field.ts'
import { answerTooLarge } from '../refusal.ts'
import {
  fragmentsOf,
  type Operation,
  readOf,
  rootFields,
  type SelectedField,
} from '../selection.ts'
import { readingOf } from './reading.ts'

/** What reading takes of what resolvers are given. */
type ReaderContext = Pick<Context, 'actor' | 'database' | 'mostBytes' | 'now' | 'scope'>

/** An operation that is to be answered. */
export interface OperationRequest {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined
  readonly contextValue: ReaderContext
}

/** A result that is written already, for whoever writes the response to ask for. */
export interface WrittenResult extends ExecutionResult {
  readonly stringify: () => string
}

interface RootReader {
  readonly field: SelectedField
  /** Answers the field as JSON. */
  readonly read: () => Promise<string>
}

/**
 * Answers a query without running resolvers over it, where all that it selects is planned and may be read:
 * the database's text goes into the response as it is. Undefined for every other operation, and for one
 * that cannot be begun: the executor answers it, or tells what is wrong with it.
 */
export function answerPlanned(
  request: OperationRequest,
): Promise<WrittenResult | ExecutionResult> | undefined {
  const readers = rootReaders(request)
  return readers && answerAll(readers, request.contextValue.mostBytes)
}

function rootReaders(request: OperationRequest): RootReader[] | undefined {
  try {
    const operation = queryOf(request)
    if (!operation) return undefined
    const readers: RootReader[] = []
    for (const field of rootFields(operation)) {
      const read = rootReader(operation, field, request.contextValue)
      if (!read) return undefined
      readers.push({ field, read })
    }
    return readers
  } catch (error) {
    // The executor finds the same problem with an argument, and tells the client at which field. Any other error is a
    // mistake of this program, which nobody would hear of if the executor went on instead.
    if (error instanceof GraphQLError) return undefined
    throw error
  }
}

/** The query that is asked for, with its variables; undefined where it is none, or they do not fit. */
function queryOf(request: OperationRequest): Operation | undefined {
  const { schema, document, operationName, variableValues } = request
  const operation = getOperationAST(document, operationName)
  if (operation?.operation !== OperationTypeNode.QUERY) return undefined
  const definitions = operation.variableDefinitions ?? []
  const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, {
    maxErrors: 1,
  })
  if (!coerced) return undefined
  return { schema, operation, fragments: fragmentsOf(document), variables: coerced }
}

function rootReader(
  operation: Operation,
  field: SelectedField,
  context: ReaderContext,
): RootReader['read'] | undefined {
  const { actor, now } = context
  const { definition, node, key } = field
  if (definition === TypeNameMetaFieldDef) {
    return () => Promise.resolve(JSON.stringify(operation.schema.getQueryType()?.name))
  }
  const read: FieldRead | undefined = readOf(field)
  if (read?.kind !== 'connection' && read?.kind !== 'lookup') return undefined
  if (!meets(actor.permissions, permissionToRead(read))) return undefined
  return responseReader(readingOf(context), {
    operation,
    root: { kind: 'field', field, read },
    path: key,
    actor,
    now,
    arguments: getArgumentValues(definition, node, operation.variables),
    parent: undefined,
  })
}

async function answerAll(
  readers: readonly RootReader[],
  mostBytes: number | undefined,
): Promise<WrittenResult | ExecutionResult> {
  const answers = await Promise.allSettled(readers.map(({ read }) => read()))
  const errors: GraphQLError[] = []
  const members: string[] = []
  for (const [nth, { field }] of readers.entries()) {
    const answer = answers[nth] as PromiseSettledResult<string>
    const key = JSON.stringify(field.key)
    if (answer.status === 'fulfilled') {
      members.push(`${key}:${answer.value}`)
      continue
    }
    errors.push(locatedError(answer.reason, field.nodes, [field.key]))
    if (isNonNullType(field.definition.type)) return { errors, data: null }
    members.push(`${key}:null`)
  }
  const length = members.reduce((total, member) => total + member.length, 0)
  if (mostBytes !== undefined && length > mostBytes) return { errors: [answerTooLarge(mostBytes)] }
  const text = `{${members.join(',')}}`
  return errors.length > 0 ? { errors, data: parsed(text) } : written(text)
}

function written(text: string): WrittenResult {
  return {
    get data() {
      return parsed(text)
    },
    stringify: () => `{"data":${text}}`,
  }
}

/** The result with more extensions; one that is written already stays written. */
export function withExtensions(
  result: ExecutionResult,
  extensions: Readonly<Record<string, unknown>>,
): ExecutionResult {
  if (!isWritten(result)) return { ...result, extensions: { ...result.extensions, ...extensions } }
  return {
    get data() {
      return result.data
    },
    extensions,
    stringify: () =>
      `${result.stringify().slice(0, -1)},"extensions":${JSON.stringify(extensions)}}`,
  } as WrittenResult
}

function isWritten(result: ExecutionResult): result is WrittenResult {
  return 'stringify' in result
}

function parsed(text: string) {
  return JSON.parse(text) as ExecutionResult['data'] & object
}
