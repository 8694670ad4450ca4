import type { GraphQLSchema } from 'graphql'
import type { Server, Time } from './server.ts'
import { median } from './statistics.ts'
import { type Operation, type Tally, tallyAnswer, tallyPages } from './tally.ts'

/** What is known of an operation before its time is measured. */
export interface Accepted {
  readonly operation: Operation
  /** What the gateway says that it costs. */
  readonly cost: number
  /** How often each kind of field comes at the most, by the sizes of the pages. */
  readonly pages: Tally
  /** What the rows that were answered cost by the same weights. */
  readonly answered: Tally
}

export interface Measured extends Accepted {
  readonly time: Time
  /** Microseconds of gateway and Postgres together. */
  readonly microseconds: number
  /** The same, of each round. */
  readonly rounds: readonly number[]
}

// The gateway prepares a statement after a few uses, and Postgres plans it generically after five more.
const WARM_UP_REPEATS = 12
const BATCH_MICROSECONDS = 15_000
const MOST_REPEATS = 10

/**
 * Asks an operation once. Undefined where the gateway refuses the operation. Throws where the schema's directives
 * come to another cost than the gateway tells, because then no tool could compute the cost.
 */
export async function accept(
  server: Server,
  schema: GraphQLSchema,
  operation: Operation,
): Promise<Accepted | undefined> {
  const { data, errors, extensions } = await server.ask(operation)
  if (!data || errors) return undefined
  const cost = extensions?.cost?.requested
  const pages = tallyPages(schema, operation)
  // Sums of fractions depend on their order, and both are rounded up.
  if (cost === undefined || Math.abs(cost - pages.cost) > 1) {
    throw new Error(
      `the gateway says ${String(cost)}, and the schema ${String(pages.cost)}: ${JSON.stringify(operation)}`,
    )
  }
  return { operation, cost, pages, answered: tallyAnswer(schema, operation, data) }
}

/** Measures operations in rounds, so that what else happens on the machine meets all of them alike. */
export async function measure(
  server: Server,
  accepted: readonly Accepted[],
  rounds: number,
  onRound: (round: number) => void,
): Promise<Measured[]> {
  const repeats: number[] = []
  for (const { operation } of accepted) {
    const { gateway, postgres } = await server.timeOf(repeated(operation, WARM_UP_REPEATS))
    const fitting = Math.ceil(BATCH_MICROSECONDS / (gateway + postgres))
    repeats.push(Math.min(MOST_REPEATS, fitting))
  }
  const times: Time[][] = accepted.map(() => [])
  for (let round = 1; round <= rounds; round += 1) {
    onRound(round)
    for (const [nth, { operation }] of accepted.entries()) {
      times[nth]?.push(await server.timeOf(repeated(operation, repeats[nth] ?? 1)))
    }
  }
  return accepted.map((each, nth) => {
    const own = times[nth] ?? []
    const time = {
      gateway: median(own.map(({ gateway }) => gateway)),
      postgres: median(own.map(({ postgres }) => postgres)),
      elapsed: median(own.map(({ elapsed }) => elapsed)),
    }
    const rounds = own.map(({ gateway, postgres }) => gateway + postgres)
    return { ...each, time, rounds, microseconds: median(rounds) }
  })
}

function repeated(operation: Operation, times: number): Operation[] {
  return Array.from({ length: times }, () => operation)
}
