import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Permission, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { encodeGlobalId } from '../src/read/global-id.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway } from './support/execution.ts'
import { type Call, insertCall, insertPledge, type Pledge } from './support/records.ts'

let database: Database
let pledge: Pledge
let call: Call

beforeAll(async () => {
  database = await openTestDatabase()
  pledge = await insertPledge(database)
  call = await insertCall(database, { personUuid: pledge.personUuid, pledgeUuid: pledge.uuid })
})

afterAll(() => database.close())

function gatewayWith(permissions: readonly Permission[]) {
  const actor = {
    email: 'reader@charity.example',
    permissions: new Set(permissions),
    organizations: 'all',
  } as const
  return createGateway({ database, actor })
}

describe('a missing permission', () => {
  const forbidden = (permission: Permission, ...path: (string | number)[]) =>
    expect.objectContaining({ path, extensions: { code: 'FORBIDDEN', permission } })

  test.each([
    ['PLEDGES_READ', 'pledges { totalCount }', 'pledges'],
    ['PLEDGES_READ', `pledge(uuid: "${randomUUID()}") { uuid }`, 'pledge'],
    ['CALLS_READ', 'calls { totalCount }', 'calls'],
    ['CALLS_READ', `call(uuid: "${randomUUID()}") { uuid }`, 'call'],
    ['PERSONS_READ', 'persons { totalCount }', 'persons'],
    ['PERSONS_READ', `person(uuid: "${randomUUID()}") { uuid }`, 'person'],
    ['TRANSACTIONS_READ', `transaction(uuid: "${randomUUID()}") { uuid }`, 'transaction'],
    ['PLEDGES_READ', `node(id: "${encodeGlobalId('Pledge', randomUUID())}") { id }`, 'node'],
    [
      'TRANSACTIONS_READ',
      'pledges(filter: { hasIdealQrTransaction: false }) { totalCount }',
      'pledges',
    ],
  ] as const)('%s: %s is null, with an error', async (permission, field, key) => {
    const permissions = PERMISSIONS.filter((each) => each !== permission)
    const gateway = gatewayWith(permissions)
    const { data, errors } = await gateway.execute(`{ viewer { email } ${field} }`)
    expect(data).toEqual({ viewer: { email: 'reader@charity.example' }, [key]: null })
    expect(errors).toEqual([forbidden(permission, key)])
  })

  test.each([
    ['PERSONS_READ', 'person { uuid }', 'person'],
    ['TRANSACTIONS_READ', 'transactions { totalCount }', 'transactions'],
    ['CALLS_READ', 'calls { totalCount }', 'calls'],
  ] as const)('%s: a pledge has %s as null, and the rest', async (permission, field, key) => {
    const permissions = PERMISSIONS.filter((each) => each !== permission)
    const gateway = gatewayWith(permissions)
    const { data, errors } = await gateway.execute(
      `query ($uuid: UUID!) { pledge(uuid: $uuid) { uuid ${field} } }`,
      { uuid: pledge.uuid },
    )
    expect(data.pledge).toEqual({ uuid: pledge.uuid, [key]: null })
    expect(errors).toEqual([forbidden(permission, 'pledge', key)])
  })

  test('PLEDGES_READ: a call and a person show no pledge', async () => {
    const gateway = gatewayWith(['CALLS_READ', 'PERSONS_READ', 'TRANSACTIONS_READ'])
    const { data, errors } = await gateway.execute(
      'query ($uuid: UUID!) { call(uuid: $uuid) { uuid pledge { uuid } person { pledges { totalCount } } } }',
      { uuid: call.uuid },
    )
    expect(data.call).toEqual({ uuid: call.uuid, pledge: null, person: { pledges: null } })
    expect(errors).toEqual([
      forbidden('PLEDGES_READ', 'call', 'pledge'),
      forbidden('PLEDGES_READ', 'call', 'person', 'pledges'),
    ])
  })

  test('in a list of nodes is told at its place', async () => {
    const gateway = gatewayWith(['CALLS_READ'])
    const { data, errors } = await gateway.execute(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      {
        ids: [encodeGlobalId('Pledge', pledge.uuid), encodeGlobalId('Call', call.uuid)],
      },
    )
    expect(data.nodes).toEqual([null, { id: encodeGlobalId('Call', call.uuid) }])
    expect(errors).toEqual([forbidden('PLEDGES_READ', 'nodes', 0)])
  })
})
