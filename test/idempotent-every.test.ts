import { randomUUID } from 'node:crypto'
import { isNullableType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { type ActResult, loadEverything, perform } from './support/act.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, type Gateway } from './support/execution.ts'
import {
  insertCall,
  insertPerson,
  insertPledge,
  insertTransaction,
  insertUser,
  RECORDED_AT,
} from './support/records.ts'

// Every mutation that there is, whoever added it.

const NOW = new Date('2026-06-01T12:00:00.000Z')
const KEY_REFUSED = { code: 'INVALID_INPUT', issues: [{ path: ['@idempotent', 'key'] }] }

type Input = Readonly<Record<string, unknown>>

let database: Database
let gateway: Gateway

beforeAll(async () => {
  database = await openTestDatabase()
  gateway = createGateway({ database, now: NOW })
})

afterAll(() => database.close())

/** Mutations in which null clears and absent keeps. In all others the two are the same. */
const NULL_CLEARS = ['updatePledge']

/** Makes, for each mutation, an input with which it is done: another one each time, of records of its own. */
const INPUTS: Readonly<Record<string, () => Promise<Input>>> = {
  createPledge: async () => ({
    ...(await newDonor()),
    type: 'D2D',
    initialDonationAmount: '7.50',
    initialDonationInterval: 'MONTHLY',
  }),
  updatePledge: async () => ({ ...(await newPledge({})), donationAmount: '9.00' }),
  releasePledge: () => newPledge({}),
  activatePledge: () => newPledge({ releasedAt: RECORDED_AT }),
  dropPledge: () => newPledge({}),
  cancelPledge: async () => ({
    ...(await newPledge({ releasedAt: RECORDED_AT })),
    reason: 'moved',
  }),
  fulfillPledge: () =>
    newPledge({ status: 'ACTIVE', releasedAt: RECORDED_AT, endsAt: RECORDED_AT }),
  recordTransaction: async () => ({
    ...(await newPledge({})),
    type: 'DIRECT_DEBIT',
    status: 'PENDING',
    amount: '7.50',
  }),
  updateTransaction: async () => {
    const { pledgeUuid } = (await newPledge({})) as { pledgeUuid: string }
    const { uuid: transactionUuid } = await insertTransaction(database, {
      pledgeUuid,
      status: 'PENDING',
    })
    return { transactionUuid, status: 'COLLECTED' }
  },
  createCall: async () => {
    const { personUuid, owningOrganizationUuid: organizationUuid } = await newDonor()
    return { personUuid, organizationUuid, type: 'HAPPY_CALL' }
  },
  addCallAttempt: async () => ({ ...(await newCall()), attemptedByUuid: await newUser() }),
  completeCall: async () => ({
    ...(await newCall()),
    completedByUuid: await newUser(),
    result: 'reached',
  }),
  cancelCall: () => newCall(),
  expireCall: () => newCall(),
}

describe.each(Object.keys(schema.getMutationType()?.getFields() ?? {}))('%s', (mutation) => {
  const newInput = () => {
    const make = INPUTS[mutation]
    if (!make) throw new Error(`this test has no input for ${mutation}: add one to INPUTS`)
    return make()
  }
  const run = (input: Input, key: string) => perform(gateway, mutation, input, key)

  test('is done once for each key, and answers the same again', async () => {
    const [input, key] = [await newInput(), randomUUID()]
    const first = await run(input, key)
    expect(first.__typename.toLowerCase()).toBe(`${mutation}payload`.toLowerCase())
    const before = await loadEverything(database)
    expect(await run(input, key)).toEqual(first)
    expect(await run(input, key)).toEqual(first)
    expect(await loadEverything(database)).toEqual(before)
  })

  test('refuses the key with another input, and changes nothing', async () => {
    const [input, other, key] = [await newInput(), await newInput(), randomUUID()]
    await run(input, key)
    const before = await loadEverything(database)
    expect(await run(other, key)).toMatchObject(KEY_REFUSED)
    expect(await loadEverything(database)).toEqual(before)
    expect((await run(other, randomUUID())).__typename).toMatch(/Payload$/)
  })

  test('refuses a key of another mutation, and changes nothing', async () => {
    const [input, key] = [await newInput(), randomUUID()]
    const pledgeUuid = (await newPledge({}))['pledgeUuid']
    await perform(gateway, 'updatePledge', { pledgeUuid, startsAt: NOW }, key)
    const before = await loadEverything(database)
    const same = mutation === 'updatePledge'
    expect(await run(input, key)).toMatchObject({
      ...KEY_REFUSED,
      message: expect.stringContaining(same ? 'another input' : 'used for updatePledge') as string,
    })
    expect(await loadEverything(database)).toEqual(before)
  })

  test('takes null for what it means', async () => {
    const [input, key] = [await newInput(), randomUUID()]
    const first = await run(input, key)
    const nulls = { ...nullsFor(mutation, input), ...input }
    const again: ActResult = await run(nulls, key)
    if (NULL_CLEARS.includes(mutation)) expect(again.code).toBe('INVALID_INPUT')
    else expect(again).toEqual(first)
  })
})

/** Null for every key of the mutation's input that may be null and is not given. */
function nullsFor(mutation: string, input: Input): Input {
  const type = schema
    .getMutationType()
    ?.getFields()
    [mutation]?.args.find(({ name }) => name === 'input')?.type
  if (!type || !('ofType' in type) || !('getFields' in type.ofType)) {
    throw new Error(`${mutation} has no input`)
  }
  const fields = Object.values(type.ofType.getFields()).filter(
    (field) => isNullableType(field.type) && !(field.name in input),
  )
  return Object.fromEntries(fields.map(({ name }) => [name, null]))
}

async function newDonor() {
  const { uuid: personUuid, owningOrganizationUuid } = await insertPerson(database)
  return { personUuid, owningOrganizationUuid, recruitingOrganizationUuid: owningOrganizationUuid }
}

async function newPledge(fields: NonNullable<Parameters<typeof insertPledge>[1]>): Promise<Input> {
  return { pledgeUuid: (await insertPledge(database, fields)).uuid }
}

async function newCall(): Promise<Input> {
  return { callUuid: (await insertCall(database)).uuid }
}

async function newUser(): Promise<string> {
  return (await insertUser(database)).uuid
}
