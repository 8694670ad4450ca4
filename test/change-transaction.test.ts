import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Actor, type Permission, PERMISSIONS } from '../src/core/actor.ts'
import type { Database } from '../src/db/database.ts'
import { pledges } from '../src/pledge/table.ts'
import { recordAct } from './support/changes.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { importFile } from './support/import-file.ts'
import {
  organizationLine,
  personLine,
  pledgeLine,
  source,
  transactionLine,
} from './support/import-lines.ts'
import {
  insertOrganization,
  insertPledge,
  insertTransaction,
  type Pledge,
  type Transaction,
} from './support/records.ts'

let database: Database
let pledge: Pledge
let transaction: Transaction
let other: string

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  pledge = await insertPledge(database)
  transaction = await insertTransaction(database, { pledgeUuid: pledge.uuid })
  other = (await insertOrganization(database)).uuid
})

const record = (actor: string) => recordAct(database, { transactionUuid: transaction.uuid, actor })

async function ask(query: string, fields: Partial<Actor> = {}) {
  return await createGateway({ database, actor: { ...EVERYTHING, ...fields } }).execute(query)
}

/** The actors of the changes that an account of one organization finds in the feed, in order. */
async function actorsSeenBy(organization: string): Promise<string[]> {
  const { data } = await ask('{ changes(first: 100) { totalCount nodes { actor } } }', {
    organizations: [organization],
  })
  expect(data.changes.totalCount).toBe(data.changes.nodes.length)
  return data.changes.nodes.map(({ actor }: { actor: string }) => actor)
}

describe('a change of a transaction', () => {
  test('tells of which, in the feed and in its own history, and not in that of the pledge', async () => {
    await record('one')
    await recordAct(database, { pledgeUuid: pledge.uuid, actor: 'of the pledge' })
    await record('two')
    const { uuid } = transaction
    const { data, errors } = await ask(
      `{ changes(last: 1) { nodes { kind transaction { uuid pledge { uuid } } pledge { uuid } call { uuid } person { uuid } } }
         transaction(uuid: "${uuid}") { changes { totalCount nodes { actor transaction { uuid } } } }
         pledge(uuid: "${pledge.uuid}") { changes { nodes { actor transaction { uuid } } } }
         of: changes(filter: { transactionUuid: "${uuid.toUpperCase()}" }) { totalCount nodes { actor } }
         ofPledge: changes(filter: { pledgeUuid: "${pledge.uuid}" }) { nodes { actor } }
         both: changes(filter: { pledgeUuid: "${pledge.uuid}", transactionUuid: "${uuid}" }) { totalCount } }`,
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      changes: {
        nodes: [
          {
            kind: 'TRANSACTION_UPDATED',
            transaction: { uuid, pledge: { uuid: pledge.uuid } },
            pledge: null,
            call: null,
            person: null,
          },
        ],
      },
      transaction: {
        changes: {
          totalCount: 2,
          nodes: [
            { actor: 'one', transaction: { uuid } },
            { actor: 'two', transaction: { uuid } },
          ],
        },
      },
      pledge: { changes: { nodes: [{ actor: 'of the pledge', transaction: null }] } },
      of: { totalCount: 2, nodes: [{ actor: 'one' }, { actor: 'two' }] },
      ofPledge: { nodes: [{ actor: 'of the pledge' }] },
      both: { totalCount: 0 },
    })
  })

  test('needs TRANSACTIONS_READ, and that alone is enough for the feed', async () => {
    await recordAct(database, { pledgeUuid: pledge.uuid, actor: 'of the pledge' })
    await record('of the transaction')
    const seenWith = async (permissions: readonly Permission[]) => {
      const { data, errors } = await ask('{ changes(last: 100) { nodes { actor } } }', {
        permissions: new Set(permissions),
        organizations: [pledge.owningOrganizationUuid],
      })
      expect(errors).toBeUndefined()
      return data.changes.nodes.map(({ actor }: { actor: string }) => actor)
    }
    expect(await seenWith(['TRANSACTIONS_READ'])).toEqual(['of the transaction'])
    const others = PERMISSIONS.filter((permission) => permission !== 'TRANSACTIONS_READ')
    expect(await seenWith(others)).toEqual(['of the pledge'])
  })
})

describe('it is seen by whoever sees the pledge', () => {
  test('and by nobody else, also where the filter names the transaction', async () => {
    await record('one')
    expect(await actorsSeenBy(pledge.owningOrganizationUuid)).toEqual(['one'])
    expect(await actorsSeenBy(other)).toEqual([])
    const { data } = await ask(
      `{ changes(filter: { transactionUuid: "${transaction.uuid}" }) { totalCount nodes { actor } } }`,
      { organizations: [other] },
    )
    expect(data.changes).toEqual({ totalCount: 0, nodes: [] })
  })

  test('by the new recruiter, where it gets another one', async () => {
    await record('before')
    await database.drizzle
      .update(pledges)
      .set({ recruitingOrganizationUuid: other })
      .where(eq(pledges.uuid, pledge.uuid))
    await record('after')
    expect(await actorsSeenBy(other)).toEqual(['before', 'after'])
    expect(await actorsSeenBy(pledge.owningOrganizationUuid)).toEqual(['before', 'after'])
  })

  test('as an import makes it: by a pledge of other organizations, or by another pledge', async () => {
    const [former, latter] = [organizationLine(), organizationLine()]
    const person = personLine(former)
    const first = pledgeLine(person, { externalSource: source('transaction 1') })
    const second = pledgeLine(person, {
      externalSource: source('transaction 2'),
      recruitingOrganizationUuid: latter.uuid,
    })
    const moved = transactionLine(first)
    const carried = transactionLine(first)
    await importFile(database, [former, latter, person, first, second, moved, carried])
    const seenByLatter = async () => {
      const { data } = await ask(
        `{ transactions { nodes { uuid } } changes { nodes { kind transaction { uuid } } } }`,
        { organizations: [latter.uuid] },
      )
      const ofTransactions = (data.changes.nodes as { transaction: { uuid: string } | null }[])
        .flatMap(({ transaction: of }) => of?.uuid ?? [])
        .sort()
      return { listed: data.transactions.nodes.length as number, ofTransactions }
    }
    expect(await seenByLatter()).toEqual({ listed: 0, ofTransactions: [] })
    await importFile(database, [{ ...moved, pledgeUuid: second.uuid }])
    const twice = [moved.uuid, moved.uuid]
    expect(await seenByLatter()).toEqual({ listed: 1, ofTransactions: twice })
    await importFile(database, [
      { ...first, recruitingOrganizationUuid: latter.uuid },
      { ...carried, amount: '9.00' },
    ])
    expect(await seenByLatter()).toEqual({
      listed: 2,
      ofTransactions: [...twice, carried.uuid, carried.uuid].sort(),
    })
  })
})
