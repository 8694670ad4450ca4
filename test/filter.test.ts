import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING, type Gateway } from './support/execution.ts'
import { insertFiltered, text, uuids } from './support/filtered.ts'

let database: Database
let gateways: readonly Gateway[]
beforeAll(async () => {
  database = await openTestDatabase()
  await insertFiltered(database)
  const scoped = { ...EVERYTHING, organizations: [uuids.A, uuids.B] }
  gateways = [createGateway({ database }), createGateway({ database, actor: scoped })]
})
afterAll(() => database.close())

type Case = readonly [filter: () => Record<string, unknown> | null, expected: string]

const COMMON: readonly Case[] = [
  [() => null, '1 2 3 4 5'],
  [() => ({}), '1 2 3 4 5'],
  [() => ({ status: null, type: null, personUuid: null, createdAfter: null }), '1 2 3 4 5'],
  [() => ({ status: [] }), ''],
  [() => ({ type: [] }), ''],
  [() => ({ personUuid: uuids.person }), '1 2 3 4 5'],
  [() => ({ personUuid: uuids.person.toUpperCase() }), '1 2 3 4 5'],
  [() => ({ personUuid: uuids.unknown }), ''],
  [() => ({ createdAfter: text(2) }), '3 4 5'],
  [() => ({ createdAfter: text(4) }), ''],
  [() => ({ createdBefore: text(3) }), '1 2'],
  [() => ({ createdBefore: text(1) }), ''],
  [() => ({ createdAfter: text(1), createdBefore: text(4) }), '2 3 4'],
  [() => ({ createdAfter: text(3), createdBefore: text(2) }), ''],
  [() => ({ updatedAfter: text(3) }), '1 5'],
  [() => ({ updatedAfter: text(1) }), '1 2 3 5'],
  [
    () => ({ createdAfter: '0001-01-01T00:00:00Z', createdBefore: '9999-12-31T23:59:59.999Z' }),
    '1 2 3 4 5',
  ],
]

const PLEDGES: readonly Case[] = [
  ...COMMON,
  [() => ({ status: ['LEAD'] }), '1 4'],
  [() => ({ status: ['LEAD', 'ACTIVE', 'LEAD'] }), '1 2 4'],
  [() => ({ status: 'FULFILLED' }), '5'],
  [() => ({ type: ['D2D'] }), '1 3 5'],
  [() => ({ type: ['D2D'], status: ['LEAD'] }), '1'],
  [() => ({ owningOrganizationUuid: [uuids.A] }), '1 2 3 4 5'],
  [() => ({ owningOrganizationUuid: [uuids.A, uuids.A, uuids.unknown] }), '1 2 3 4 5'],
  [() => ({ owningOrganizationUuid: [uuids.B] }), ''],
  [() => ({ owningOrganizationUuid: [] }), ''],
  [() => ({ recruitingOrganizationUuid: [uuids.B.toUpperCase()] }), '2'],
  [() => ({ recruitingOrganizationUuid: [uuids.A, uuids.B] }), '1 2 3 4 5'],
  [() => ({ recruitingOrganizationUuid: [uuids.unknown] }), ''],
  [() => ({ recruitingOrganizationUuid: [], owningOrganizationUuid: [uuids.A] }), ''],
  [() => ({ releasedAfter: '2020-01-01T00:00:00Z' }), '2 3'],
  [() => ({ releasedAfter: text(2) }), '3'],
  [() => ({ hasIdealQrTransaction: true }), '3'],
  [() => ({ hasIdealQrTransaction: false }), '1 2 4 5'],
  [() => ({ hasIdealQrTransaction: null }), '1 2 3 4 5'],
  [() => ({ externalSource: { name: 'crm' } }), '3 4'],
  [() => ({ externalSource: { name: 'crm', id: null } }), '3 4'],
  [() => ({ externalSource: { name: 'crm', id: '2' } }), '4'],
  [() => ({ externalSource: { name: 'crm', id: '' } }), ''],
  [() => ({ externalSource: { name: 'CRM' } }), ''],
  [() => ({ externalSource: { name: '' } }), ''],
  [() => ({ externalSource: { name: "crm' or '1' = '1" } }), ''],
  [() => ({ externalSource: { name: 'o\'crm "{2}"', id: '1' } }), '5'],
  [() => ({ externalSource: null }), '1 2 3 4 5'],
  [
    () => ({
      externalSource: { name: 'crm' },
      status: ['LEAD'],
      createdAfter: text(2),
      type: ['STREET'],
    }),
    '4',
  ],
]

