import { asc, eq } from 'drizzle-orm'
import { callAttempts, calls } from '../../src/call/table.ts'
import type { Database } from '../../src/db/database.ts'
import { changes } from '../../src/feed/table.ts'
import { focusAreas, organizations, users } from '../../src/organization/table.ts'
import { persons } from '../../src/person/table.ts'
import { pledgeFocusAreas, pledges } from '../../src/pledge/table.ts'
import { transactions } from '../../src/transaction/table.ts'

// In an order in which each may refer to those before it.
const TABLES = {
  organizations,
  users,
  focusAreas,
  persons,
  pledges,
  pledgeFocusAreas,
  transactions,
  calls,
  callAttempts,
  changes,
}

/** Every row that there is, by table. */
export type World = {
  readonly [Name in keyof typeof TABLES]: (typeof TABLES)[Name]['$inferSelect'][]
}

export async function insertWorld({ drizzle }: Database, world: World): Promise<void> {
  for (const [name, table] of Object.entries(TABLES)) {
    const rows = name === 'changes' ? world.changes.map(unplaced) : world[name as keyof World]
    if (rows.length > 0) await drizzle.insert(table).values(rows)
  }
  for (const { number, position } of world.changes) {
    if (position === null) continue
    await drizzle.update(changes).set({ position }).where(eq(changes.number, number))
  }
}

/** A change as it is recorded: its place is given to it afterwards. */
function unplaced(change: World['changes'][number]): World['changes'][number] {
  return { ...change, position: null }
}

/** Reads every row back, as it is stored. */
export async function loadWorld({ drizzle }: Database): Promise<World> {
  return {
    organizations: await drizzle.select().from(organizations),
    users: await drizzle.select().from(users),
    focusAreas: await drizzle.select().from(focusAreas),
    persons: await drizzle.select().from(persons),
    pledges: await drizzle.select().from(pledges),
    pledgeFocusAreas: await drizzle.select().from(pledgeFocusAreas),
    transactions: await drizzle.select().from(transactions),
    calls: await drizzle.select().from(calls),
    callAttempts: await drizzle.select().from(callAttempts).orderBy(asc(callAttempts.number)),
    changes: await drizzle.select().from(changes).orderBy(asc(changes.number)),
  }
}
