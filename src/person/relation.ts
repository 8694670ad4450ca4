import { sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { one } from '../read/binding/planned-field.ts'
import { persons, personSource } from './table.ts'

/** The person that a column names. Whoever sees the row sees them. */
export function personBy(uuid: PgColumn) {
  return one({
    target: personSource,
    on: (row, person) => sql`${person(persons.uuid)} = ${row(uuid)}`,
    isSeenWithParent: true,
  })
}
