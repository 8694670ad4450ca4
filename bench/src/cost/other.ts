import { getIntrospectionQuery } from 'graphql'
import type { Server, Time } from './server.ts'
import type { Operation } from './tally.ts'

/** Something else than a read of records. */
export interface Other {
  readonly title: string
  readonly cost: number
  readonly time: Time
}

const REPEATS = 20
const ROUNDS_OF_ACTS = 20

const MOST_ROOT_FIELDS = 50

// No index is on all of these conditions, and most calls meet them.
const SCAN = `calls(
  filter: {
    external: false
    requestedAfter: "2000-01-01T00:00:00Z"
    updatedAfter: "2000-01-01T00:00:00Z"
  }
) { totalCount }`

const UPDATE = `mutation ($input: UpdatePledgeInput!) {
  updatePledge(input: $input) { __typename ... on UserError { code message } }
}`

const PLEDGES = `{
  pledges(first: 100) { nodes { uuid allowedActions } }
}`

/** Measures the largest ordinary introspection: that of clients and GraphiQL. */
export async function measureIntrospection(server: Server): Promise<Other> {
  const operation = { query: getIntrospectionQuery(), variables: {} }
  return await measureEach(
    server,
    'introspection',
    Array.from({ length: 2 * REPEATS }, () => operation),
  )
}

/**
 * Measures as many counts of a whole table as the limits allow: of the reads that are accepted, we know of none that
 * keeps Postgres busy for longer.
 */
export async function measureScans(server: Server): Promise<Other> {
  const one = await server.ask(scans(1))
  const { requested, limit } = one.extensions?.cost ?? { requested: 1, limit: 1 }
  const count = Math.min(MOST_ROOT_FIELDS, Math.floor(limit / requested))
  const operations = Array.from({ length: REPEATS }, () => scans(count))
  return await measureEach(server, `${String(count)} counts of calls`, operations)
}

function scans(count: number): Operation {
  const fields = Array.from({ length: count }, (_, nth) => `s${String(nth)}: ${SCAN}`)
  return { query: `{ ${fields.join(' ')} }`, variables: {} }
}

/** Measures acts: the newest pledges that may be updated get another place, over and over. */
export async function measureActs(server: Server): Promise<Other> {
  const { data } = await server.ask({ query: PLEDGES, variables: {} })
  const { nodes } = data?.['pledges'] as {
    nodes: { uuid: string; allowedActions: readonly string[] }[]
  }
  const uuids = nodes.filter(({ allowedActions }) => allowedActions.includes('UPDATE'))
  if (uuids.length === 0) throw new Error('none of the newest pledges may be updated')
  const updates = Array.from({ length: ROUNDS_OF_ACTS }, (_, round) =>
    uuids.map(({ uuid }) => ({
      query: UPDATE,
      variables: { input: { pledgeUuid: uuid, recruitingLocationLabel: `Stand ${String(round)}` } },
    })),
  )
  return await measureEach(server, 'updatePledge', updates.flat(), 'UpdatePledgePayload')
}

/** Each operation is sent once: the first half to warm up, of which the first answer is checked. */
async function measureEach(
  server: Server,
  title: string,
  operations: readonly Operation[],
  typename?: string,
): Promise<Other> {
  const [first, ...rest] = operations
  if (!first) throw new Error(`there is no ${title}`)
  const answer = await server.ask(first)
  const cost = answer.extensions?.cost?.requested
  const isDone = typename === undefined || JSON.stringify(answer.data ?? null).includes(typename)
  if (cost === undefined || answer.errors || !isDone) {
    throw new Error(`${title} was answered with ${JSON.stringify(answer)}`)
  }
  const half = Math.floor(rest.length / 2)
  await server.timeOf(rest.slice(0, half))
  return { title, cost, time: await server.timeOf(rest.slice(half)) }
}
