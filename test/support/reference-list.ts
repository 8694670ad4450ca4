import { GraphQLError } from 'graphql'
import { decodeCursor, encodeCursor } from '../../src/read/cursor.ts'
import type { World } from './world.ts'

type Pledge = World['pledges'][number]
type Call = World['calls'][number]
type Person = World['persons'][number]

/** What a client gave, as GraphQL leaves it: a filter's instants are texts still. */
export interface ListArguments {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' } | null
  readonly filter?: Filter | null
}

type Filter = Readonly<Record<string, unknown>>

/** A list before it is ordered and cut: by name, for its cursors. */
export interface List<Row> {
  readonly coordinate: string
  readonly rows: readonly Row[]
  readonly orders: Readonly<Record<string, (row: Row) => Date>>
  readonly show: (row: Row) => unknown
}

/** One page of a list: everything is sorted first, and then cut. */
export function pageOf<Row extends { readonly uuid: string }>(
  list: List<Row>,
  args: ListArguments,
) {
  const field = args.orderBy?.field ?? 'CREATED_AT'
  const direction = args.orderBy?.direction ?? 'DESC'
  const at = list.orders[field]!
  const name = `${list.coordinate} ${field} ${direction}`
  const placeOf = (row: Row) => `${at(row).toISOString()} ${row.uuid}`
  const readCursor = (cursor: string) => {
    const position = decodeCursor(name, cursor)
    if (!position) throw new GraphQLError('', { extensions: { code: 'BAD_USER_INPUT' } })
    return `${position.at} ${position.uuid}`
  }
  const isEarlier = (one: string, other: string) =>
    direction === 'ASC' ? one < other : one > other

  const all = list.rows.toSorted((one, other) => (isEarlier(placeOf(one), placeOf(other)) ? -1 : 1))
  const after = typeof args.after === 'string' ? readCursor(args.after) : undefined
  const before = typeof args.before === 'string' ? readCursor(args.before) : undefined
  const between = all.filter(
    (row) =>
      (after === undefined || isEarlier(after, placeOf(row))) &&
      (before === undefined || isEarlier(placeOf(row), before)),
  )
  const rows =
    typeof args.last === 'number' ? between.slice(-args.last) : between.slice(0, args.first ?? 20)

  // Where nothing is on the page, it lies between its cursors, or at the end from which it was counted.
  const start = rows.length > 0 ? placeOf(rows[0]!) : after
  const end = rows.length > 0 ? placeOf(rows.at(-1)!) : before
  const isBefore = (row: Row) => start !== undefined && !isEarlier(start, placeOf(row))
  const isAfter = (row: Row) => end !== undefined && !isEarlier(placeOf(row), end)
  const isBeside = (row: Row) => !rows.includes(row)

  const cursorOf = (row: Row) => encodeCursor(name, { at: at(row).toISOString(), uuid: row.uuid })
  return {
    nodes: () => rows.map(list.show),
    edges: () => rows.map((row) => ({ cursor: cursorOf(row), node: () => list.show(row) })),
    totalCount: all.length,
    pageInfo: {
      hasPreviousPage: all.some((row) => isBeside(row) && isBefore(row)),
      hasNextPage: all.some((row) => isBeside(row) && isAfter(row)),
      startCursor: rows.length > 0 ? cursorOf(rows[0]!) : null,
      endCursor: rows.length > 0 ? cursorOf(rows.at(-1)!) : null,
    },
  }
}

