import type { Database } from '../db/database.ts'
import { isTooLarge } from '../db/problem.ts'
import { planFor, type PlanRequest } from './plan.ts'
import { tooLarge } from './refusal.ts'

/**
 * Reads a root field with everything selected below it, in one statement. Answers what the resolvers of
 * planned fields read: for an object, its values by response key; null where there is none to see.
 */
export async function readPlanned(database: Database, request: PlanRequest): Promise<unknown> {
  const { plan, run } = planFor(request)
  plan.runs += 1
  // What is asked only once is not worth keeping parsed on every connection.
  const statement = { text: plan.text, isPrepared: plan.runs > 1 }
  const values = plan.bindings.map((binding) => binding(run))
  try {
    const answer = await database.read(statement, values)
    return plan.decode(answer === null ? null : JSON.parse(answer), run)
  } catch (error) {
    throw isTooLarge(error) ? tooLarge() : error
  }
}
