import { getTableColumns, getTableName, sql } from 'drizzle-orm'
import { type Drizzle, rowsOf } from '../db/database.ts'
import { columnList, type Lookup, recordSet, type Row, selectRows, uuidSet } from '../db/row.ts'
import { ENTITIES, forEachEntity } from './entities.ts'
import { ENTITY_NAMES, type Entity, type EntityName, type ExternalName } from './entity.ts'
import type { Line } from './line.ts'
import { namedRecords } from './reference.ts'

/** What is known of the stored records of one kind. */
export interface KnownRecords {
  /** Those that lines are about, whole. */
  readonly records: Map<string, Row>
  /** Those that are referred to: as much of each as decides whether it may be. */
  readonly referredTo: Map<string, Row>
  /** Which record has an external name, by `externalKey`. */
  readonly holders: Map<string, string>
  /** Those that somebody relies on, of the ones whose relied-upon column a line would change. */
  readonly reliedUpon: Set<string>
}

export type Known = Readonly<Record<EntityName, KnownRecords>>

/** Another transaction was there first: what was read is no longer so. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

/** One text for the name under which a source outside knows a record. */
export function externalKey({ columns }: ExternalName, row: Row): string {
  return JSON.stringify(columns.map((column) => row[column]))
}

/** Reads records whole, by UUID, without locking them. */
export async function readRecords(
  database: Drizzle,
  { table, lists = {} }: Entity,
  uuids: Iterable<string>,
): Promise<Map<string, Row>> {
  const rows = await selectRows(
    database,
    table,
    Object.keys(getTableColumns(table)),
    Object.fromEntries(
      Object.entries(lists).map(([name, { items }]) => [name, sql`coalesce(${items}, '[]'::json)`]),
    ),
    byUuid(table, uuids),
  )
  return new Map(rows.map((row) => [row['uuid'] as string, row]))
}

/**
 * Reads everything that decides what becomes of lines, and locks it until the transaction ends: the records
 * that they are about against every change, and the ones that they refer to against those that matter.
 */
export async function readKnown(transaction: Drizzle, lines: readonly Line[]): Promise<Known> {
  const known = forEachEntity<KnownRecords>(() => ({
    records: new Map(),
    referredTo: new Map(),
    holders: new Map(),
    reliedUpon: new Set(),
  }))
  for (const name of ENTITY_NAMES) {
    const own = lines.filter(({ entity }) => entity.name === name)
    // Whoever erases a person locks them before their pledges and calls.
    if (name === 'person') await keepNamedPersons(transaction, lines)
    if (own.length > 0) known[name] = await readOwn(transaction, ENTITIES[name], own)
  }
  for (const [name, uuids] of referredUuids(lines, known)) {
    const { records, referredTo } = known[name]
    const others = [...uuids].filter((uuid) => !records.has(uuid))
    if (others.length === 0) continue
    const rows = await readReferredTo(transaction, ENTITIES[name], others)
    for (const [uuid, row] of rows) referredTo.set(uuid, row)
  }
  return known
}

/** Keeps the persons whom lines about their pledges and calls name from being erased meanwhile. */
async function keepNamedPersons(transaction: Drizzle, lines: readonly Line[]): Promise<void> {
  const named = lines.flatMap(({ entity: { personal }, values: { personUuid } }) =>
    personal && typeof personUuid === 'string' ? [personUuid] : [],
  )
  if (named.length > 0) await lock(transaction, ENTITIES.person, new Set(named), 'key share')
}

async function readOwn(
  transaction: Drizzle,
  entity: Entity,
  lines: readonly Line[],
): Promise<KnownRecords> {
  const uuids = new Set(lines.map(({ uuid }) => uuid))
  // The reading is a statement of its own: one that has waited for a lock sees the row as it then is, but the
  // lists that it joins to it as they were before.
  const locked = await lock(transaction, entity, uuids, 'no key update')
  const records = await readRecords(transaction, entity, uuids)
  if (records.size > locked) throw new Overtaken()
  return {
    records,
    referredTo: new Map(),
    holders: await readHolders(transaction, entity, lines),
    reliedUpon: await readReliedUpon(transaction, entity, lines, records),
  }
}

