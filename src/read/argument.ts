import type { FieldNode, GraphQLError } from 'graphql'
import type { ReadPermissions } from '../core/actor.ts'
import type { ListName } from './cursor.ts'
import type { ConnectionRead, FieldRead, FilterField, LookupRead } from './field.ts'
import { type Key, keyOf, type Place } from './key.ts'
import type { NumberedPosition } from './numbered-cursor.ts'
import { badArgument, forbidden } from './refusal.ts'

export const DEFAULT_PAGE_SIZE = 20
export const LARGEST_PAGE_SIZE = 100

export type Direction = 'ASC' | 'DESC'

/** A page's arguments, checked. */
export interface ConnectionArguments {
  readonly list: ListName
  readonly size: number
  /** Whether the page is counted from the list's end: `last` instead of `first`. */
  readonly isBackward: boolean
  readonly order: string
  readonly direction: Direction
  readonly key: Key
  readonly after: Place | undefined
  readonly before: Place | undefined
  readonly filters: readonly AppliedFilter[]
}

export interface AppliedFilter {
  readonly name: string
  readonly field: FilterField
  readonly shape: string
  readonly values: readonly string[]
}

export interface LookupArguments {
  readonly uuid: string
}

/** The arguments of one field of the selection, with what of them changes the statement's text. */
export interface Arguments {
  readonly shape: string
  readonly connection?: ConnectionArguments
  readonly lookup?: LookupArguments
  /** Why the account may not read the field with these arguments. */
  readonly refusal?: GraphQLError
}

type Values = Readonly<Record<string, unknown>>

/** Where an argument was given: for errors, and because a cursor belongs to one field. */
export interface Site {
  readonly coordinate: string
  readonly node: FieldNode
  readonly read: FieldRead
}

/** Checks a field's arguments. Throws a GraphQLError that names the argument and what it accepts. */
export function readArguments(
  site: Site & { readonly read: ConnectionRead | LookupRead },
  values: Values,
  parent: unknown,
  permissions: ReadPermissions,
): Arguments {
  if (site.read.kind === 'lookup') {
    return { shape: '', lookup: { uuid: site.read.uuid(values, parent) } }
  }
  const refusal = whyForbidden(site, site.read, values['filter'], permissions)
  if (refusal) return { shape: 'refused', refusal }
  const connection = readConnectionArguments(site, site.read, values)
  return { shape: shapeOf(connection), connection }
}

function readConnectionArguments(
  site: Site,
  read: ConnectionRead,
  values: Values,
): ConnectionArguments {
  const { order, direction } = readOrder(read, values['orderBy'])
  const list = listName(site.coordinate, read, order, direction)
  const key = keyOf(read, order)
  return {
    list,
    ...readPageSize(site, values['first'], values['last']),
    order,
    direction,
    key,
    after: readCursor(site, 'after', list, key, values['after']),
    before: readCursor(site, 'before', list, key, values['before']),
    filters: readFilters(site, read, values['filter']),
  }
}

/** What the cursors of a field's list, in one of its orders, say that they belong to. */
function listName(
  coordinate: string,
  { cursorName }: ConnectionRead,
  order: string,
  direction: Direction,
): ListName {
  return `${cursorName ?? coordinate} ${order} ${direction}`
}

function readPageSize(site: Site, first: unknown, last: unknown) {
  if (isGiven(first) && isGiven(last)) {
    throw badArgument(site.node, site.coordinate, 'last', 'absent where "first" is given')
  }
  const isBackward = isGiven(last)
  const size = (isBackward ? last : (first ?? DEFAULT_PAGE_SIZE)) as number
  if (size < 1 || size > LARGEST_PAGE_SIZE) {
    throw badArgument(
      site.node,
      site.coordinate,
      isBackward ? 'last' : 'first',
      `from 1 to ${String(LARGEST_PAGE_SIZE)}; it was ${String(size)}`,
    )
  }
  return { size, isBackward }
}

function readOrder(read: ConnectionRead, orderBy: unknown) {
  if (isGiven(orderBy)) {
    const { field, direction } = orderBy as { field: string; direction: Direction }
    return { order: field, direction }
  }
  const [order] = Object.keys(read.orders)
  if (order === undefined) throw new Error('a connection declares at least one order')
  return { order, direction: read.numbering ? ('ASC' as const) : ('DESC' as const) }
}

function readCursor(
  site: Site,
  argument: 'after' | 'before',
  list: ListName,
  key: Key,
  cursor: unknown,
) {
  if (!isGiven(cursor)) return undefined
  // No client can give anything but a text: this is a place of the gateway's own.
  if (typeof cursor === 'object') return key.placeOf?.(cursor as NumberedPosition)
  const place = key.decode(list, cursor as string)
  if (place) return place
  const hasOneOrder = site.read.kind === 'connection' && site.read.numbering
  throw badArgument(
    site.node,
    site.coordinate,
    argument,
    `a cursor that this field answered${hasOneOrder ? '' : ' with the same "orderBy"'}`,
  )
}

function whyForbidden(
  site: Site,
  read: ConnectionRead,
  filter: unknown,
  permissions: ReadPermissions,
): GraphQLError | undefined {
  if (!isGiven(filter)) return undefined
  for (const [name, { permission }] of Object.entries(read.filter ?? {})) {
    if (permission && !permissions.has(permission) && isGiven((filter as Values)[name])) {
      return forbidden(`Argument "filter.${name}" of ${site.coordinate}`, permission)
    }
  }
  return undefined
}

function readFilters(site: Site, read: ConnectionRead, filter: unknown): AppliedFilter[] {
  if (!isGiven(filter) || !read.filter) return []
  const applied: AppliedFilter[] = []
  for (const [name, field] of Object.entries(read.filter)) {
    const input = (filter as Values)[name]
    if (!isGiven(input)) continue
    const values = field.values(input as never)
    if (values.some((value) => value.includes('\0'))) {
      throw badArgument(
        site.node,
        site.coordinate,
        `filter.${name}`,
        'a text without NUL characters',
      )
    }
    applied.push({ name, field, values, shape: field.shape?.(input as never) ?? '' })
  }
  return applied
}

function shapeOf(args: ConnectionArguments): string {
  return [
    args.order,
    args.direction,
    args.isBackward ? 'last' : 'first',
    args.after ? `after ${args.after.form.name}` : '',
    args.before ? `before ${args.before.form.name}` : '',
    ...args.filters.map(({ name, shape }) => `${name}:${shape}`),
  ].join(' ')
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}
