import type { Database } from '../../src/db/database.ts'
import {
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
} from './records.ts'

type Direction = 'ASC' | 'DESC'
export type Order = readonly [field: keyof typeof ORDERED_BY, direction: Direction]

/** The columns by which lists can be ordered. */
const ORDERED_BY = { CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', REQUESTED_AT: 'requestedAt' }

/** A place in the schema where records are listed. */
export interface List {
  readonly coordinate: string
  readonly name: string
  /** The field around it, where it is nested, of the record whose list it is. */
  readonly parent?: 'pledge' | 'person'
  readonly rows: keyof ListedRecords
  /** The type of its argument `orderBy`, and what that accepts. */
  readonly orderType?: string
  readonly orders: readonly Order[]
}

interface Row {
  readonly uuid: string
  readonly createdAt: Date
  readonly updatedAt?: Date
  readonly requestedAt?: Date
}

/** As many records of each type, all of them of one pledge and of one person where that is possible. */
export interface ListedRecords {
  readonly organizations: readonly Row[]
  readonly persons: readonly Row[]
  readonly pledges: readonly Row[]
  readonly calls: readonly Row[]
  readonly transactions: readonly Row[]
}

const NEWEST: Order = ['CREATED_AT', 'DESC']
const BY_CREATION: readonly Order[] = [NEWEST, ['CREATED_AT', 'ASC']]
const BY_UPDATE: readonly Order[] = [
  ['UPDATED_AT', 'DESC'],
  ['UPDATED_AT', 'ASC'],
]
const BY_REQUEST: readonly Order[] = [
  ['REQUESTED_AT', 'DESC'],
  ['REQUESTED_AT', 'ASC'],
]

export const LISTS: readonly List[] = [
  {
    coordinate: 'Query.pledges',
    name: 'pledges',
    rows: 'pledges',
    orderType: 'PledgeOrder',
    orders: [...BY_CREATION, ...BY_UPDATE],
  },
  {
    coordinate: 'Query.calls',
    name: 'calls',
    rows: 'calls',
    orderType: 'CallOrder',
    orders: [...BY_CREATION, ...BY_UPDATE, ...BY_REQUEST],
  },
  { coordinate: 'Query.persons', name: 'persons', rows: 'persons', orders: [NEWEST] },
  {
    coordinate: 'Query.organizations',
    name: 'organizations',
    rows: 'organizations',
    orders: [NEWEST],
  },
  {
    coordinate: 'Query.transactions',
    name: 'transactions',
    rows: 'transactions',
    orderType: 'TransactionOrder',
    orders: [...BY_CREATION, ...BY_UPDATE],
  },
  {
    coordinate: 'Pledge.transactions',
    name: 'transactions',
    parent: 'pledge',
    rows: 'transactions',
    orders: [NEWEST],
  },
  { coordinate: 'Pledge.calls', name: 'calls', parent: 'pledge', rows: 'calls', orders: [NEWEST] },
  {
    coordinate: 'Person.pledges',
    name: 'pledges',
    parent: 'person',
    rows: 'pledges',
    orders: [NEWEST],
  },
  { coordinate: 'Person.calls', name: 'calls', parent: 'person', rows: 'calls', orders: [NEWEST] },
]

/** How many records there are of each type. */
export const LISTED = 7

const BASE = Date.parse('2026-03-02T09:00:00.000Z')
const ROWS_OF_A_MILLISECOND = 3

/** Inserts records of which several share each millisecond, in every order by other neighbours. */
export async function insertListed(database: Database): Promise<ListedRecords> {
  const records = { organizations: [], persons: [], pledges: [], calls: [], transactions: [] } as {
    [Name in keyof ListedRecords]: Row[]
  }
  for (let index = 0; index < LISTED; index += 1) {
    const at = (step: number) =>
      new Date(BASE + Math.floor(((index * step) % LISTED) / ROWS_OF_A_MILLISECOND))
    const instants = { createdAt: at(1), updatedAt: at(2), requestedAt: at(3) }
    const organization = await insertOrganization(database, { createdAt: at(1) })
    const person = await insertPerson(database, {
      owningOrganizationUuid: organization.uuid,
      createdAt: at(1),
    })
    const personUuid = records.persons[0]?.uuid ?? person.uuid
    const pledge = await insertPledge(database, {
      ...instants,
      personUuid,
      recruitingOrganizationUuid: organization.uuid,
    })
    const pledgeUuid = records.pledges[0]?.uuid ?? pledge.uuid
    const call = await insertCall(database, {
      ...instants,
      personUuid,
      pledgeUuid,
      organizationUuid: organization.uuid,
    })
    const transaction = await insertTransaction(database, {
      pledgeUuid,
      createdAt: at(1),
      updatedAt: at(2),
    })
    records.organizations.push(organization)
    records.persons.push(person)
    records.pledges.push(pledge)
    records.calls.push(call)
    records.transactions.push(transaction)
  }
  return records
}

/** A list's uuids in an order, the uuid deciding within a millisecond. */
export function inOrder(rows: readonly Row[], [field, direction]: Order): string[] {
  const column = ORDERED_BY[field] as 'createdAt'
  const ascending = rows
    .map((row) => ({ uuid: row.uuid, place: `${row[column].toISOString()} ${row.uuid}` }))
    .sort((one, other) => (one.place < other.place ? -1 : 1))
    .map(({ uuid }) => uuid)
  return direction === 'ASC' ? ascending : ascending.reverse()
}

/** An operation that asks for one page of a list, by variables, with whatever is selected of it. */
export function pageOperation(list: List, selection: string, records?: ListedRecords): string {
  const { name, parent, orderType } = list
  const orderVariable = orderType ? `, $orderBy: ${orderType}` : ''
  const orderArgument = orderType ? ', orderBy: $orderBy' : ''
  const field = `${name}(first: $first, last: $last, after: $after, before: $before${orderArgument}) ${selection}`
  const root =
    parent && records ? `${parent}(uuid: "${records[`${parent}s`][0]!.uuid}") { ${field} }` : field
  return `query ($first: Int, $last: Int, $after: String, $before: String${orderVariable}) { ${root} }`
}
