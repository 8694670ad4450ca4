import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../db/database.ts'
import { placeChanges } from '../feed/placing.ts'
import { ENTITIES } from './entities.ts'
import { ENTITY_NAMES } from './entity.ts'
import { readKnown, readRecords } from './known.ts'
import type { Line } from './line.ts'
import { changedBy, isErased, isManaged } from './merge.ts'
import { type Outcome, type Plan, planLines } from './plan.ts'
import { type Refusal, refusalIn } from './refusal.ts'
import { discardSignatures, type SignatureStorage, storeSignatures } from './signature.ts'
import { writePlan } from './write.ts'

/** What an import works with. */
export interface Importing {
  readonly database: Database
  readonly storage: SignatureStorage
  readonly now: Clock
}

type Done = Pick<Plan, 'outcomes' | 'needlessSignatures'>

const MOST_TRIES = 6
const LONGEST_PAUSE_MILLISECONDS = 50

/**
 * Imports lines as if one after the other, and answers what became of each. What is answered has been
 * committed. Throws when the database cannot be used at all.
 */
export async function importLines(
  importing: Importing,
  lines: readonly Line[],
): Promise<ReadonlyMap<Line, Outcome>> {
  const { database, storage } = importing
  const outcomes = new Map<Line, Outcome>()
  for (const line of await findUnchanged(database, lines)) outcomes.set(line, 'unchanged')
  let rest = lines.filter((line) => !outcomes.has(line))
  await storeSignatures(
    storage,
    rest.flatMap(({ signature }) => signature ?? []),
  )
  while (rest.length > 0) {
    const done = await importFirst(importing, rest)
    for (const [index, outcome] of done.outcomes.entries()) {
      const line = rest[index]
      if (line) outcomes.set(line, outcome)
    }
    await discardSignatures(storage, done.needlessSignatures)
    rest = rest.slice(done.outcomes.length)
  }
  return outcomes
}

/** The lines that say what is stored, found without a lock: importing a file again writes nothing at all. */
async function findUnchanged(database: Database, lines: readonly Line[]): Promise<Line[]> {
  const unchanged: Line[] = []
  for (const name of ENTITY_NAMES) {
    const entity = ENTITIES[name]
    const own = lines.filter((line) => line.entity === entity)
    if (own.length === 0) continue
    const stored = await readRecords(database.drizzle, entity, new Set(own.map(({ uuid }) => uuid)))
    const says = (line: Line): boolean => {
      const row = stored.get(line.uuid)
      if (row === undefined || isManaged(entity, row) || isErased(entity, row)) return false
      return changedBy(line, row).length === 0
    }
    // Of several lines about one record, one that changes it decides what the others find.
    const changed = new Set(own.filter((line) => !says(line)).map(({ uuid }) => uuid))
    unchanged.push(...own.filter(({ uuid }) => !changed.has(uuid)))
  }
  return unchanged
}

/** Imports at least the first of some lines: fewer of them as long as the database refuses them together. */
async function importFirst(importing: Importing, lines: readonly Line[]): Promise<Done> {
  for (let size = lines.length; ; size = Math.ceil(size / 2)) {
    const tried = lines.slice(0, size)
    const result = await tryLines(importing, tried)
    if (!('message' in result)) return result
    if (size === 1) {
      return {
        outcomes: [[{ path: [], message: result.message }]],
        needlessSignatures: tried.flatMap(({ signature }) => signature?.key ?? []),
      }
    }
  }
}

/** Imports lines in one transaction; tries again while others are in the way. */
async function tryLines(
  { database, now }: Importing,
  lines: readonly Line[],
): Promise<Done | Refusal> {
  for (let tries = 1; ; tries += 1) {
    try {
      const plan = await database.drizzle.transaction(async (transaction) => {
        const known = await readKnown(transaction, lines)
        const planned = planLines(lines, known, now())
        await writePlan(transaction, planned)
        return planned
      })
      if (plan.changes.length > 0) await placeChanges(database)
      return plan
    } catch (error) {
      const refusal = refusalIn(error)
      if (!refusal) throw error
      if (!refusal.mayPass || tries === MOST_TRIES) return refusal
    }
    await setTimeout(Math.random() * LONGEST_PAUSE_MILLISECONDS * tries)
  }
}
