import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
} from 'graphql'
import { type FieldRead, READ } from '../field.ts'
import { isPlannedResolver } from './planned-field.ts'

type Field = GraphQLField<unknown, unknown>

/** The fields by whose names the planner compiles a page: of the connection, of an edge, and of the page info. */
const CONNECTION_FIELDS = ['edges', 'nodes', 'pageInfo', 'totalCount']
const EDGE_FIELDS = ['cursor', 'node']
const PAGE_INFO_FIELDS = ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor']

/**
 * Throws an Error that names every field whose resolver would never run, although the resolver does more than answer
 * what the plan has read: an own resolver beside a `column`, say, or one that a plugin of Pothos or Yoga has wrapped.
 * `answerPlanned` puts the text of the database into the response, and looks only at how a field is read. Without this
 * check, such a resolver would run for some operations and be left out of others, and a check of permissions in it
 * would be left out in silence.
 */
export function refusePassedOverResolvers(schema: GraphQLSchema): void {
  const passedOver: string[] = []
  for (const [type, fields] of answeredByThePlan(schema)) {
    for (const { name, resolve } of fields) {
      if (!isPlannedResolver(resolve)) passedOver.push(`${type.name}.${name}`)
    }
  }
  if (passedOver.length === 0) return
  throw new Error(
    `The read planner answers ${passedOver.join(', ')}, and the resolver there would not run. Declare the field without extensions of src/read/binding/planned-field.ts, or take away what wraps its resolver.`,
  )
}

/** The fields that can be answered without a resolver, by the type that has them. */
function answeredByThePlan(schema: GraphQLSchema): Map<GraphQLObjectType, Set<Field>> {
  const answered = new Map<GraphQLObjectType, Set<Field>>()
  const add = (type: GraphQLNamedOutputType | undefined, names: readonly string[]) => {
    if (!isObjectType(type)) return
    const fields = answered.get(type) ?? new Set()
    answered.set(type, fields)
    for (const name of names) {
      const field = type.getFields()[name]
      if (field) fields.add(field)
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      const read = field.extensions[READ] as FieldRead | undefined
      if (!read || needsItsResolver(read, type === schema.getQueryType())) continue
      add(type, [field.name])
      if (read.kind !== 'connection') continue
      const page = getNamedType(field.type)
      add(page, CONNECTION_FIELDS)
      add(typeOf(page, 'edges'), EDGE_FIELDS)
      add(typeOf(page, 'pageInfo'), PAGE_INFO_FIELDS)
    }
  }
  return answered
}

/** Whether an operation that selects the field is always executed with resolvers. */
function needsItsResolver(read: FieldRead, isAtRoot: boolean): boolean {
  if (read.kind === 'column') return read.isUnfinished === true
  if (read.kind === 'lookup') return !isAtRoot
  return read.kind === 'connection' && read.isEdgeByEdge === true
}

function typeOf(type: GraphQLNamedOutputType, name: string): GraphQLNamedOutputType | undefined {
  const field = isObjectType(type) ? type.getFields()[name] : undefined
  return field && getNamedType(field.type)
}
