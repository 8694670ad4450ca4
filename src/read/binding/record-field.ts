import type { PgColumn } from 'drizzle-orm/pg-core'
import type { builder } from '../../graphql/builder.ts'
import { column, globalId } from './planned-field.ts'

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
