import { GraphQLError } from 'graphql'
import { decodeCursor, encodeCursor } from '../../src/read/cursor.ts'
import { decodePlainCursor } from '../../src/read/numbered-cursor.ts'
import { hiddenCursorOf, readHiddenCursor } from './hidden-cursor.ts'
import type { World } from './world.ts'

type Pledge = World['pledges'][number]
type Call = World['calls'][number]
type Person = World['persons'][number]
type Change = World['changes'][number]
type Transaction = World['transactions'][number]

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
  readonly show: (row: Row) => unknown
}

/** A list that is ordered by instants, and by uuid where they are equal. */
interface DatedList<Row> extends List<Row> {
  readonly orders: Readonly<Record<string, (row: Row) => Date>>
}

/** A list whose rows are numbered, in the order of their numbers. */
interface NumberedList<Row extends { readonly uuid: string }> extends List<Row> {
  readonly numberOf: (row: Row) => number
}

/** How the rows of a list are told apart: by places that sort as texts do, and by cursors. */
interface Places<Row> {
  readonly direction: 'ASC' | 'DESC'
  readonly placeOf: (row: Row) => string
  readonly cursorOf: (row: Row) => string
  readonly read: (cursor: string) => string | undefined
}

function datedPlaces<Row extends { readonly uuid: string }>(
  { coordinate, orders }: DatedList<Row>,
  { orderBy }: ListArguments,
): Places<Row> {
  const { field, direction } = orderBy ?? { field: 'CREATED_AT', direction: 'DESC' }
  const at = orders[field]!
  const name = `${coordinate} ${field} ${direction}`
  return {
    direction,
    placeOf: (row) => `${at(row).toISOString()} ${row.uuid}`,
    cursorOf: (row) => encodeCursor(name, { at: at(row).toISOString(), uuid: row.uuid }),
    read(cursor) {
      const position = decodeCursor(name, cursor)
      return position && `${position.at} ${position.uuid}`
    },
  }
}

function numberedPlaces<Row extends { readonly uuid: string }>({
  coordinate,
  numberOf,
}: NumberedList<Row>): Places<Row> {
  const name = `${coordinate} POSITION ASC`
  const placeOf = (number: number) => String(number).padStart(16, '0')
  return {
    direction: 'ASC',
    placeOf: (row) => placeOf(numberOf(row)),
    cursorOf: (row) => hiddenCursorOf(name, { position: numberOf(row), uuid: row.uuid }),
    read(cursor) {
      const position = decodePlainCursor(name, cursor) ?? readHiddenCursor(name, cursor)
      return position && placeOf(position.number)
    },
  }
}

/** One page of a list: everything is sorted first, and then cut. */
export function pageOf<Row extends { readonly uuid: string }>(
  list: DatedList<Row> | NumberedList<Row>,
  args: ListArguments,
) {
  const { direction, placeOf, cursorOf, read } =
    'orders' in list ? datedPlaces(list, args) : numberedPlaces(list)
  const readCursor = (cursor: string) => {
    const place = read(cursor)
    if (place === undefined) throw new GraphQLError('', { extensions: { code: 'BAD_USER_INPUT' } })
    return place
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
    ) &&
    holds('createdAfter', (wanted: string) => person.createdAt > instantOf(wanted)) &&
    holds('updatedAfter', (wanted: string) => person.updatedAt > instantOf(wanted))
  )
}

export function isWantedChange(filter: Filter | null | undefined, change: Change) {
  const holds = conditionsOf(filter)
  return (
    holds('kind', (wanted: string[]) => wanted.includes(change.kind)) &&
    holds('pledgeUuid', (wanted: string) => isUuid(wanted, change.pledgeUuid ?? '')) &&
    holds('callUuid', (wanted: string) => isUuid(wanted, change.callUuid ?? '')) &&
    holds('personUuid', (wanted: string) => isUuid(wanted, change.personUuid ?? '')) &&
    holds('transactionUuid', (wanted: string) => isUuid(wanted, change.transactionUuid ?? ''))
  )
}

/** Whether a transaction is among those that a filter asks for. */
export function isWantedTransaction(
  { pledges }: World,
  filter: Filter | null | undefined,
  transaction: Transaction,
) {
  const holds = conditionsOf(filter)
  const { executedAt } = transaction
  const pledge = pledges.find(({ uuid }) => uuid === transaction.pledgeUuid)!
  return (
    holds('uuid', (wanted: string[]) => wanted.some((uuid) => isUuid(uuid, transaction.uuid))) &&
    holds('status', (wanted: string[]) => wanted.includes(transaction.status)) &&
    holds('type', (wanted: string[]) => wanted.includes(transaction.type)) &&
    holds('pledgeUuid', (wanted: string) => isUuid(wanted, pledge.uuid)) &&
    holds('personUuid', (wanted: string) => isUuid(wanted, pledge.personUuid)) &&
    holds('createdAfter', (wanted: string) => transaction.createdAt > instantOf(wanted)) &&
    holds('createdBefore', (wanted: string) => transaction.createdAt < instantOf(wanted)) &&
    holds('updatedAfter', (wanted: string) => transaction.updatedAt > instantOf(wanted)) &&
    holds(
      'executedAfter',
      (wanted: string) => executedAt !== null && executedAt > instantOf(wanted),
    ) &&
    holds(
      'executedBefore',
      (wanted: string) => executedAt !== null && executedAt < instantOf(wanted),
    )
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
