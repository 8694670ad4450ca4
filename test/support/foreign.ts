import type { Database } from '../../src/db/database.ts'
import { pledgeFocusAreas } from '../../src/pledge/table.ts'
import { recordAct } from './changes.ts'
import {
  insertAttempt,
  insertCall,
  insertFocusArea,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertTransaction,
  insertUser,
  RECORDED_AT,
} from './records.ts'
import type { World } from './world.ts'

/** What every text says that the account may read nowhere. */
export const FOREIGN = 'FOREIGN'

/** What every text says that the account may read where a record of its own names it, and only there. */
export const NAMED = 'NAMED'

/** How many attempts a foreign organization allows: a number that is nowhere else. */
export const FOREIGN_MAX_CALL_ATTEMPTS = 77

/** The uuids of two charities and an agency, and of what each of them has to do with which record. */
export type Foreign = Awaited<ReturnType<typeof insertForeign>>

/**
 * Inserts what our organization has for itself, what it shares with another one, and what that one has for
 * itself: with texts that tell them apart. All of it is from the same millisecond, so that it lies together.
 */
export async function insertForeign(database: Database) {
  const ours = (await insertOrganization(database, { name: 'ours' })).uuid
  const theirs = (
    await insertOrganization(database, {
      name: `${NAMED} charity`,
      maxCallAttempts: FOREIGN_MAX_CALL_ATTEMPTS,
    })
  ).uuid
  const hidden = (
    await insertOrganization(database, {
      name: `${FOREIGN} organization`,
      maxCallAttempts: FOREIGN_MAX_CALL_ATTEMPTS,
    })
  ).uuid
  const named = (await insertUser(database, { name: `${NAMED} user`, organizationUuid: theirs }))
    .uuid
  const free = (await insertUser(database, { name: `${NAMED} user of none` })).uuid
  const cause = (
    await insertFocusArea(database, { name: `${NAMED} cause`, organizationUuid: theirs })
  ).uuid
  const visible = {
    ours,
    theirs,
    named,
    free,
    cause,
    ...(await insertVisible(database, ours, theirs, { named, free, cause })),
  }
  const foreign = await insertHidden(database, { theirs, hidden, donor: visible.sharedDonor })
  // A call of ours about a pledge that is none of ours.
  const call = await insertCall(database, {
    personUuid: visible.sharedDonor,
    pledgeUuid: foreign.pledges[0]!,
    organizationUuid: ours,
  })
  // Ours and theirs by turns, so that they are neighbours in the feed.
  for (const of of [
    { pledgeUuid: visible.ownPledge },
    { pledgeUuid: foreign.pledges[0]! },
    { callUuid: call.uuid },
    { callUuid: foreign.calls[0]! },
    { pledgeUuid: visible.sharedPledge },
    { pledgeUuid: foreign.pledges[1]! },
    { callUuid: visible.ownCall },
    { personUuid: visible.own },
    { personUuid: foreign.persons[0]! },
    { personUuid: visible.sharedDonor },
    { personUuid: visible.called },
    { transactionUuid: visible.transaction },
    { transactionUuid: foreign.transactions[0]! },
  ]) {
    const isHidden = Object.values(foreign).flat().includes(Object.values(of)[0]!)
    await recordAct(database, { ...of, actor: isHidden ? `${FOREIGN} actor` : 'actor' })
  }
  return {
    visible: { ...visible, callAboutHidden: call.uuid },
    foreign: { ...foreign, organizations: [hidden] },
  }
}

async function insertVisible(
  database: Database,
  ours: string,
  theirs: string,
  { named, free, cause }: { named: string; free: string; cause: string },
) {
  const own = await insertPerson(database, { owningOrganizationUuid: ours, lastName: 'own donor' })
  const sharedDonor = await insertPerson(database, {
    owningOrganizationUuid: theirs,
    lastName: 'shared donor',
  })
  const ownPledge = await insertPledge(database, {
    personUuid: own.uuid,
    recruitingOrganizationUuid: theirs,
    recruiterUuid: named,
  })
  const sharedPledge = await insertPledge(database, {
    personUuid: sharedDonor.uuid,
    recruitingOrganizationUuid: ours,
    recruiterUuid: free,
  })
  await database.drizzle
    .insert(pledgeFocusAreas)
    .values({ pledgeUuid: sharedPledge.uuid, focusAreaUuid: cause })
  const transaction = await insertTransaction(database, { pledgeUuid: sharedPledge.uuid })
  const call = await insertCall(database, {
    pledgeUuid: ownPledge.uuid,
    organizationUuid: theirs,
    requestedByUuid: named,
  })
  await insertAttempt(database, { callUuid: call.uuid, attemptedByUuid: named })
  // Known by a call alone.
  const called = await insertPerson(database, {
    owningOrganizationUuid: theirs,
    lastName: 'called donor',
  })
  const ownCall = await insertCall(database, { personUuid: called.uuid, organizationUuid: ours })
  return {
    own: own.uuid,
    sharedDonor: sharedDonor.uuid,
    called: called.uuid,
    ownPledge: ownPledge.uuid,
    sharedPledge: sharedPledge.uuid,
    transaction: transaction.uuid,
    call: call.uuid,
    ownCall: ownCall.uuid,
  }
}

