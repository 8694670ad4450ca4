import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Permission } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { insertOrganization, insertPledge, type Organization } from './support/records.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const LATER = new Date(NOW.getTime() + 1)

let database: Database
let owner: Organization

beforeAll(async () => {
  database = await openTestDatabase()
  owner = await insertOrganization(database)
})

afterAll(() => database.close())

describe('what an act answers', () => {
  test('shows the act, whatever is selected, under any name', async () => {
    const { uuid } = await insertPledge(database, {
      owningOrganizationUuid: owner.uuid,
      endsAt: LATER,
    })
    let now = NOW
    const gateway = createGateway({ database, now: NOW, clock: () => now })
    const run = (withOwner: boolean) =>
      gateway.execute(
        `mutation ($uuid: UUID!, $withOwner: Boolean!) {
          first: releasePledge(input: { pledgeUuid: $uuid }) { ...Released }
          again: releasePledge(input: { pledgeUuid: $uuid }) { ...Released ...Problem }
          activatePledge(input: { pledgeUuid: $uuid }) {
            __typename
            ... on ActivatePledgePayload {
              before: pledge { ...State }
              pledge { transactions { totalCount } calls(first: 1) { nodes { uuid } } history: changes { nodes { kind } } }
            }
          }
        }
        fragment Released on ReleasePledgePayload {
          pledge { ...State owningOrganization @include(if: $withOwner) { name } }
        }
        fragment State on Pledge { status releasedAt startsAt updatedAt allowedActions }
        fragment Problem on UserError { code message }`,
        { uuid, withOwner },
      )
    // By the time that it is read the pledge has ended, which it had not when the operation began.
    now = new Date(LATER.getTime() + 5)
    const { data, errors } = await run(true)
    expect(errors).toBeUndefined()
    expect(data.first).toEqual({
      pledge: {
        status: 'LEAD',
        releasedAt: now.toISOString(),
        startsAt: null,
        updatedAt: now.toISOString(),
        allowedActions: ['UPDATE', 'ACTIVATE', 'CANCEL'],
        owningOrganization: { name: owner.name },
      },
    })
    expect(data.again).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(data.activatePledge).toEqual({
      __typename: 'ActivatePledgePayload',
      before: {
        status: 'ACTIVE',
        releasedAt: now.toISOString(),
        startsAt: now.toISOString(),
        updatedAt: now.toISOString(),
        allowedActions: ['UPDATE', 'CANCEL', 'FULFILL'],
      },
      pledge: {
        transactions: { totalCount: 0 },
        calls: { nodes: [] },
        history: { nodes: [{ kind: 'PLEDGE_RELEASED' }, { kind: 'PLEDGE_ACTIVATED' }] },
      },
    })
    expect((await run(false)).data.first).toEqual({})
  })

  test('is withheld as anywhere else', async () => {
    const { uuid } = await insertPledge(database, { owningOrganizationUuid: owner.uuid })
    const permissions = new Set<Permission>(['PLEDGES_READ', 'PLEDGES_RELEASE'])
    const gateway = createGateway({ database, now: NOW, actor: { ...EVERYTHING, permissions } })
    const { data, errors } = await gateway.execute(
      `mutation { releasePledge(input: { pledgeUuid: "${uuid}" }) { ... on ReleasePledgePayload { pledge { releasedAt person { uuid } } } } }`,
    )
    expect(data.releasePledge.pledge).toEqual({ releasedAt: NOW.toISOString(), person: null })
    expect(errors).toMatchObject([
      { path: ['releasePledge', 'pledge', 'person'], extensions: { code: 'FORBIDDEN' } },
    ])
  })
})
