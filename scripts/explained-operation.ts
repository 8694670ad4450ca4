import { type SQL, sql } from 'drizzle-orm'
import {
  type DocumentNode,
  execute,
  getOperationAST,
  getVariableValues,
  type GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  print,
  validate,
} from 'graphql'
import { format } from 'sql-formatter'
import { type Actor, PERMISSIONS } from '../src/core/actor.ts'
import { OperatorError } from '../src/core/error.ts'
import { type Database, type Drizzle, rowsOf } from '../src/db/database.ts'
import type { TextValues } from '../src/db/reads.ts'
import { schema } from '../src/schema.ts'
import { fragmentsOf, rootFields, type SelectedField } from '../src/read/selection.ts'

/** An operation whose statements are to be shown. */
export interface ExplainRequest {
  readonly source: string
  readonly operationName?: string | undefined
  readonly variables?: Readonly<Record<string, unknown>>
  /** The organizations that the account sees: its scope is a part of each statement. */
  readonly organizations?: Actor['organizations']
  /** Where Postgres tells its plan; only the statements are shown when absent. */
  readonly database?: Pick<Database, 'drizzle'> | undefined
}

interface Read {
  readonly text: string
  readonly values: TextValues
}

/**
 * Tells for each root field of a query which statement the planner makes, formatted, with its values, and, where there is
 * a database, what Postgres's plan for it is. The statements are those of an account with all permissions. Throws an
 * OperatorError for what is no query, or does not fit the schema.
 */
export async function explainOperation(request: ExplainRequest): Promise<string> {
  const { source, operationName, variables = {}, organizations = 'all', database } = request
  const document = parsed(source)
  const operation = getOperationAST(document, operationName)
  if (!operation) throw new OperatorError('name one of the operations of the file')
  if (operation.operation !== OperationTypeNode.QUERY) {
    throw new OperatorError(
      `a ${operation.operation} is not explained, because running one changes data or never ends; put its selection into a query`,
    )
  }
  const { coerced, errors } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables,
  )
  if (!coerced) throw new OperatorError(messagesOf(errors))
  const actor = { email: 'explain@localhost', permissions: new Set(PERMISSIONS), organizations }
  const parts: string[] = []
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
  const fields = rootFields({
    schema,
    operation,
    fragments: fragmentsOf(document),
    variables: coerced,
  })
  for (const field of fields) {
    const selectionSet = { kind: Kind.SELECTION_SET, selections: field.nodes } as const
    const alone: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [{ ...operation, selectionSet }, ...fragments],
    }
    const reads = await readsOf(alone, variables, actor)
    parts.push(headingOf(field, reads))
    for (const read of reads) {
      parts.push(`${statementOf(read)};`)
      if (database) parts.push(commented(await planOf(database.drizzle, read)))
    }
  }
  return `${parts.join('\n\n')}\n`
}

function parsed(source: string): DocumentNode {
  let document: DocumentNode
  try {
    document = parse(source)
  } catch (error) {
    throw new OperatorError((error as Error).message)
  }
  const errors = validate(schema, document)
  if (errors.length > 0) throw new OperatorError(messagesOf(errors))
  return document
}

function messagesOf(errors: readonly GraphQLError[]): string {
  return errors.map(({ message }) => message).join('; ')
}

/** The statements by which an operation is read. Nothing is read: the database is a stand-in that finds nothing. */
async function readsOf(
  document: DocumentNode,
  variableValues: Readonly<Record<string, unknown>>,
  actor: Actor,
): Promise<Read[]> {
  const reads: Read[] = []
  const database: Pick<Database, 'read'> = {
    read({ text }, values) {
      reads.push({ text, values })
      return Promise.resolve(null)
    },
  }
  const contextValue = { actor, database, now: new Date() }
  const { errors } = await execute({ schema, document, variableValues, contextValue })
  // A field that is never null fails after its statement, because the stand-in finds nothing.
  if (errors && reads.length === 0) throw new OperatorError(messagesOf(errors))
  return reads
}

function headingOf({ node, key }: SelectedField, reads: readonly Read[]): string {
  const { selectionSet, ...withoutSelection } = node
  const title = commented(print(withoutSelection))
  if (reads.length > 0) return title
  return `${title}\n-- ${key} needs no statement of the planner.`
}

function statementOf({ text, values }: Read): string {
  const statement = format(text, { language: 'postgresql', expressionWidth: 80 })
  const bound = values.map((value, nth) => `-- $${String(nth + 1)} = ${literalOf(value)}`)
  return [...bound, statement].join('\n')
}

function literalOf(value: string | null): string {
  return value === null ? 'null' : `'${value.replaceAll("'", "''")}'`
}

/** What Postgres does for a statement, and how long each step takes it. */
async function planOf(drizzle: Drizzle, { text, values }: Read): Promise<string> {
  const pieces = text.split(/\$(\d+)/).map((piece, nth): SQL => {
    return nth % 2 === 0 ? sql.raw(piece) : sql`${values[Number(piece) - 1]}`
  })
  const explained = sql.join([sql.raw('explain (analyze, buffers) '), ...pieces])
  const lines = await rowsOf<{ 'QUERY PLAN': string }>(drizzle, explained)
  return lines.map((line) => line['QUERY PLAN']).join('\n')
}

function commented(text: string): string {
  return text.replace(/^/gm, '-- ')
}
