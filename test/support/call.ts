import { asc, eq } from 'drizzle-orm'
import { callAttempts, calls } from '../../src/call/table.ts'
import { type Permission, PERMISSIONS } from '../../src/core/actor.ts'
import type { Database } from '../../src/db/database.ts'
import { changes } from '../../src/feed/table.ts'
import { type ActResult, perform } from './act.ts'
import { createGateway, EVERYTHING } from './execution.ts'
import {
  type Call,
  type CallAttempt,
  insertCall,
  insertOrganization,
  insertPerson,
  insertPledge,
  insertUser,
} from './records.ts'

/** When acts on calls are done, unless the test says otherwise. */
export const NOW = new Date('2026-06-01T12:00:00.000Z')

/** What each act on a call is done with here, and what becomes of a call that is requested. */
export const CALL_ACTS = {
  addCallAttempt: {
    permission: 'CALLS_ATTEMPT',
    user: 'attemptedByUuid',
    input: {},
    instant: 'attemptedAt',
    kind: 'CALL_ATTEMPTED',
    columns: {},
    changedFields: ['attempts'],
  },
  completeCall: {
    permission: 'CALLS_COMPLETE',
    user: 'completedByUuid',
    input: { result: 'reached', notes: 'said yes' },
    instant: 'completedAt',
    kind: 'CALL_COMPLETED',
    columns: { status: 'COMPLETED', completedAt: NOW, result: 'reached', notes: 'said yes' },
    changedFields: ['status', 'completedAt', 'completedBy', 'result', 'notes'],
  },
  cancelCall: {
    permission: 'CALLS_CANCEL',
    user: undefined,
    input: {},
    instant: 'cancelledAt',
    kind: 'CALL_CANCELLED',
    columns: { status: 'CANCELLED', cancelledAt: NOW },
    changedFields: ['status', 'cancelledAt'],
  },
  expireCall: {
    permission: 'CALLS_EXPIRE',
    user: undefined,
    input: {},
    instant: 'expiresAt',
    kind: 'CALL_EXPIRED',
    columns: { status: 'EXPIRED', expiredAt: NOW },
    changedFields: ['status', 'expiredAt'],
  },
} as const
export type CallMutation = keyof typeof CALL_ACTS
export const CALL_MUTATIONS = Object.keys(CALL_ACTS) as CallMutation[]

/** Whom calls are made to and by, and who does it. */
export type CallScene = Awaited<ReturnType<typeof insertCallScene>>

/** A person with a pledge, whose owner allows three attempts, and an agent of another organization that calls. */
export async function insertCallScene(database: Database) {
  const owner = await insertOrganization(database, { maxCallAttempts: 3 })
  const performer = await insertOrganization(database, { maxCallAttempts: 9 })
  const person = await insertPerson(database, { owningOrganizationUuid: owner.uuid })
  const pledge = await insertPledge(database, { personUuid: person.uuid })
  const agent = await insertUser(database, { organizationUuid: performer.uuid })
  return { database, owner, performer, person, pledge, agent }
}

/** A managed call of the scene that is requested, unless the test says otherwise. */
export function insertOpenCall(
  { database, person, performer }: CallScene,
  fields: Partial<Call> = {},
): Promise<Call> {
  const own = { personUuid: person.uuid, organizationUuid: performer.uuid }
  return insertCall(database, { ...own, ...fields })
}

export interface Circumstances {
  readonly permissions?: readonly Permission[]
  readonly organizations?: 'all' | readonly string[]
  readonly now?: Date
}

/** Does an act with whatever it needs beside what is given. */
export function actOnCall(
  { database, agent }: CallScene,
  mutation: CallMutation,
  given: object,
  circumstances: Circumstances = {},
): Promise<ActResult> {
  const { user, input } = CALL_ACTS[mutation]
  const by = user ? { [user]: agent.uuid } : {}
  return perform(gatewayFor(database, circumstances), mutation, { ...by, ...input, ...given })
}

/** Creates a managed call of the scene, unless the test says otherwise. */
export function createCall(
  { database, person, performer }: CallScene,
  given: object,
  circumstances: Circumstances = {},
): Promise<ActResult> {
  return perform(gatewayFor(database, circumstances), 'createCall', {
    personUuid: person.uuid,
    organizationUuid: performer.uuid,
    type: 'HAPPY_CALL',
    ...given,
  })
}

export function payloadOf(mutation: CallMutation): string {
  return `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Payload`
}

export async function readCall({ drizzle }: Database, uuid: string): Promise<Call> {
  const [row] = await drizzle.select().from(calls).where(eq(calls.uuid, uuid))
  return row!
}

/** The attempts at a call, by their number. */
export function readAttempts({ drizzle }: Database, callUuid: string): Promise<CallAttempt[]> {
  return drizzle
    .select()
    .from(callAttempts)
    .where(eq(callAttempts.callUuid, callUuid))
    .orderBy(asc(callAttempts.number))
    .execute()
}

/** What is recorded of a call, in the order in which every consumer sees it. */
export function readCallHistory({ drizzle }: Database, callUuid: string) {
  return drizzle
    .select()
    .from(changes)
    .where(eq(changes.callUuid, callUuid))
    .orderBy(asc(changes.position))
}

function gatewayFor(
  database: Database,
  { permissions = PERMISSIONS, organizations = 'all', now = NOW }: Circumstances,
) {
  const actor = { ...EVERYTHING, permissions: new Set(permissions), organizations }
  return createGateway({ database, actor, now })
}