/** Whether a pledge is among those that a filter asks for. */
export function isWantedPledge(world: World, filter: Filter | null | undefined, pledge: Pledge) {
  const holds = conditionsOf(filter)
  return (
    holds('status', (wanted: string[]) => wanted.includes(pledge.status)) &&
    holds('type', (wanted: string[]) => wanted.includes(pledge.type)) &&
    holds('personUuid', (wanted: string) => isUuid(wanted, pledge.personUuid)) &&
    holds('owningOrganizationUuid', (wanted: string[]) =>
      wanted.some((uuid) => isUuid(uuid, pledge.owningOrganizationUuid)),
    ) &&
    holds('recruitingOrganizationUuid', (wanted: string[]) =>
      wanted.some((uuid) => isUuid(uuid, pledge.recruitingOrganizationUuid)),
    ) &&
    holds('createdAfter', (wanted: string) => pledge.createdAt > instantOf(wanted)) &&
    holds('createdBefore', (wanted: string) => pledge.createdAt < instantOf(wanted)) &&
    holds('updatedAfter', (wanted: string) => pledge.updatedAt > instantOf(wanted)) &&
    holds(
      'releasedAfter',
      (wanted: string) => pledge.releasedAt !== null && pledge.releasedAt > instantOf(wanted),
    ) &&
    holds('hasIdealQrTransaction', (wanted: boolean) => wanted === hasIdealQr(world, pledge)) &&
    holds(
      'externalSource',
      ({ name, id }: { name: string; id?: string | null }) =>
        pledge.externalSourceName === name &&
        (id === undefined || id === null || pledge.externalSourceId === id),
    )
  )
}

/** Whether a call is among those that a filter asks for; the pledge it names has to be visible. */
export function isWantedCall(
  filter: Filter | null | undefined,
  call: Call,
  seesPledge: (uuid: string) => boolean,
) {
  const holds = conditionsOf(filter)
  return (
    holds('status', (wanted: string[]) => wanted.includes(call.status)) &&
    holds('type', (wanted: string[]) => wanted.includes(call.type)) &&
    holds('personUuid', (wanted: string) => isUuid(wanted, call.personUuid)) &&
    holds(
      'pledgeUuid',
      (wanted: string) =>
        call.pledgeUuid !== null && isUuid(wanted, call.pledgeUuid) && seesPledge(call.pledgeUuid),
    ) &&
    holds('organizationUuid', (wanted: string[]) =>
      wanted.some((uuid) => isUuid(uuid, call.organizationUuid)),
    ) &&
    holds('requestedAfter', (wanted: string) => call.requestedAt > instantOf(wanted)) &&
    holds('updatedAfter', (wanted: string) => call.updatedAt > instantOf(wanted)) &&
    holds('createdAfter', (wanted: string) => call.createdAt > instantOf(wanted)) &&
    holds('createdBefore', (wanted: string) => call.createdAt < instantOf(wanted)) &&
    holds('external', (wanted: boolean) => wanted === (call.externalApplicationName !== null)) &&
    holds('externalApplicationName', (wanted: string) => call.externalApplicationName === wanted) &&
    holds('externalReferenceId', (wanted: string) => call.externalReferenceId === wanted)
  )
}

export function isWantedPerson(filter: Filter | null | undefined, person: Person) {
  const holds = conditionsOf(filter)
  return (
    holds('owningOrganizationUuid', (wanted: string[]) =>
      wanted.some((uuid) => isUuid(uuid, person.owningOrganizationUuid)),
    ) && holds('createdAfter', (wanted: string) => person.createdAt > instantOf(wanted))
  )
}

/** A condition holds where its field was given neither as null nor at all. */
function conditionsOf(filter: Filter | null | undefined) {
  return (name: string, condition: (input: never) => boolean): boolean => {
    const input = filter?.[name]
    return input === undefined || input === null || condition(input as never)
  }
}

function hasIdealQr({ transactions }: World, { uuid }: Pledge): boolean {
  return transactions.some(({ pledgeUuid, type }) => pledgeUuid === uuid && type === 'IDEAL_QR')
}

function isUuid(wanted: string, uuid: string): boolean {
  return wanted.toLowerCase() === uuid
}

function instantOf(text: string): Date {
  return new Date(text.replace(/(\.\d{3})\d+/, '$1'))
}
