import { sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { organizations, organizationSource, users, userSource } from '../organization/table.ts'
import { persons, personSource } from '../person/table.ts'
import type { builder } from './builder.ts'
import { column, globalId, one } from './planned.ts'

type ObjectFieldBuilder = Parameters<
  NonNullable<Parameters<ReturnType<typeof builder.objectRef<object>>['implement']>[0]['fields']>
>[0]
type QueryFieldBuilder = Parameters<Parameters<typeof builder.queryFields>[0]>[0]

/** The two fields by which a record of any type is found again. */
export function identifiers(t: ObjectFieldBuilder, typename: string, uuid: PgColumn) {
  return {
    id: t.id({ ...globalId(typename, uuid), description: 'The id for `node`. Never null.' }),
    uuid: t.field({
      type: 'UUID',
      ...column(uuid),
      description: `Identifies the ${typename.toLowerCase()} wherever a UUID is asked for. Never null.`,
    }),
  }
}

/** The argument by which one record is looked up. */
export function uuidArgument(t: QueryFieldBuilder) {
  return { uuid: t.arg({ type: 'UUID', required: true, description: "The record's UUID." }) }
}

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

/** The person that a column names. Whoever sees the row sees them. */
export function personBy(uuid: PgColumn) {
  return one({
    target: personSource,
    on: (row, person) => sql`${person(persons.uuid)} = ${row(uuid)}`,
    isSeenWithParent: true,
  })
}
