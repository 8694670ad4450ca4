import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { encodeGlobalId } from '../src/read/global-id.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, type Gateway } from './support/execution.ts'
import {
  insertAttempt,
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
  insertUser,
  type Organization,
  type Person,
} from './support/records.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const at = (time: string) => new Date(`2026-04-01T${time}Z`)

let database: Database
let gateway: Gateway
let organization: Organization
let person: Person

beforeAll(async () => {
  database = await openTestDatabase()
  gateway = createGateway({ database, now: NOW })
  organization = await insertOrganization(database, { maxCallAttempts: 3 })
  person = await insertPerson(database, { owningOrganizationUuid: organization.uuid })
})

afterAll(() => database.close())

const mine = () => ({ personUuid: person.uuid })

async function uuidsOf(list: 'pledges' | 'calls', filter: object): Promise<string[]> {
  const type = list === 'pledges' ? 'PledgeFilter' : 'CallFilter'
  const { data, errors } = await gateway.execute(
    `query ($filter: ${type}) { ${list}(filter: $filter) { totalCount nodes { uuid } } }`,
    { filter: { personUuid: person.uuid, ...filter } },
  )
  expect(errors).toBeUndefined()
  const uuids = data[list].nodes.map(({ uuid }: { uuid: string }) => uuid)
  expect(data[list].totalCount).toBe(uuids.length)
  return uuids
}

describe('a filter', () => {
  test('on instants leaves out the instant itself', async () => {
    const pledge = await insertPledge(database, { ...mine(), createdAt: at('10:00:00.500') })
    const createdAt = '2026-04-01T10:00:00.500Z'
    const [before, after] = ['2026-04-01T10:00:00.501Z', '2026-04-01T10:00:00.499Z']
    expect(await uuidsOf('pledges', { createdAfter: createdAt, createdBefore: before })).toEqual([])
    expect(await uuidsOf('pledges', { createdAfter: after, createdBefore: createdAt })).toEqual([])
    expect(await uuidsOf('pledges', { createdAfter: after, createdBefore: before })).toEqual([
      pledge.uuid,
    ])
  })

  test('takes an offset, and cuts off what is finer than a millisecond', async () => {
    const pledge = await insertPledge(database, { ...mine(), createdAt: at('11:00:00.500') })
    const createdBefore = '2026-04-01T13:00:00.5019+02:00'
    expect(
      await uuidsOf('pledges', { createdAfter: '2026-04-01T13:00:00.4999+02:00', createdBefore }),
    ).toEqual([pledge.uuid])
  })

  test('with an empty list matches nothing, and with null everything', async () => {
    expect(await uuidsOf('pledges', { status: [] })).toEqual([])
    expect(await uuidsOf('pledges', { owningOrganizationUuid: [] })).toEqual([])
    expect(await uuidsOf('pledges', { status: null, createdAfter: null })).toEqual(
      await uuidsOf('pledges', {}),
    )
  })

  test('on a release finds no pledge that is not released', async () => {
    const released = await insertPledge(database, { ...mine(), releasedAt: at('12:00:00') })
    expect(await uuidsOf('pledges', { releasedAfter: '2026-01-01T00:00:00Z' })).toEqual([
      released.uuid,
    ])
  })

  test('on an iDEAL QR transaction takes it in any status, and can ask for none', async () => {
    const paid = await insertPledge(database, mine())
    await insertTransaction(database, { pledgeUuid: paid.uuid, type: 'IDEAL_QR', status: 'FAILED' })
    expect(await uuidsOf('pledges', { hasIdealQrTransaction: true })).toEqual([paid.uuid])
    expect(await uuidsOf('pledges', { hasIdealQrTransaction: false })).not.toContain(paid.uuid)
  })

  test('on an external source takes the source, or one record of it', async () => {
    const source = { externalSourceName: 'crm \'o"\\', externalSourceId: '{1,2}' }
    const one = await insertPledge(database, { ...mine(), ...source })
    const other = await insertPledge(database, { ...mine(), ...source, externalSourceId: '2' })
    const name = source.externalSourceName
    expect((await uuidsOf('pledges', { externalSource: { name } })).sort()).toEqual(
      [one.uuid, other.uuid].sort(),
    )
    expect(await uuidsOf('pledges', { externalSource: { name, id: '{1,2}' } })).toEqual([one.uuid])
    expect(await uuidsOf('pledges', { externalSource: { name: 'CRM' } })).toEqual([])
  })

  test('on calls tells external ones from ours', async () => {
    const ours = await insertCall(database, mine())
    const external = await insertCall(database, {
      ...mine(),
      externalApplicationName: 'dialler',
      externalReferenceId: 'r-1',
    })
    expect(await uuidsOf('calls', { external: true })).toEqual([external.uuid])
    expect(await uuidsOf('calls', { external: false })).toEqual([ours.uuid])
    expect(await uuidsOf('calls', { externalApplicationName: 'dialler' })).toEqual([external.uuid])
    expect(await uuidsOf('calls', { externalReferenceId: 'r-1' })).toEqual([external.uuid])
    expect(await uuidsOf('calls', { pledgeUuid: randomUUID() })).toEqual([])
  })
})