/** What only they have: also of the donor whom we share with them. */
async function insertHidden(
  database: Database,
  { theirs, hidden, donor }: { theirs: string; hidden: string; donor: string },
) {
  const text = (what: string) => `${FOREIGN} ${what}`
  const user = await insertUser(database, { name: text('user'), organizationUuid: hidden })
  const cause = await insertFocusArea(database, { name: text('cause'), organizationUuid: hidden })
  const stranger = await insertPerson(database, {
    owningOrganizationUuid: hidden,
    firstName: text('first'),
    lastName: text('last'),
    email: text('email'),
    phoneNumber: text('phone'),
  })
  const pledges: string[] = []
  const transactions: string[] = []
  const calls: string[] = []
  for (const personUuid of [donor, stranger.uuid]) {
    const pledge = await insertPledge(database, {
      personUuid,
      recruitingOrganizationUuid: personUuid === donor ? theirs : hidden,
      recruiterUuid: user.uuid,
      recruitingLocationLabel: text('location'),
      originMetadata: { from: text('origin') },
      externalProperties: { of: text('properties') },
      externalSourceName: text('source'),
      externalSourceId: text(`id ${personUuid}`),
      cancellationReason: text('reason'),
      releasedAt: RECORDED_AT,
      status: 'ACTIVE',
    })
    await database.drizzle
      .insert(pledgeFocusAreas)
      .values({ pledgeUuid: pledge.uuid, focusAreaUuid: cause.uuid })
    const call = await insertCall(database, {
      pledgeUuid: pledge.uuid,
      organizationUuid: personUuid === donor ? theirs : hidden,
      requestedByUuid: user.uuid,
      result: text('result'),
      notes: text('notes'),
      externalApplicationName: text('application'),
      externalReferenceId: text(`reference ${personUuid}`),
      externalAgentReferenceId: text('agent'),
      externalStatusCode: text('code'),
      externalStatusDescription: text('description'),
    })
    await insertAttempt(database, { callUuid: call.uuid, attemptedByUuid: user.uuid })
    const transaction = await insertTransaction(database, {
      pledgeUuid: pledge.uuid,
      type: 'IDEAL_QR',
      amount: '777.77',
    })
    pledges.push(pledge.uuid)
    calls.push(call.uuid)
    transactions.push(transaction.uuid)
  }
  return {
    persons: [stranger.uuid],
    pledges,
    transactions,
    calls,
    users: [user.uuid],
    focusAreas: [cause.uuid],
  }
}

/** The same world, as if what is foreign had never been. */
export function withoutForeign(world: World, { foreign }: Foreign): World {
  const hidden = new Set(Object.values(foreign).flat())
  const keep = <Row extends object>(rows: Row[]) =>
    rows.filter((row) => !('uuid' in row && hidden.has(row.uuid as string)))
  return {
    organizations: keep(world.organizations),
    users: keep(world.users),
    focusAreas: keep(world.focusAreas),
    persons: keep(world.persons),
    pledges: keep(world.pledges),
    pledgeFocusAreas: world.pledgeFocusAreas.filter(({ pledgeUuid }) => !hidden.has(pledgeUuid)),
    transactions: keep(world.transactions),
    calls: keep(world.calls).map((call) =>
      hidden.has(call.pledgeUuid ?? '') ? { ...call, pledgeUuid: null } : call,
    ),
    callAttempts: world.callAttempts.filter(({ callUuid }) => !hidden.has(callUuid)),
    changes: world.changes.filter(
      ({ pledgeUuid, callUuid, personUuid, transactionUuid }) =>
        !hidden.has(pledgeUuid ?? callUuid ?? personUuid ?? transactionUuid ?? ''),
    ),
  }
}
