import { randomUUID } from 'node:crypto'
import { desc, eq, or, type SQL } from 'drizzle-orm'
import { calls } from '../../src/call/table.ts'
import type { Database } from '../../src/db/database.ts'
import { changes } from '../../src/feed/table.ts'
import { type Erasure, erasePerson } from '../../src/person/commands.ts'
import { persons } from '../../src/person/table.ts'
import { pledges } from '../../src/pledge/table.ts'
import {
  type Call,
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertUser,
  type Person,
  type Pledge,
  RECORDED_AT,
} from './records.ts'
import { createTestStorage, type TestStorage } from './storage.ts'

/** When somebody is erased, unless the test says otherwise. */
export const ERASED_AT = new Date('2026-05-04T12:00:00.000Z')

/** A donor of whom everything is known, with managed and external pledges and calls that say something of them. */
export interface Donor {
  readonly person: Person
  readonly managed: { readonly pledge: Pledge; readonly call: Call }
  readonly external: { readonly pledge: Pledge; readonly call: Call }
  /** With a pledge and a call that say nothing of the person. */
  readonly silent: { readonly pledge: Pledge; readonly call: Call }
  /** Recruits and calls, and owns nothing of it. */
  readonly agency: string
  readonly storage: TestStorage
}

export async function insertDonor(database: Database): Promise<Donor> {
  const person = await insertPerson(database, {
    firstName: 'Noor',
    lastName: 'Jansen',
    email: 'noor@example.org',
    phoneNumber: '+31600000001',
  })
  const { uuid: agency } = await insertOrganization(database)
  const of = { personUuid: person.uuid }
  const storage = createTestStorage()
  const signatureKey = async () => {
    const key = `signatures/${randomUUID()}.png`
    await storage.put(key, Buffer.from('Noor Jansen'), 'image/png')
    return key
  }
  const said = {
    originMetadata: { from: 'Noor' },
    externalProperties: { name: 'Noor' },
    recruitingOrganizationUuid: agency,
  }
  const { uuid: completedByUuid } = await insertUser(database)
  return {
    person,
    managed: {
      pledge: await insertPledge(database, { ...of, ...said, signatureKey: await signatureKey() }),
      call: await insertCall(database, {
        ...of,
        organizationUuid: agency,
        status: 'COMPLETED',
        completedAt: RECORDED_AT,
        completedByUuid,
        result: 'OK',
        notes: 'Noor was kind',
      }),
    },
    external: {
      pledge: await insertPledge(database, {
        ...of,
        ...said,
        signatureKey: await signatureKey(),
        externalSourceName: 'crm',
        externalSourceId: randomUUID(),
      }),
      call: await insertCall(database, {
        ...of,
        notes: 'Noor was out',
        externalApplicationName: 'dialler',
        externalReferenceId: randomUUID(),
        externalStatusDescription: 'Noor rings back',
      }),
    },
    silent: { pledge: await insertPledge(database, of), call: await insertCall(database, of) },
    agency,
    storage,
  }
}

export function erase(
  database: Database,
  { person: { uuid }, storage }: { person: { readonly uuid: string }; storage: Donor['storage'] },
  now = ERASED_AT,
): Promise<Erasure> {
  return erasePerson({ database, storage, clock: () => now }, uuid)
}

/** A donor as they are stored now. */
export async function reload(database: Database, donor: Donor): Promise<Donor> {
  const { drizzle } = database
  const pledge = async ({ uuid }: Pledge) =>
    (await drizzle.select().from(pledges).where(eq(pledges.uuid, uuid)))[0]!
  const call = async ({ uuid }: Call) =>
    (await drizzle.select().from(calls).where(eq(calls.uuid, uuid)))[0]!
  const both = async (records: { pledge: Pledge; call: Call }) => ({
    pledge: await pledge(records.pledge),
    call: await call(records.call),
  })
  const [person] = await drizzle.select().from(persons).where(eq(persons.uuid, donor.person.uuid))
  return {
    ...donor,
    person: person!,
    managed: await both(donor.managed),
    external: await both(donor.external),
    silent: await both(donor.silent),
  }
}

/** What is recorded of a donor and of their pledges and calls, the newest first. */
export async function recordedOf({ drizzle }: Database, donor: Donor) {
  const { person, managed, external, silent } = donor
  const records = [managed, external, silent]
  const isOfDonor: SQL[] = [
    eq(changes.personUuid, person.uuid),
    ...records.map(({ pledge }) => eq(changes.pledgeUuid, pledge.uuid)),
    ...records.map(({ call }) => eq(changes.callUuid, call.uuid)),
  ]
  return await drizzle
    .select()
    .from(changes)
    .where(or(...isOfDonor))
    .orderBy(desc(changes.number))
}
