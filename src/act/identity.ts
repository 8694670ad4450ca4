import { desc, eq, or, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../core/actor.ts'
import type { Source } from '../core/source.ts'
import type { ConflictError } from '../core/user-error.ts'
import type { Drizzle } from '../db/database.ts'

/** What only one record of a kind can have: a UUID, and for an external one of an organization a name in its source. */
export interface Identity {
  readonly table: Source['table']
  /** Null or absent where whoever creates the record gives none. */
  readonly uuid: string | null | undefined
  /** What a record with the same name in the same source fulfils; absent where the new one is managed here. */
  readonly hasExternalName: SQL | undefined
  readonly Conflict: new (existingUuid: string, taken: 'uuid' | 'external name') => ConflictError
}

/**
 * What an actor may learn of an identity before it is known whether the organization that the record is made for
 * is in its scope: of a foreign organization nothing must tell which names it has, so that its UUID is refused first.
 */
export function toldTo(
  { organizations }: Actor,
  organizationUuid: string,
  identity: Identity,
): Identity {
  const isInScope = organizations === 'all' || organizations.includes(organizationUuid)
  return isInScope ? identity : { ...identity, hasExternalName: undefined }
}

/** Throws a conflict where a record is there already, whoever sees it. Its UUID is told before its external name. */
export async function refuseTaken(
  database: Drizzle,
  { table, uuid, hasExternalName, Conflict }: Identity,
): Promise<void> {
  const hasUuid = uuid ? eq(table.uuid, uuid) : undefined
  const isTaken = or(hasUuid, hasExternalName)
  if (!isTaken) return
  const [existing] = await database
    .select({ uuid: sql<string>`${table.uuid}` })
    .from(table)
    .where(isTaken)
    .orderBy(...(hasUuid ? [desc(hasUuid)] : []))
    .limit(1)
  if (existing) {
    throw new Conflict(existing.uuid, existing.uuid === uuid ? 'uuid' : 'external name')
  }
}

/**
 * Inserts a record once, however many do so at the same time: throws a conflict where another one was first.
 * `insert` answers no row where what it inserts is there already.
 */
export async function insertOnce(
  transaction: Drizzle,
  identity: Identity,
  insert: () => Promise<readonly object[]>,
): Promise<void> {
  // Whoever was first has committed, which is what the insertion waited for, and is found.
  while ((await insert()).length === 0) await refuseTaken(transaction, identity)
}