describe('what is read', () => {
  test('keeps amounts exact, instants to the millisecond and JSON as it is', async () => {
    const originMetadata = { event: 'fair', tablet: 7, nested: { list: [1, null, 'é\u2028'] } }
    const { uuid } = await insertPledge(database, {
      ...mine(),
      initialDonationAmount: '1000000.00',
      createdAt: at('09:00:00.010'),
      originMetadata,
    })
    const { data } = await gateway.execute(
      'query ($uuid: UUID!) { pledge(uuid: $uuid) { initialDonationAmount createdAt originMetadata signatureUrl } }',
      { uuid: uuid.toUpperCase() },
    )
    expect(data.pledge).toEqual({
      initialDonationAmount: '1000000.00',
      createdAt: '2026-04-01T09:00:00.010Z',
      originMetadata,
      signatureUrl: null,
    })
  })

  test('has every key as it was asked for, however long or odd', async () => {
    const { uuid } = await insertPledge(database, mine())
    const long = 'a'.repeat(70)
    const { data, errors } = await gateway.execute(
      `{ pledge(uuid: "${uuid}") { ${long}1: uuid ${long}2: status __proto__: uuid constructor: person { ${long}: lastName } c: calls { __proto__: totalCount } } }`,
    )
    expect(errors).toBeUndefined()
    expect(Object.entries(data.pledge)).toEqual([
      [`${long}1`, uuid],
      [`${long}2`, 'LEAD'],
      ['__proto__', uuid],
      ['constructor', { [long]: person.lastName }],
      ['c', JSON.parse('{"__proto__": 0}')],
    ])
  })

  test('tells the attempts that are left, and what may be done', async () => {
    const caller = await insertUser(database)
    const read = async (uuid: string) => {
      const { data } = await gateway.execute(
        'query ($uuid: UUID!) { call(uuid: $uuid) { attemptCount attemptsLeft allowedActions attempts { attemptedBy { name } } } }',
        { uuid },
      )
      return data.call
    }
    const requested = await insertCall(database, mine())
    await insertAttempt(database, { callUuid: requested.uuid, attemptedByUuid: caller.uuid })
    expect(await read(requested.uuid)).toEqual({
      attemptCount: 1,
      attemptsLeft: 2,
      allowedActions: ['ADD_ATTEMPT', 'COMPLETE', 'CANCEL', 'EXPIRE'],
      attempts: [{ attemptedBy: { name: caller.name } }],
    })
    const cancelled = await insertCall(database, {
      ...mine(),
      status: 'CANCELLED',
      cancelledAt: NOW,
    })
    expect(await read(cancelled.uuid)).toMatchObject({ attemptsLeft: 0, allowedActions: [] })
    const external = await insertCall(database, {
      ...mine(),
      externalApplicationName: 'dialler',
      externalReferenceId: 'r-2',
    })
    expect(await read(external.uuid)).toMatchObject({ attemptsLeft: null, allowedActions: [] })
  })

  test('comes by id at its place, nothing where there is nothing', async () => {
    const { uuid } = await insertPledge(database, mine())
    const id = encodeGlobalId('Pledge', uuid)
    const personId = encodeGlobalId('Person', person.uuid)
    const { data } = await gateway.execute(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Pledge { person { id } } } }',
      { ids: [id, encodeGlobalId('Call', randomUUID()), personId, id] },
    )
    const pledge = { __typename: 'Pledge', id, person: { id: personId } }
    expect(data.nodes).toEqual([pledge, null, { __typename: 'Person', id: personId }, pledge])
  })
})

describe('what is not accepted', () => {
  test.each([
    ['{ node(id: "garbage") { id } }', '"id" of Query.node'],
    [`{ node(id: "${encodeGlobalId('Nothing', randomUUID())}") { id } }`, '"id" of Query.node'],
    [`{ node(id: "${encodeGlobalId('Pledge', '1')}") { id } }`, '"id" of Query.node'],
    [
      `{ nodes(ids: [${`"${encodeGlobalId('Pledge', randomUUID())}",`.repeat(101)}]) { id } }`,
      '"ids" of Query.nodes',
    ],
    [
      '{ pledges(filter: { externalSource: { name: "\\u0000" } }) { totalCount } }',
      '"filter.externalSource" of Query.pledges',
    ],
  ])('is told by the argument: %#', async (query, place) => {
    const { errors } = await gateway.execute(query)
    expect(errors).toHaveLength(1)
    expect(errors?.[0]?.message).toContain(place)
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT')
  })

  test.each([
    [
      'a date without a zone',
      '{ pledges(filter: { createdAfter: "2026-01-01T00:00:00" }) { totalCount } }',
    ],
    [
      'a day that no calendar has',
      '{ pledges(filter: { createdAfter: "2026-02-30T00:00:00Z" }) { totalCount } }',
    ],
    [
      'a UUID of another version',
      '{ pledge(uuid: "82b431f0-f401-1afd-b6db-9d1d751232d9") { uuid } }',
    ],
    ['a number for a UUID', '{ pledge(uuid: 7) { uuid } }'],
  ])('is told by its type: %s', async (_what, query) => {
    const { errors } = await gateway.execute(query)
    expect(errors?.[0]?.message).toMatch(/must be (an RFC 3339|a version 4 UUID)/)
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT')
  })

  test('is a selection that no statement can hold', async () => {
    const wide = Array.from({ length: 1_700 }, (_, nth) => `a${nth}: uuid`).join(' ')
    const tooWide = await gateway.execute(`{ pledges { nodes { ${wide} } } }`)
    expect(tooWide.errors?.[0]?.extensions['code']).toBe('OPERATION_TOO_LARGE')
  })
})
