import { sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { one } from '../read/binding/planned-field.ts'
import { organizations, organizationSource, users, userSource } from './table.ts'

/** The organization that a column names. Whoever sees the row sees it by name. */
export function organizationBy(uuid: PgColumn) {
  return one({
    target: organizationSource,
    on: (row, organization) => sql`${organization(organizations.uuid)} = ${row(uuid)}`,
    isSeenWithParent: true,
  })
}

/** The user that a column names. Whoever sees the row sees them by name. */
export function userBy(uuid: PgColumn) {
  return one({
    target: userSource,
    on: (row, user) => sql`${user(users.uuid)} = ${row(uuid)}`,
    isSeenWithParent: true,
  })
}
