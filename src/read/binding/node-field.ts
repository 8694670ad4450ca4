import { brandWithType } from '@pothos/core'
import { type GraphQLObjectType, type GraphQLResolveInfo, isObjectType } from 'graphql'
import { meets } from '../../core/actor.ts'
import type { Source } from '../../core/source.ts'
import { NODES_WEIGHT, WEIGHT } from '../../cost/field-cost.ts'
import { builder } from '../../graphql/builder.ts'
import type { Context } from '../../graphql/context.ts'
import { readPlanned } from '../execute.ts'
import { SOURCE } from '../field.ts'
import { decodeGlobalId } from '../global-id.ts'
import { badArgument, forbidden } from '../refusal.ts'
import type { FoundNodes } from '../root.ts'
import { operationOf, pathOf } from './planned-field.ts'
import { readingOf } from './reading.ts'

const MOST_IDS = 100

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    args: {
      id: t.arg.id({ required: true, description: 'The id, as the record answered it.' }),
    },
    extensions: { [WEIGHT]: NODES_WEIGHT },
    resolve: async (_parent, { id }, context, info) => {
      const [node] = await findNodes([id], 'id', context, info)
      if (node instanceof Error) throw node
      return node ?? null
    },
    description:
      "Any record by its id. Null where the account sees none with this id. Needs the permission to read the record's type: without it null, with a FORBIDDEN error.",
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The ids, as the records answered them; at most ${String(MOST_IDS)}.`,
      }),
    },
    extensions: { [WEIGHT]: NODES_WEIGHT },
    resolve: (_parent, { ids }, context, info) => findNodes(ids, 'ids', context, info),
    description:
      "Records of any types by their ids, each at its id's place in the list. Null at the place of an id with which the account sees nothing, and, with a FORBIDDEN error, of one whose type it may not read.",
  }),
}))

/** Finds records by their ids: each, or null, or why it may not be read, at its id's place. */
async function findNodes(
  ids: readonly string[],
  argument: 'id' | 'ids',
  context: Context,
  info: GraphQLResolveInfo,
): Promise<(object | null | Error)[]> {
  const coordinate = `${info.parentType.name}.${info.fieldName}`
  const [node] = info.fieldNodes
  const refuse = (accepts: string) => badArgument(node, coordinate, argument, accepts)
  if (ids.length > MOST_IDS) {
    throw refuse(`at most ${String(MOST_IDS)} ids; there were ${String(ids.length)}`)
  }
  const wanted = ids.map((id) => {
    const decoded = decodeGlobalId(id)
    const type = decoded && info.schema.getType(decoded.typename)
    if (!decoded || !isObjectType(type) || !type.extensions[SOURCE]) {
      throw refuse('an id that a record of this gateway answered')
    }
    const { permission } = type.extensions[SOURCE] as Source
    const isForbidden = permission !== undefined && !meets(context.actor.permissions, permission)
    return {
      type,
      uuid: decoded.uuid,
      refusal: isForbidden ? forbidden(coordinate, permission) : undefined,
    }
  })
  const uuids = new Map<string, string[]>()
  const types = new Set<GraphQLObjectType>()
  for (const { type, uuid, refusal } of wanted) {
    if (refusal) continue
    types.add(type)
    uuids.set(type.name, [...(uuids.get(type.name) ?? []), uuid])
  }
  const found: FoundNodes =
    types.size === 0 ? new Map() : await readNodes(types, uuids, context, info)
  return wanted.map(({ type, uuid, refusal }) => {
    if (refusal) return refusal
    const row = found.get(type.name)?.get(uuid)
    if (row) brandWithType(row, type.name as never)
    return row ?? null
  })
}

/** Reads records of some object types by their UUIDs, with what the field selects on each. */
export async function readNodes(
  types: Iterable<GraphQLObjectType>,
  ids: ReadonlyMap<string, readonly string[]>,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<FoundNodes> {
  const { actor, now } = context
  const found = await readPlanned(readingOf(context), {
    operation: operationOf(info),
    root: {
      kind: 'nodes',
      nodes: info.fieldNodes,
      types: [...types].sort((one, other) => (one.name < other.name ? -1 : 1)),
    },
    path: pathOf(info),
    actor,
    now,
    arguments: {},
    parent: undefined,
    ids,
  })
  return found as FoundNodes
}
