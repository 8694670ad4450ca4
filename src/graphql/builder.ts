import SchemaBuilder, { type ObjectRef } from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import RelayPlugin from '@pothos/plugin-relay'
import type { Context } from './context.ts'

interface SchemaTypes {
  Context: Context
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date | string }
    UUID: { Input: string; Output: string }
    Decimal: { Input: string; Output: string }
    JSONObject: { Input: Record<string, unknown>; Output: Record<string, unknown> }
    URL: { Input: string; Output: string }
  }
}

/** Holds the plugins and no types: every subject adds its own. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, RelayPlugin],
  defaultFieldNullability: false,
  errors: { directResult: true },
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    nodeTypeOptions: {
      description: 'Any record that has an id of its own: `node` and `nodes` find it again by it.',
    },
    idFieldOptions: {
      description:
        "The record's id among all types: opaque, never null, and the same for as long as the record is there. `node(id:)` finds the record by it.",
    },
    cursorType: 'String',
  },
})

/** A type of objects whose values the read planner or a command put there. */
export type ObjectType = ObjectRef<(typeof builder)['$inferSchemaTypes'], object>
