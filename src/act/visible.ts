import { getTableName, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../core/actor.ts'
import type { Source } from '../core/source.ts'
import { columnsOf } from '../read/compilation.ts'
import { arrayText } from '../read/filter.ts'

/** The condition for an actor to see a row of a source's table, named by the table's own name; undefined for all. */
export function visibleTo({ organizations }: Actor, source: Source): SQL | undefined {
  if (organizations === 'all') return undefined
  const scope = sql`${arrayText(organizations)}::uuid[]`
  return source.isVisible(columnsOf(`"${getTableName(source.table)}"`), scope)
}
