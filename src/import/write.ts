import { getTableColumns, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Value } from '../core/json.ts'
import { type Drizzle, rowsOf } from '../db/database.ts'
import { columnList, recordSet, type Row, uuidSet } from '../db/row.ts'
import { changes } from '../feed/table.ts'
import { ENTITIES } from './entities.ts'
import { ENTITY_NAMES, type Entity, type List } from './entity.ts'
import { Overtaken } from './known.ts'
import type { Plan, Writes } from './plan.ts'

/** Writes what was planned, table by table, records before those that refer to them. */
export async function writePlan(transaction: Drizzle, plan: Plan): Promise<void> {
  for (const name of ENTITY_NAMES) {
    const { created, updated, relisted } = plan.writes[name]
    const entity = ENTITIES[name]
    if (created.size > 0) await insertRecords(transaction, entity.table, inOrder(created))
    if (updated.size > 0) await updateRecords(transaction, entity, inOrder(updated))
    for (const [listName, uuids] of relisted) {
      const list = entity.lists?.[listName]
      if (list) await replaceItems(transaction, listName, list, uuids, plan.writes[name])
    }
  }
  if (plan.changes.length > 0) await insert(transaction, changes, CHANGE_COLUMNS, plan.changes)
}

const CHANGE_COLUMNS = [
  'kind',
  'occurredAt',
  'actor',
  'changedFields',
  'pledgeUuid',
  'callUuid',
  'personUuid',
  'transactionUuid',
]

/** By UUID, so that two imports of the same records do not wait for each other. */
function inOrder(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row)
}

async function insertRecords(
  transaction: Drizzle,
  table: PgTable,
  rows: readonly Row[],
): Promise<void> {
  const inserted = await insert(transaction, table, Object.keys(getTableColumns(table)), rows)
  if (inserted < rows.length) throw new Overtaken()
}

async function updateRecords(
  transaction: Drizzle,
  { table }: Entity,
  rows: readonly Row[],
): Promise<void> {
  const columns = Object.keys(getTableColumns(table))
  await transaction.execute(
    sql`update ${table} set (${columnList(table, columns)}) = row(${columnList(table, columns, 'given')}) from ${recordSet(table, rows)} as given where ${table.uuid} = given.uuid`,
  )
}

async function replaceItems(
  transaction: Drizzle,
  listName: string,
  { table, owner, toRows }: List,
  uuids: ReadonlySet<string>,
  { created, updated }: Writes,
): Promise<void> {
  const replaced = [...uuids].filter((uuid) => updated.has(uuid))
  if (replaced.length > 0) {
    await transaction.execute(
      sql`delete from ${table} using ${uuidSet(replaced)} where ${owner} = given.uuid`,
    )
  }
  const columns = getTableColumns(table)
  const ownerName = Object.keys(columns).find((name) => columns[name] === owner) ?? ''
  const rows = [...uuids].flatMap((uuid) => {
    const items = (created.get(uuid) ?? updated.get(uuid))?.[listName] as readonly Value[]
    return toRows(items).map((row) => ({ ...row, [ownerName]: uuid }))
  })
  if (rows.length > 0) await insert(transaction, table, Object.keys(columns), rows)
}

/** Inserts rows in their order, without those that are there already; answers how many were not. */
async function insert(
  transaction: Drizzle,
  table: PgTable,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<number> {
  const names = columnList(table, columns)
  const [inserted] = await rowsOf<{ count: number }>(
    transaction,
    sql`with inserted as (insert into ${table} (${names}) select ${names} from ${recordSet(table, rows)} on conflict do nothing returning 1) select count(*)::integer as count from inserted`,
  )
  return inserted?.count ?? 0
}
