import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Database } from '../../src/db/database.ts'
import { callAttempts, calls } from '../../src/call/table.ts'
import { focusAreas, organizations, users } from '../../src/organization/table.ts'
import { persons } from '../../src/person/table.ts'
import { pledges } from '../../src/pledge/table.ts'
import { transactions } from '../../src/transaction/table.ts'

// Each of these inserts one valid record, with the given fields and with what it refers to where that is
// not given, and answers the stored row.

/** When a record was created, unless the test says otherwise. */
export const RECORDED_AT = new Date('2026-03-02T09:00:00.000Z')

export type Organization = typeof organizations.$inferSelect
export type FocusArea = typeof focusAreas.$inferSelect
export type User = typeof users.$inferSelect
export type Person = typeof persons.$inferSelect
export type Pledge = typeof pledges.$inferSelect
export type Transaction = typeof transactions.$inferSelect
export type Call = typeof calls.$inferSelect
export type CallAttempt = typeof callAttempts.$inferSelect

export async function insertOrganization(
  { drizzle }: Database,
  fields: Partial<typeof organizations.$inferInsert> = {},
): Promise<Organization> {
  const [row] = await drizzle
    .insert(organizations)
    .values({
      uuid: randomUUID(),
      name: 'Stichting Helder Water',
      createdAt: RECORDED_AT,
      ...fields,
    })
    .returning()
  return row!
}

export async function insertFocusArea(
  database: Database,
  fields: Partial<typeof focusAreas.$inferInsert> = {},
): Promise<FocusArea> {
  const organizationUuid = fields.organizationUuid ?? (await insertOrganization(database)).uuid
  const [row] = await database.drizzle
    .insert(focusAreas)
    .values({ uuid: randomUUID(), name: 'Drinkwater', ...fields, organizationUuid })
    .returning()
  return row!
}

/** Works for no organization unless one is given. */
export async function insertUser(
  { drizzle }: Database,
  fields: Partial<typeof users.$inferInsert> = {},
): Promise<User> {
  const [row] = await drizzle
    .insert(users)
    .values({ uuid: randomUUID(), name: 'Sanne de Wit', ...fields })
    .returning()
  return row!
}

export async function insertPerson(
  database: Database,
  fields: Partial<typeof persons.$inferInsert> = {},
): Promise<Person> {
  const owningOrganizationUuid =
    fields.owningOrganizationUuid ?? (await insertOrganization(database)).uuid
  const [row] = await database.drizzle
    .insert(persons)
    .values({
      uuid: randomUUID(),
      firstName: 'Noor',
      lastName: 'Jansen',
      createdAt: RECORDED_AT,
      updatedAt: fields.createdAt ?? RECORDED_AT,
      ...fields,
      owningOrganizationUuid,
    })
    .returning()
  return row!
}

/** A managed lead of the person, recruited by the organization that owns it. */
export async function insertPledge(
  database: Database,
  fields: Partial<typeof pledges.$inferInsert> = {},
): Promise<Pledge> {
  const person = fields.personUuid
    ? await storedPerson(database, fields.personUuid)
    : await insertPerson(database, ownerOf(fields))
  const createdAt = fields.createdAt ?? RECORDED_AT
  const initialDonationAmount = fields.initialDonationAmount ?? '7.50'
  const initialDonationInterval = fields.initialDonationInterval ?? 'MONTHLY'
  const [row] = await database.drizzle
    .insert(pledges)
    .values({
      uuid: randomUUID(),
      status: 'LEAD',
      type: 'D2D',
      owningOrganizationUuid: person.owningOrganizationUuid,
      recruitingOrganizationUuid: person.owningOrganizationUuid,
      initialDonationAmount,
      initialDonationInterval,
      donationAmount: initialDonationAmount,
      donationInterval: initialDonationInterval,
      updatedAt: createdAt,
      ...fields,
      personUuid: person.uuid,
      createdAt,
    })
    .returning()
  return row!
}

/** A direct debit that was collected. */
export async function insertTransaction(
  database: Database,
  fields: Partial<typeof transactions.$inferInsert> = {},
): Promise<Transaction> {
  const pledge = fields.pledgeUuid
    ? await storedPledge(database, fields.pledgeUuid)
    : await insertPledge(database)
  const [row] = await database.drizzle
    .insert(transactions)
    .values({
      uuid: randomUUID(),
      owningOrganizationUuid: pledge.owningOrganizationUuid,
      recruitingOrganizationUuid: pledge.recruitingOrganizationUuid,
      type: 'DIRECT_DEBIT',
      status: 'COLLECTED',
      amount: '7.50',
      createdAt: RECORDED_AT,
      updatedAt: fields.createdAt ?? RECORDED_AT,
      ...fields,
      pledgeUuid: pledge.uuid,
    })
    .returning()
  return row!
}

/** A managed call, still requested, to the person or the pledge's person, by the organization that owns them. */
export async function insertCall(
  database: Database,
  fields: Partial<typeof calls.$inferInsert> = {},
): Promise<Call> {
  const person = await calledPerson(database, fields)
  const requestedAt = fields.requestedAt ?? RECORDED_AT
  const [row] = await database.drizzle
    .insert(calls)
    .values({
      uuid: randomUUID(),
      status: 'REQUESTED',
      type: 'VERIFICATION',
      personOrganizationUuid: person.owningOrganizationUuid,
      organizationUuid: person.owningOrganizationUuid,
      createdAt: requestedAt,
      updatedAt: fields.createdAt ?? requestedAt,
      ...fields,
      personUuid: person.uuid,
      requestedAt,
    })
    .returning()
  return row!
}

/** The next attempt at the call. */
export async function insertAttempt(
  database: Database,
  fields: Partial<typeof callAttempts.$inferInsert> = {},
): Promise<CallAttempt> {
  const callUuid = fields.callUuid ?? (await insertCall(database)).uuid
  const earlier = await database.drizzle.$count(callAttempts, eq(callAttempts.callUuid, callUuid))
  const [row] = await database.drizzle
    .insert(callAttempts)
    .values({ number: earlier + 1, attemptedAt: RECORDED_AT, ...fields, callUuid })
    .returning()
  return row!
}

async function calledPerson(
  database: Database,
  { personUuid, pledgeUuid }: Partial<typeof calls.$inferInsert>,
): Promise<Person> {
  if (personUuid) return await storedPerson(database, personUuid)
  if (!pledgeUuid) return await insertPerson(database)
  return await storedPerson(database, (await storedPledge(database, pledgeUuid)).personUuid)
}

async function storedPledge({ drizzle }: Database, uuid: string): Promise<Pledge> {
  const [row] = await drizzle.select().from(pledges).where(eq(pledges.uuid, uuid))
  return row!
}

async function storedPerson({ drizzle }: Database, uuid: string): Promise<Person> {
  const [row] = await drizzle.select().from(persons).where(eq(persons.uuid, uuid))
  return row!
}

function ownerOf({ owningOrganizationUuid }: Partial<typeof pledges.$inferInsert>) {
  return owningOrganizationUuid === undefined ? {} : { owningOrganizationUuid }
}
