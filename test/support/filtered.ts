import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/db/database.ts'
import {
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
} from './records.ts'

const BASE = Date.parse('2026-05-01T12:00:00.000Z')

const at = (milliseconds: number) => new Date(BASE + milliseconds)

/** An instant as a client may write it: with an offset, and with digits that are cut off. */
export const text = (milliseconds: number) =>
  at(milliseconds + 3_600_000)
    .toISOString()
    .replace('Z', '999+01:00')

/** What the filters name: two organizations, a person of the first one, and that person's first pledge. */
export const uuids = {
  person: '',
  pledge: '',
  A: randomUUID(),
  B: randomUUID(),
  unknown: randomUUID(),
}

/** Inserts records that tell filters apart: pledges p1 to p5 and calls c1 to c5 of one person, and others. */
export async function insertFiltered(database: Database): Promise<void> {
  const { A, B } = uuids
  await insertOrganization(database, { uuid: A })
  await insertOrganization(database, { uuid: B })
  const person = { owningOrganizationUuid: A, lastName: 'one', createdAt: at(1) }
  uuids.person = (await insertPerson(database, person)).uuid
  for (const lastName of ['two', 'three']) {
    await insertPerson(database, { owningOrganizationUuid: B, lastName, createdAt: at(2) })
  }
  await insertPledges(database)
  await insertCalls(database)
}

async function insertPledges(database: Database) {
  const { person: personUuid, B } = uuids
  const donation = { initialDonationAmount: null, donationAmount: null }
  const crm = (id: string, name = 'crm') => ({
    ...donation,
    externalSourceName: name,
    externalSourceId: id,
  })
  const pledges = [
    { label: 'p1', createdAt: at(1), updatedAt: at(4) },
    {
      label: 'p2',
      createdAt: at(2),
      updatedAt: at(3),
      type: 'STREET',
      status: 'ACTIVE',
      releasedAt: at(2),
      recruitingOrganizationUuid: B,
    },
    {
      label: 'p3',
      createdAt: at(3),
      updatedAt: at(3),
      status: 'CANCELLED',
      releasedAt: at(3),
      ...crm('1'),
    },
    { label: 'p4', createdAt: at(3), updatedAt: at(1), type: 'STREET', ...crm('2') },
    {
      label: 'p5',
      createdAt: at(4),
      updatedAt: at(4),
      status: 'FULFILLED',
      ...crm('1', 'o\'crm "{2}"'),
    },
  ] as const
  for (const { label: recruitingLocationLabel, ...pledge } of pledges) {
    const { uuid } = await insertPledge(database, {
      personUuid,
      recruitingLocationLabel,
      ...pledge,
    })
    uuids.pledge ||= uuid
    const type = { p1: 'IDEAL', p3: 'IDEAL_QR' }[recruitingLocationLabel as 'p1' | 'p3']
    if (type)
      await insertTransaction(database, {
        pledgeUuid: uuid,
        type: type as 'IDEAL',
        status: 'FAILED',
      })
  }
}

async function insertCalls(database: Database) {
  const { person: personUuid, pledge: pledgeUuid, B } = uuids
  const dialler = (id: string, name = 'dialler') => ({
    externalApplicationName: name,
    externalReferenceId: id,
  })
  const calls = [
    { notes: 'c1', createdAt: at(1), updatedAt: at(4), requestedAt: at(1), pledgeUuid },
    {
      notes: 'c2',
      createdAt: at(2),
      updatedAt: at(3),
      requestedAt: at(3),
      type: 'WINBACK',
      status: 'CANCELLED',
      cancelledAt: at(9),
      organizationUuid: B,
    },
    {
      notes: 'c3',
      createdAt: at(3),
      updatedAt: at(3),
      requestedAt: at(2),
      status: 'EXPIRED',
      ...dialler('1'),
    },
    {
      notes: 'c4',
      createdAt: at(3),
      updatedAt: at(1),
      requestedAt: at(2),
      type: 'HAPPY_CALL',
      ...dialler('2'),
    },
    {
      notes: 'c5',
      createdAt: at(4),
      updatedAt: at(4),
      requestedAt: at(4),
      status: 'COMPLETED',
      ...dialler('1', 'Dialler'),
    },
  ] as const
  for (const call of calls) await insertCall(database, { personUuid, ...call })
}
