import { asc } from 'drizzle-orm'
import { isUnionType } from 'graphql'
import type { Database } from '../../src/db/database.ts'
import { changes } from '../../src/feed/table.ts'
import { schema } from '../../src/schema.ts'
import type { Gateway } from './execution.ts'
import { loadWorld, type World } from './world.ts'

/** What became of an act, with everything that its result says. */
export interface ActResult {
  readonly __typename: string
  readonly message?: string
  readonly code?: string
  readonly issues?: readonly { readonly path: readonly string[]; readonly message: string }[]
  readonly permission?: string
  readonly status?: string
  readonly allowedActions?: readonly string[]
  readonly allowedStatuses?: readonly string[]
  readonly pledge?: { readonly uuid: string }
  readonly call?: { readonly uuid: string }
  readonly transaction?: { readonly uuid: string }
  readonly existingPledge?: { readonly uuid: string } | null
  readonly existingCall?: { readonly uuid: string } | null
  readonly existingTransaction?: { readonly uuid: string } | null
}

const SELECTIONS: Readonly<Record<string, string>> = {
  InvalidInputError: 'issues { path message }',
  ForbiddenError: 'permission',
  PledgeTransitionError: 'pledgeStatus: status pledgeActions: allowedActions',
  CallTransitionError: 'callStatus: status callActions: allowedActions',
  TransactionTransitionError: 'transactionStatus: status allowedStatuses',
  PledgeConflictError: 'existingPledge { uuid }',
  CallConflictError: 'existingCall { uuid }',
  TransactionConflictError: 'existingTransaction { uuid }',
}

/** The fields of payloads. */
const RECORDS = ['pledge', 'call', 'transaction']

/**
 * Runs one mutation with an input as JSON carries it, once for each key where one is given; throws where the answer
 * is not its result.
 */
export async function perform(
  { execute }: Gateway,
  mutation: string,
  input: Readonly<Record<string, unknown>>,
  key?: string,
): Promise<ActResult> {
  const variables = JSON.parse(JSON.stringify({ input, key })) as Record<string, unknown>
  const { data, errors } = await execute(operationFor(mutation, key !== undefined), variables)
  if (errors) throw new Error(errors.map(({ message }) => message).join('; '))
  const { pledgeStatus, pledgeActions, callStatus, callActions, transactionStatus, ...result } =
    data.act
  const status = pledgeStatus ?? callStatus
  return {
    ...result,
    ...(status && { status, allowedActions: pledgeActions ?? callActions }),
    ...(transactionStatus && { status: transactionStatus }),
  } as ActResult
}

/** The fields of an input of which something is not accepted, as dotted paths in their order. */
export function refusedFields({ __typename, issues = [] }: ActResult): readonly string[] {
  if (__typename !== 'InvalidInputError') throw new Error(`the result was ${__typename}`)
  return issues.map(({ path }) => path.join('.'))
}

/** Everything that an act can change: every row of every table, and what is recorded of changes. */
export async function loadEverything(
  database: Database,
): Promise<World & { readonly changes: (typeof changes.$inferSelect)[] }> {
  const world = await loadWorld(database)
  for (const rows of Object.values(world)) {
    rows.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
  }
  const recorded = await database.drizzle.select().from(changes).orderBy(asc(changes.number))
  return { ...world, changes: recorded }
}

function operationFor(mutation: string, isOnce: boolean): string {
  const typename = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`
  const result = schema.getType(`${typename}Result`)
  if (!isUnionType(result)) throw new Error(`${mutation} has no result`)
  const parts = result.getTypes().map(({ name }) => {
    const selection =
      name === `${typename}Payload`
        ? `${RECORDS.find((record) => mutation.toLowerCase().includes(record))!} { uuid }`
        : (SELECTIONS[name] ?? '__typename')
    return `... on ${name} { ${selection} }`
  })
  const [variable, directive] = isOnce ? [', $key: String!', '@idempotent(key: $key)'] : ['', '']
  return `mutation ($input: ${typename}Input!${variable}) { act: ${mutation}(input: $input) ${directive} { __typename ... on UserError { message code } ${parts.join(' ')} } }`
}
