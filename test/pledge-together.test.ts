import { randomUUID } from 'node:crypto'
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { inTransaction } from '../src/db/transaction.ts'
import type { Done } from '../src/act/claim.ts'
import { changes } from '../src/feed/table.ts'
import { users } from '../src/organization/table.ts'
import { updatePledge } from '../src/pledge/commands.ts'
import { allowedPledgeActions, type PledgeAction, type PledgeState } from '../src/pledge/rules.ts'
import { pledges } from '../src/pledge/table.ts'
import { type ActResult, perform } from './support/act.ts'
import { isOnPostgres, openForTwoGateways } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { untilSomebodyWaits } from './support/lock.ts'
import { sampleFiles } from './support/media.ts'
import { insertPerson, insertPledge, insertUser, RECORDED_AT } from './support/records.ts'
import { createTestStorage } from './support/storage.ts'

// Two gateways on one database: on Postgres each with connections of its own.

const CLIENTS = 24
const NOW = new Date('2026-06-01T12:00:00.000Z')
const PNG = (await sampleFiles())['image/png']
const SIGNATURE = { contentType: 'image/png', base64: PNG.toString('base64') }

let opened: Awaited<ReturnType<typeof openForTwoGateways>>
let database: Database
const storage = createTestStorage()

beforeAll(async () => {
  opened = await openForTwoGateways()
  database = opened.databases[0]
})

afterAll(() => opened.close())

describe('posted by many at once', () => {
  test.each(['uuid', 'external source', 'uuid and external source'])(
    'one %s is created once',
    async (what) => {
      const { uuid: personUuid, owningOrganizationUuid } = await insertPerson(database)
      const uuid = randomUUID()
      const externalSource = { name: 'crm', id: randomUUID() }
      const filesBefore = storage.files.size
      const results = await atOnce(CLIENTS, (run) =>
        run('createPledge', {
          personUuid,
          owningOrganizationUuid,
          recruitingOrganizationUuid: owningOrganizationUuid,
          type: 'D2D',
          initialDonationAmount: '7.50',
          initialDonationInterval: 'MONTHLY',
          signature: SIGNATURE,
          ...(what.includes('uuid') && { uuid }),
          ...(what.includes('external') && { externalSource }),
        }),
      )
      const created = results.flatMap(({ pledge }) => (pledge ? [pledge.uuid] : []))
      expect(created).toHaveLength(1)
      if (what.includes('uuid')) expect(created).toEqual([uuid])
      const conflicts = results.filter(({ code }) => code === 'CONFLICT')
      expect(conflicts).toHaveLength(CLIENTS - 1)
      expect(conflicts.map(({ existingPledge }) => existingPledge?.uuid)).toEqual(
        conflicts.map(() => created[0]),
      )
      const stored = await database.drizzle
        .select()
        .from(pledges)
        .where(eq(pledges.personUuid, personUuid))
      expect(stored.map((row) => row.uuid)).toEqual(created)
      expect(await historyOf(created[0]!)).toEqual(['PLEDGE_CREATED'])
      expect(storage.files.size).toBe(filesBefore + 1)
      expect(storage.files.has(stored[0]!.signatureKey!)).toBe(true)
    },
  )
})

