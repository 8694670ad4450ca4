import { sql } from 'drizzle-orm'
import { type Database, rowsOf } from '../db/database.ts'

const MOST_PLACED_AT_ONCE = 10_000

/**
 * Gives every committed change its place in the feed. Whoever was first to commit need not be first in it, but
 * a change that another one builds on always comes before it, and no place is ever given before an earlier one.
 */
export async function placeChanges({ drizzle }: Database): Promise<void> {
  let placed: number
  do {
    const [row] = await rowsOf<{ placed: number }>(
      drizzle,
      sql`select place_changes(${MOST_PLACED_AT_ONCE}) as placed`,
    )
    placed = row?.placed ?? 0
  } while (placed === MOST_PLACED_AT_ONCE)
}
