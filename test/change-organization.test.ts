import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { act } from '../src/act/run.ts'
import { calls } from '../src/call/table.ts'
import type { Database, Drizzle } from '../src/db/database.ts'
import { recordChanges } from '../src/feed/recording.ts'
import { persons } from '../src/person/table.ts'
import { pledges } from '../src/pledge/table.ts'
import { recordAct, whole } from './support/changes.ts'
import { isOnPostgres, openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { untilSomebodyWaits } from './support/lock.ts'
import { createMoment } from './support/moment.ts'
import {
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  type Pledge,
} from './support/records.ts'

let database: Database
let former: string
let latter: string

beforeAll(async () => {
  database = await openTestDatabase()
})

afterAll(() => database.close())

describe('with a record that gets another organization, its whole history changes hands', () => {
  test('when another one recruited the pledge', async () => {
    await prepareOrganizations()
    const { uuid } = await insertPledge(database, { recruitingOrganizationUuid: former })
    await expectHandOver({ pledgeUuid: uuid }, () => recruitBy(database.drizzle, uuid, latter))
  })

  test('when another one is to make the call', async () => {
    await prepareOrganizations()
    const { uuid } = await insertCall(database, { organizationUuid: former })
    await expectHandOver({ callUuid: uuid }, async () => {
      await database.drizzle
        .update(calls)
        .set({ organizationUuid: latter })
        .where(eq(calls.uuid, uuid))
    })
  })

  test('when another one has the person who is called', async () => {
    await prepareOrganizations()
    const person = await insertPerson(database, { owningOrganizationUuid: former })
    const { uuid: organizationUuid } = await insertOrganization(database)
    const { uuid } = await insertCall(database, { personUuid: person.uuid, organizationUuid })
    await expectHandOver({ callUuid: uuid }, async () => {
      await database.drizzle
        .update(persons)
        .set({ owningOrganizationUuid: latter })
        .where(eq(persons.uuid, person.uuid))
    })
  })

  async function expectHandOver(
    record: { readonly pledgeUuid: string } | { readonly callUuid: string },
    handOver: () => Promise<void>,
  ): Promise<void> {
    await recordAct(database, { ...record, actor: 'one' }, { ...record, actor: 'two' })
    expect(await actorsSeenBy(former)).toEqual(['one', 'two'])
    expect(await actorsSeenBy(latter)).toEqual([])
    await handOver()
    await recordAct(database, { ...record, actor: 'three' })
    expect(await actorsSeenBy(latter)).toEqual(['one', 'two', 'three'])
    expect(await actorsSeenBy(former)).toEqual([])
  }
})

describe.runIf(isOnPostgres())('while others write', () => {
  let pledge: Pledge

  test('what is placed during a hand-over is seen after it', async () => {
    await prepareOrganizations()
    pledge = await insertPledge(database, { recruitingOrganizationUuid: former })
    let recorded: Promise<void> | undefined
    await database.drizzle.transaction(async (transaction) => {
      await recruitBy(transaction, pledge.uuid, latter)
      recorded = recordAct(database, { pledgeUuid: pledge.uuid, actor: 'meanwhile' })
      await untilSomebodyWaits(transaction)
    })
    await recorded
    expect(await actorsSeenBy(latter)).toEqual(['meanwhile'])
  })

  test('what is handed over while it is being placed is seen after it', async () => {
    await prepareOrganizations()
    pledge = await insertPledge(database, { recruitingOrganizationUuid: former })
    const change = whole({ pledgeUuid: pledge.uuid, actor: 'meanwhile' })
    await database.drizzle.transaction((transaction) => recordChanges(transaction, change))
    let handedOver: Promise<void> | undefined
    await database.drizzle.transaction(async (transaction) => {
      await transaction.execute(sql`select place_changes(10)`)
      handedOver = recruitBy(database.drizzle, pledge.uuid, latter)
      await untilSomebodyWaits(transaction)
    })
    await handedOver
    expect(await actorsSeenBy(latter)).toEqual(['meanwhile'])
  })

  test('a long act keeps nobody else out of the feed', async () => {
    await prepareOrganizations()
    pledge = await insertPledge(database, { recruitingOrganizationUuid: former })
    const other = await insertPledge(database, { recruitingOrganizationUuid: former })
    const isRecorded = createMoment()
    const mayCommit = createMoment()
    const long = act(database, async (transaction) => {
      await recordChanges(transaction, whole({ pledgeUuid: pledge.uuid, actor: 'long' }))
      isRecorded.comes()
      await mayCommit.hasCome
    })
    await isRecorded.hasCome
    await recordAct(database, { pledgeUuid: other.uuid, actor: 'short' })
    expect(await actorsSeenBy(former)).toEqual(['short'])
    mayCommit.comes()
    await long
    expect(await actorsSeenBy(former)).toEqual(['short', 'long'])
  })
})

async function prepareOrganizations(): Promise<void> {
  former = (await insertOrganization(database)).uuid
  latter = (await insertOrganization(database)).uuid
}

async function recruitBy(drizzle: Drizzle, uuid: string, organization: string): Promise<void> {
  await drizzle
    .update(pledges)
    .set({ recruitingOrganizationUuid: organization })
    .where(eq(pledges.uuid, uuid))
}

/** The actors of the changes that an account of one organization finds in the feed, in order. */
async function actorsSeenBy(organization: string): Promise<string[]> {
  const actor = { ...EVERYTHING, organizations: [organization] }
  const { data } = await createGateway({ database, actor }).execute(
    '{ changes(first: 100) { nodes { actor } } }',
  )
  return data.changes.nodes.map((node: { actor: string }) => node.actor)
}