describe('done to one pledge at once', () => {
  const ACTIONS = {
    releasePledge: 'RELEASE',
    activatePledge: 'ACTIVATE',
    dropPledge: 'DROP',
    cancelPledge: 'CANCEL',
    fulfillPledge: 'FULFILL',
  } as const satisfies Record<string, PledgeAction>
  const MUTATIONS = Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]

  test.each(MUTATIONS)('%s is done once', async (mutation) => {
    const { uuid } = await insertPledge(database, {
      ...(mutation !== 'releasePledge' && mutation !== 'dropPledge' && { releasedAt: RECORDED_AT }),
      ...(mutation === 'fulfillPledge' && { status: 'ACTIVE', endsAt: NOW }),
    })
    const results = await atOnce(CLIENTS, (run) => run(mutation, inputFor(mutation, uuid)))
    expect(results.filter(({ pledge }) => pledge)).toHaveLength(1)
    expect(results.filter(({ code }) => code === 'INVALID_TRANSITION')).toHaveLength(CLIENTS - 1)
    expect(await historyOf(uuid)).toHaveLength(1)
  })

  test.each([1, 2, 3, 4, 5, 6])('whatever it is, its history is a legal one (%i)', async () => {
    const { uuid } = await insertPledge(database, { endsAt: NOW })
    const results = await atOnce(CLIENTS, (run, client) => {
      const mutation = MUTATIONS[client % MUTATIONS.length]!
      return run(mutation, inputFor(mutation, uuid))
    })
    const history = await historyOf(uuid)
    expect(history).toHaveLength(results.filter(({ pledge }) => pledge).length)
    expect(history.length).toBeGreaterThan(0)
    let state: PledgeState = {
      status: 'LEAD',
      externalSourceName: null,
      releasedAt: null,
      wasCollected: false,
      endsAt: NOW,
    }
    for (const kind of history) {
      const action = actionOf(kind)
      expect(allowedPledgeActions(state, EVERYTHING.permissions, NOW)).toContain(action)
      state =
        action === 'RELEASE' ? { ...state, releasedAt: NOW } : { ...state, status: STATUS[action] }
    }
    const [row] = await database.drizzle.select().from(pledges).where(eq(pledges.uuid, uuid))
    expect(row).toMatchObject({ status: state.status, releasedAt: state.releasedAt })
  })

  test('corrections are all made, one after the other', async () => {
    const { uuid: pledgeUuid } = await insertPledge(database)
    const results = await atOnce(CLIENTS, (run, client) =>
      run('updatePledge', { pledgeUuid, recruitingLocationLabel: `Station ${client}` }),
    )
    expect(results.filter(({ pledge }) => pledge)).toHaveLength(CLIENTS)
    expect(await historyOf(pledgeUuid)).toHaveLength(CLIENTS)
  })

  const STATUS = {
    ACTIVATE: 'ACTIVE',
    DROP: 'DROPPED',
    CANCEL: 'CANCELLED',
    FULFILL: 'FULFILLED',
  } as const

  function actionOf(kind: string) {
    const action = Object.values(ACTIONS).find((each) =>
      kind.startsWith(`PLEDGE_${each.slice(0, 4)}`),
    )
    if (!action) throw new Error(`${kind} is not what an action is recorded as`)
    return action
  }

  function inputFor(mutation: string, pledgeUuid: string) {
    return { pledgeUuid, ...(mutation === 'cancelPledge' && { reason: 'moved' }) }
  }
})

test.runIf(isOnPostgres())('a deadlock is tried again, and nobody hears of it', async () => {
  const recruiter = await insertUser(database)
  const { uuid: pledgeUuid } = await insertPledge(database)
  const [here, there] = [counted(opened.databases[0]), counted(opened.databases[1])]
  const acting = { actor: EVERYTHING, database: here, clock: () => NOW }
  let act: Promise<Done> | undefined
  await inTransaction(there, async (transaction) => {
    await transaction.select().from(users).where(eq(users.uuid, recruiter.uuid)).for('update')
    if (!act) {
      act = updatePledge(acting, { pledgeUuid, recruiterUuid: recruiter.uuid })
      // It has locked the pledge, and waits for the user.
      await untilSomebodyWaits(transaction)
    }
    await transaction.select().from(pledges).where(eq(pledges.uuid, pledgeUuid)).for('update')
  })
  expect(await act).toEqual({ uuid: pledgeUuid })
  expect(here.transactions + there.transactions).toBe(3)
  expect(await historyOf(pledgeUuid)).toEqual(['PLEDGE_UPDATED'])
})

/** Runs acts at once, by turns on either gateway. */
function atOnce(
  clients: number,
  work: (
    run: (mutation: string, input: Record<string, unknown>) => Promise<ActResult>,
    client: number,
  ) => Promise<ActResult>,
): Promise<ActResult[]> {
  const gateways = opened.databases.map((each) =>
    createGateway({ database: each, storage, now: NOW }),
  )
  return Promise.all(
    Array.from({ length: clients }, (_, client) =>
      work((mutation, input) => perform(gateways[client % 2]!, mutation, input), client),
    ),
  )
}

/** The kinds of a pledge's changes, in the order in which every consumer sees them. */
async function historyOf(pledgeUuid: string): Promise<string[]> {
  const rows = await database.drizzle
    .select({ kind: changes.kind, position: changes.position })
    .from(changes)
    .where(eq(changes.pledgeUuid, pledgeUuid))
    .orderBy(asc(changes.position))
  expect(rows.map(({ position }) => position)).not.toContain(null)
  return rows.map(({ kind }) => kind)
}

/** The same database, that counts its transactions. */
function counted(of: Database): Database & { readonly transactions: number } {
  let transactions = 0
  const drizzle = new Proxy(of.drizzle, {
    get(target, name) {
      if (name === 'transaction') transactions += 1
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return {
    ...of,
    drizzle,
    get transactions() {
      return transactions
    },
  }
}
