import type { Database } from '../db/database.ts'
import { isDivisionByZero, isTooLarge } from '../db/problem.ts'
import { OVERDUE, refusalIn, type Run } from './compilation.ts'
import { type Plan, planFor, type PlanRequest } from './plan.ts'
import { answerTooLarge, tooLarge } from './refusal.ts'

/** What reading needs. */
export interface Reading {
  readonly read: Database['read']
  /** Writes what time has made of records up to an instant; afterwards no row is overdue at it. */
  readonly catchUp: (now: Date) => Promise<void>
  /** The most bytes of the answer, where the operation can ask for more. */
  readonly mostBytes?: number | undefined
}

// What is asked a few times only is not worth keeping parsed on every connection.
const RUNS_BEFORE_PREPARING = 3

// Once does, unless more becomes due or somebody holds what is due at this very moment.
const MOST_TRIES = 5

/**
 * Reads a root field with everything selected below it, in one statement. Answers what the resolvers of
 * planned fields read: for an object, its values by response key; null where there is none to see.
 */
export async function readPlanned(reading: Reading, request: PlanRequest): Promise<unknown> {
  const { plan, run } = planFor(request, reading.mostBytes)
  return completed(await read(reading, plan, run), plan, run)
}

/**
 * How to read a root field as the JSON text of a response; undefined where resolvers have to answer for a
 * part of it. Throws a GraphQLError that names any argument that is not accepted.
 */
export function responseReader(
  reading: Reading,
  request: PlanRequest,
): (() => Promise<string>) | undefined {
  const { plan, run } = planFor(request, reading.mostBytes)
  if (plan.needsResolvers) return undefined
  return async () => {
    const text = await read(reading, plan, run)
    if (!plan.finish) return text ?? 'null'
    return JSON.stringify(completed(text, plan, run))
  }
}

function completed(text: string | null, { finish }: Plan, run: Run): unknown {
  const answer: unknown = text === null ? null : JSON.parse(text)
  return finish && answer !== null ? finish(answer as never, run) : answer
}

async function read(reading: Reading, plan: Plan, run: Run): Promise<string | null> {
  const { mostBytes } = reading
  plan.runs += 1
  const statement = { text: plan.text, isPrepared: plan.runs >= RUNS_BEFORE_PREPARING }
  const values = plan.bindings.map((binding) => binding(run))
  try {
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const text = await reading.read(statement, values)
      if (text !== OVERDUE) {
        const refusal = refusalIn(text, plan)
        if (refusal) throw refusal
        return text
      }
      await reading.catchUp(run.now)
    }
    throw new Error(`rows were overdue ${MOST_TRIES} times`)
  } catch (error) {
    if (mostBytes !== undefined && isDivisionByZero(error)) throw answerTooLarge(mostBytes)
    throw isTooLarge(error) ? tooLarge() : error
  }
}