async function readHolders(
  transaction: Drizzle,
  { table, external }: Entity,
  lines: readonly Line[],
): Promise<Map<string, string>> {
  if (!external) return new Map()
  const { columns } = external
  const given = lines.map(({ values }) =>
    Object.fromEntries(columns.map((name) => [name, values[name] ?? null])),
  )
  const rows = await selectRows(
    transaction,
    table,
    ['uuid', ...columns],
    {},
    {
      given: sql`${recordSet(table, given)} as given`,
      condition: sql`(${columnList(table, columns, getTableName(table))}) = (${columnList(table, columns, 'given')})`,
    },
  )
  return new Map(rows.map((row) => [externalKey(external, row), row['uuid'] as string]))
}

async function readReliedUpon(
  transaction: Drizzle,
  { reliedUpon }: Entity,
  lines: readonly Line[],
  records: ReadonlyMap<string, Row>,
): Promise<Set<string>> {
  if (!reliedUpon) return new Set()
  const { column, by } = reliedUpon
  const moved = lines
    .map(({ uuid, values }) => ({ uuid, values, stored: records.get(uuid) }))
    .filter(({ values, stored }) => stored && stored[column] !== values[column])
  if (moved.length === 0) return new Set()
  const uuids = uuidSet(moved.map(({ uuid }) => uuid))
  const rows = await rowsOf<{ uuid: string }>(
    transaction,
    sql`select given.uuid from ${uuids} where exists (select from ${by.table} where ${by} = given.uuid)`,
  )
  return new Set(rows.map(({ uuid }) => uuid))
}

async function readReferredTo(
  transaction: Drizzle,
  entity: Entity,
  uuids: readonly string[],
): Promise<Map<string, Row>> {
  const { table, reliedUpon, erasure } = entity
  const isHeldByKey = reliedUpon === undefined || reliedUpon.isKey
  await lock(transaction, entity, uuids, isHeldByKey ? 'key share' : 'share')
  const rows = await selectRows(
    transaction,
    table,
    [
      ...new Set([
        'uuid',
        ...(reliedUpon ? [reliedUpon.column] : []),
        ...(erasure ? [erasure] : []),
        ...copiedFrom(entity),
      ]),
    ],
    {},
    byUuid(table, uuids),
  )
  return new Map(rows.map((row) => [row['uuid'] as string, row]))
}

/** The columns of a kind of record that records of other kinds repeat: foreign keys include them, so that they stay. */
function copiedFrom({ name }: Entity): string[] {
  const copies = Object.values(ENTITIES).flatMap((entity) => entity.copies ?? [])
  return copies.filter(({ of }) => of === name).map(({ theirs }) => theirs)
}

/** Everything that the lines, and the records that they are about, refer to. */
function referredUuids(lines: readonly Line[], known: Known): Map<EntityName, Set<string>> {
  const uuids = new Map(ENTITY_NAMES.map((name) => [name, new Set<string>()]))
  for (const { entity, uuid, values } of lines) {
    const stored = known[entity.name].records.get(uuid)
    for (const named of [
      ...namedRecords(entity, values),
      ...(stored ? namedRecords(entity, stored) : []),
    ]) {
      uuids.get(named.reference.to)?.add(named.uuid)
    }
  }
  return uuids
}

/** Locks rows in the order of their UUIDs, so that imports do not wait for each other; answers how many. */
async function lock(
  transaction: Drizzle,
  { table }: Entity,
  uuids: Iterable<string>,
  strength: 'no key update' | 'share' | 'key share',
): Promise<number> {
  const [locked] = await rowsOf<{ count: number }>(
    transaction,
    sql`select count(*)::integer as count from ${uuidSet(uuids)}, lateral (select from ${table} where ${table.uuid} = given.uuid for ${sql.raw(strength)}) as locked`,
  )
  return locked?.count ?? 0
}

function byUuid({ uuid }: Entity['table'], uuids: Iterable<string>): Lookup {
  return { given: uuidSet(uuids), condition: sql`${uuid} = given.uuid` }
}
