import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { text } from './support/filtered.ts'
import {
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
} from './support/records.ts'

const UNKNOWN = '5cf67f69-34d0-46fe-b904-20d56248a844'
const BASE = Date.parse('2026-05-01T12:00:00.000Z')
const at = (milliseconds: number) => new Date(BASE + milliseconds)

const uuids = { owner: '', recruiter: '', other: '', person: '', pledge: '', foreign: '' }
/** The UUID of each transaction, by its name: it is its amount, too. */
const named: Record<string, string> = {}

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
  for (const name of ['owner', 'recruiter', 'other'] as const) {
    uuids[name] = (await insertOrganization(database)).uuid
  }
  const person = await insertPerson(database, { owningOrganizationUuid: uuids.owner })
  const inHouse = await insertPledge(database, { personUuid: person.uuid })
  const recruited = await insertPledge(database, {
    personUuid: person.uuid,
    recruitingOrganizationUuid: uuids.recruiter,
  })
  const foreign = await insertPledge(database, { owningOrganizationUuid: uuids.other })
  Object.assign(uuids, { person: person.uuid, pledge: inHouse.uuid, foreign: foreign.uuid })
  const rows = [
    ['1', inHouse.uuid, 'PENDING', 'DIRECT_DEBIT', at(1), at(4), null],
    ['2', inHouse.uuid, 'COLLECTED', 'IDEAL', at(2), at(3), at(3)],
    ['3', recruited.uuid, 'FAILED', 'IDEAL_QR', at(3), at(3), at(4)],
    ['4', recruited.uuid, 'REVERSED', 'DIRECT_DEBIT', at(3), at(5), at(3)],
    ['5', foreign.uuid, 'COLLECTED', 'CARD', at(4), at(1), at(4)],
  ] as const
  for (const [name, pledgeUuid, status, type, createdAt, updatedAt, executedAt] of rows) {
    const amount = `${name}.00`
    const instants = { createdAt, updatedAt, executedAt }
    const row = await insertTransaction(database, { pledgeUuid, status, type, amount, ...instants })
    named[name] = row.uuid
  }
})
afterAll(() => database.close())

const CASES: readonly (readonly [filter: () => object | null, expected: string])[] = [
  [() => null, '1 2 3 4 5'],
  [() => ({ uuid: null, status: null, type: null, pledgeUuid: null }), '1 2 3 4 5'],
  [() => ({ uuid: [named['1'], named['5']?.toUpperCase(), UNKNOWN] }), '1 5'],
  [() => ({ uuid: [] }), ''],
  [() => ({ uuid: [UNKNOWN] }), ''],
  [() => ({ status: ['COLLECTED', 'FAILED', 'COLLECTED'] }), '2 3 5'],
  [() => ({ status: 'PENDING' }), '1'],
  [() => ({ status: [] }), ''],
  [() => ({ type: ['DIRECT_DEBIT'] }), '1 4'],
  [() => ({ type: ['CARD', 'IDEAL'], status: ['COLLECTED'] }), '2 5'],
  [() => ({ pledgeUuid: uuids.pledge }), '1 2'],
  [() => ({ pledgeUuid: uuids.pledge, status: ['PENDING'] }), '1'],
  [() => ({ pledgeUuid: uuids.foreign }), '5'],
  [() => ({ pledgeUuid: UNKNOWN }), ''],
  [() => ({ personUuid: uuids.person }), '1 2 3 4'],
  [() => ({ personUuid: uuids.person, pledgeUuid: uuids.foreign }), ''],
  [() => ({ personUuid: UNKNOWN }), ''],
  [() => ({ createdAfter: text(2) }), '3 4 5'],
  [() => ({ createdBefore: text(3) }), '1 2'],
  [() => ({ createdAfter: text(1), createdBefore: text(4) }), '2 3 4'],
  [() => ({ updatedAfter: text(3) }), '1 4'],
  [() => ({ executedAfter: text(3) }), '3 5'],
  [() => ({ executedBefore: text(4) }), '2 4'],
  [() => ({ executedAfter: text(3), executedBefore: text(4) }), ''],
  [() => ({ executedAfter: '0001-01-01T00:00:00Z' }), '2 3 4 5'],
]

const SCOPES = [
  { who: 'all organizations', seen: '1 2 3 4 5', organizations: () => 'all' as const },
  { who: 'the owner', seen: '1 2 3 4', organizations: () => [uuids.owner] },
  { who: 'the recruiter', seen: '3 4', organizations: () => [uuids.recruiter] },
  { who: 'both', seen: '1 2 3 4', organizations: () => [uuids.owner, uuids.recruiter] },
  { who: 'a stranger', seen: '', organizations: () => [UNKNOWN] },
]

const ORDERS = [
  null,
  { field: 'CREATED_AT', direction: 'ASC' },
  { field: 'UPDATED_AT', direction: 'DESC' },
  { field: 'UPDATED_AT', direction: 'ASC' },
]

async function list(organizations: 'all' | string[], filter: object | null, orderBy: unknown) {
  const gateway = createGateway({ database, actor: { ...EVERYTHING, organizations } })
  const { data, errors } = await gateway.execute(
    `query ($filter: TransactionFilter, $orderBy: TransactionOrder) {
       transactions(filter: $filter, orderBy: $orderBy) { totalCount nodes { amount createdAt updatedAt uuid } } }`,
    { filter, orderBy },
  )
  expect(errors).toBeUndefined()
  expect(data.transactions.totalCount).toBe(data.transactions.nodes.length)
  return data.transactions.nodes as Record<'amount' | 'createdAt' | 'updatedAt' | 'uuid', string>[]
}

describe.each(SCOPES)('seen by $who', ({ seen, organizations }) => {
  test.each(CASES.map(([filter, expected], index) => ({ filter, expected, index })))(
    '$index: those that are asked for are $expected',
    async ({ filter, expected }) => {
      const wanted = expected.split(' ').filter((name) => name !== '' && seen.includes(name))
      for (const orderBy of ORDERS) {
        const nodes = await list(organizations(), filter(), orderBy)
        expect(nodes.map(({ amount }) => amount[0]).sort()).toEqual(wanted)
        const { field, direction } = orderBy ?? { field: 'CREATED_AT', direction: 'DESC' }
        const column = field === 'CREATED_AT' ? 'createdAt' : 'updatedAt'
        const places = nodes.map((node) => `${node[column]} ${node.uuid}`)
        const inOrder = places.toSorted()
        expect(places).toEqual(direction === 'ASC' ? inOrder : inOrder.reverse())
      }
    },
  )
})
