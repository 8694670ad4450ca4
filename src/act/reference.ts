import { and, asc, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Actor } from '../core/actor.ts'
import type { Issue } from '../core/error.ts'
import type { Source } from '../core/source.ts'
import type { Drizzle } from '../db/database.ts'
import {
  focusAreas,
  focusAreaSource,
  organizations,
  organizationSource,
  users,
  userSource,
} from '../organization/table.ts'
import { persons, personSource } from '../person/table.ts'
import { pledges, pledgeSource } from '../pledge/table.ts'
import { arrayText } from '../read/filter.ts'
import { visibleTo } from './visible.ts'

/** A kind of record that an input can name. */
export interface Referable {
  readonly table: Source['table']
  /** What is accepted, for an issue. */
  readonly accepted: string
  readonly isSeenBy: (actor: Actor) => SQL | undefined
  /** The column that says whose a record is; none where that does not matter. */
  readonly owner?: PgColumn
  /** The column that says when a record was erased; absent where none is. */
  readonly erasure?: PgColumn
  /** The weakest lock under which a record stays, and stays its owner's. */
  readonly lock: 'key share' | 'share'
}

export const ORGANIZATION: Referable = {
  table: organizations,
  accepted: "an organization in the account's scope",
  isSeenBy: (actor) => visibleTo(actor, organizationSource),
  lock: 'key share',
}

export const USER: Referable = {
  table: users,
  accepted: "a user whose organization is in the account's scope, or who belongs to none",
  isSeenBy: (actor) => {
    const isVisible = visibleTo(actor, userSource)
    return isVisible && or(isNull(users.organizationUuid), isVisible)
  },
  lock: 'key share',
}

export const FOCUS_AREA: Referable = {
  table: focusAreas,
  accepted: "a focus area of an organization in the account's scope",
  isSeenBy: (actor) => visibleTo(actor, focusAreaSource),
  owner: focusAreas.organizationUuid,
  // No foreign key includes its organization, so only this keeps an import from changing it meanwhile.
  lock: 'share',
}

export const PERSON: Referable = {
  table: persons,
  accepted: "a person in the account's scope",
  isSeenBy: (actor) => visibleTo(actor, personSource),
  owner: persons.owningOrganizationUuid,
  erasure: persons.erasedAt,
  lock: 'key share',
}

export const PLEDGE: Referable = {
  table: pledges,
  accepted: "a pledge in the account's scope",
  isSeenBy: (actor) => visibleTo(actor, pledgeSource),
  owner: pledges.personUuid,
  lock: 'key share',
}

/** A place in an input that names a record, and whose it must be. */
export interface Reference {
  readonly path: readonly string[]
  readonly to: Referable
  /** Null or absent where the input names none. */
  readonly uuid: string | null | undefined
  readonly belongsTo?: { readonly uuid: string; readonly message: string }
}

/** What became of the references of an input. */
export interface Referred {
  /** What is wrong with them, in their order. */
  readonly issues: readonly Issue[]
  /** Whose a found record is; undefined where it was not found, or belongs to nobody. */
  readonly ownerOf: (to: Referable, uuid: string) => string | undefined
  /** Whether a record was found, and was erased. */
  readonly isErased: (to: Referable, uuid: string) => boolean
}

// In the order in which an import locks them, so that two who lock several wait for each other in turn.
const LOCK_ORDER = [ORGANIZATION, FOCUS_AREA, USER, PERSON, PLEDGE]

/**
 * Finds the records that an input names, as far as the actor sees them, and keeps them as they are until the
 * transaction ends. What is unknown and what is out of scope are the same issue.
 */
export async function findReferred(
  transaction: Drizzle,
  actor: Actor,
  references: readonly Reference[],
): Promise<Referred> {
  const found = new Map<Referable, ReadonlyMap<string, LockedRecord>>()
  for (const to of LOCK_ORDER) {
    const uuids = references.flatMap(({ uuid, to: its }) => (uuid && its === to ? [uuid] : []))
    if (uuids.length > 0) found.set(to, await lockReferred(transaction, actor, to, uuids))
  }
  const issues = references.flatMap(({ path, to, uuid, belongsTo }) => {
    if (!uuid) return []
    const record = found.get(to)?.get(uuid)
    if (!record) return [{ path, message: `must be the UUID of ${to.accepted}` }]
    return belongsTo && record.owner !== belongsTo.uuid
      ? [{ path, message: belongsTo.message }]
      : []
  })
  return {
    issues,
    ownerOf: (to, uuid) => found.get(to)?.get(uuid)?.owner ?? undefined,
    isErased: (to, uuid) => found.get(to)?.get(uuid)?.isErased ?? false,
  }
}

interface LockedRecord {
  readonly uuid: string
  /** Whose it is; null where it belongs to nobody. */
  readonly owner: string | null
  readonly isErased: boolean
}

/** Locks the records that the actor sees, and answers them by UUID. */
async function lockReferred(
  transaction: Drizzle,
  actor: Actor,
  { table, owner, erasure, isSeenBy, lock }: Referable,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, LockedRecord>> {
  const rows = await transaction
    .select({
      uuid: sql<string>`${table.uuid}`,
      owner: sql<string | null>`${owner ?? null}`,
      isErased: erasure ? sql<boolean>`${erasure} is not null` : sql<boolean>`false`,
    })
    .from(table)
    .where(and(sql`${table.uuid} = any(${arrayText(uuids)}::text::uuid[])`, isSeenBy(actor)))
    .orderBy(asc(table.uuid))
    .for(lock)
  return new Map(rows.map((row) => [row.uuid, row]))
}