const CALLS: readonly Case[] = [
  ...COMMON,
  [() => ({ status: ['REQUESTED'] }), '1 4'],
  [() => ({ status: ['EXPIRED', 'COMPLETED', 'CANCELLED'] }), '2 3 5'],
  [() => ({ type: 'WINBACK' }), '2'],
  [() => ({ pledgeUuid: uuids.pledge }), '1'],
  [() => ({ pledgeUuid: uuids.unknown }), ''],
  [() => ({ organizationUuid: [uuids.B] }), '2'],
  [() => ({ organizationUuid: [uuids.A, uuids.unknown] }), '1 3 4 5'],
  [() => ({ organizationUuid: [] }), ''],
  [() => ({ requestedAfter: text(2) }), '2 5'],
  [() => ({ requestedAfter: text(4) }), ''],
  [() => ({ external: true }), '3 4 5'],
  [() => ({ external: false }), '1 2'],
  [() => ({ external: null }), '1 2 3 4 5'],
  [() => ({ externalApplicationName: 'dialler' }), '3 4'],
  [() => ({ externalApplicationName: 'Dialler' }), '5'],
  [() => ({ externalReferenceId: '1' }), '3 5'],
  [() => ({ externalApplicationName: 'dialler', externalReferenceId: '1' }), '3'],
  [() => ({ externalApplicationName: '%' }), ''],
  [() => ({ external: false, externalApplicationName: 'dialler' }), ''],
]

const PERSONS: readonly Case[] = [
  [() => null, 'one two three'],
  [() => ({ owningOrganizationUuid: null, createdAfter: null }), 'one two three'],
  [() => ({ owningOrganizationUuid: [uuids.B] }), 'two three'],
  [() => ({ owningOrganizationUuid: [uuids.A, uuids.B, uuids.unknown] }), 'one two three'],
  [() => ({ owningOrganizationUuid: [] }), ''],
  [() => ({ createdAfter: text(1) }), 'two three'],
  [() => ({ createdAfter: text(2) }), ''],
  [() => ({ createdAfter: text(1), owningOrganizationUuid: [uuids.A] }), ''],
]

const titled = (cases: readonly Case[]) =>
  cases.map(([filter, expected], index) => ({
    filter,
    expected,
    index,
    shape: JSON.stringify(filter()),
  }))

describe('pledges', () => {
  test.each(titled(PLEDGES))('$index: $shape are $expected', async ({ filter, expected }) => {
    const names = expected === '' ? [] : expected.split(' ').map((number) => `p${number}`)
    const list = 'pledges(filter: $filter) { totalCount nodes { name: recruitingLocationLabel } }'
    const ordered = list.replace(')', ', orderBy: { field: UPDATED_AT, direction: ASC })')
    for (const field of [list, ordered, `person(uuid: "${uuids.person}") { ${list} }`]) {
      await expectNames('PledgeFilter', field, filter(), names)
    }
  })
})

describe('calls', () => {
  test.each(titled(CALLS))('$index: $shape are $expected', async ({ filter, expected }) => {
    const names = expected === '' ? [] : expected.split(' ').map((number) => `c${number}`)
    const list = 'calls(filter: $filter) { totalCount nodes { name: notes } }'
    const ordered = list.replace(')', ', orderBy: { field: REQUESTED_AT, direction: ASC })')
    for (const field of [list, ordered, `person(uuid: "${uuids.person}") { ${list} }`]) {
      await expectNames('CallFilter', field, filter(), names)
    }
    const ofPledge = names.filter((name) => name === 'c1')
    await expectNames(
      'CallFilter',
      `pledge(uuid: "${uuids.pledge}") { ${list} }`,
      filter(),
      ofPledge,
    )
  })
})

describe('persons', () => {
  test.each(titled(PERSONS))('$index: $shape are $expected', async ({ filter, expected }) => {
    const list = 'persons(filter: $filter) { totalCount nodes { name: lastName } }'
    await expectNames('PersonFilter', list, filter(), expected === '' ? [] : expected.split(' '))
  })
})

async function expectNames(type: string, field: string, filter: unknown, names: string[]) {
  for (const gateway of gateways) {
    const { data, errors } = await gateway.execute(`query ($filter: ${type}) { ${field} }`, {
      filter,
    })
    expect(errors).toBeUndefined()
    const list =
      data.pledges ??
      data.calls ??
      data.persons ??
      data.person?.pledges ??
      data.person?.calls ??
      data.pledge.calls
    expect(list.nodes.map(({ name }: { name: string }) => name).sort()).toEqual(names.toSorted())
    expect(list.totalCount).toBe(names.length)
  }
}
