import { sql } from 'drizzle-orm'
import type { callSource } from '../call/table.ts'
import type { Database, Drizzle } from '../db/database.ts'
import { columnList, recordSet } from '../db/row.ts'
import { type NewChange, recordChanges } from '../feed/recording.ts'
import type { pledgeSource } from '../pledge/table.ts'
import { act } from './run.ts'

// Few enough that nobody waits long for one of them, and enough that a long backlog takes few transactions.
const MOST_AT_ONCE = 500

/** What time makes of one record: the columns that it sets, the same ones for every record, and the changes. */
export interface DueRecord {
  readonly uuid: string
  readonly columns: Readonly<Record<string, Date | string>>
  readonly changes: readonly Pick<NewChange, 'kind' | 'occurredAt' | 'changedFields'>[]
}

/** What to do about a row that another transaction has locked: wait for it, or leave it alone. */
export type LockConfig = { readonly skipLocked?: never } | { readonly skipLocked: true }

/** One kind of work that becomes due by the passing of time. */
export interface DueWork {
  readonly table: (typeof callSource | typeof pledgeSource)['table']
  /** The column of a change that names the record. */
  readonly record: 'callUuid' | 'pledgeUuid'
  /** Locks at most so many records for which something is due, and decides what becomes of them. */
  readonly take: (transaction: Drizzle, most: number) => Promise<readonly DueRecord[]>
}

/**
 * Does what is due in batches, each in a transaction of its own, until there is no more or it is told to stop.
 * Each change is recorded once, with no actor. Answers how many records it changed.
 */
export async function workOff(
  database: Database,
  { table, record, take }: DueWork,
  isToStop: () => boolean = () => false,
): Promise<number> {
  let done = 0
  for (let taken = MOST_AT_ONCE; taken === MOST_AT_ONCE && !isToStop(); done += taken) {
    taken = await act(database, async (transaction) => {
      const due = await take(transaction, MOST_AT_ONCE)
      if (due.length > 0) await write(transaction, table, record, due)
      return due.length
    })
  }
  return done
}

async function write(
  transaction: Drizzle,
  table: DueWork['table'],
  record: DueWork['record'],
  due: readonly DueRecord[],
): Promise<void> {
  const names = Object.keys(due[0]?.columns ?? {})
  const rows = due.map(({ uuid, columns }) => ({
    uuid,
    ...Object.fromEntries(
      Object.entries(columns).map(([name, value]) => [
        name,
        value instanceof Date ? value.toISOString() : value,
      ]),
    ),
  }))
  await transaction.execute(
    sql`update ${table} set (${columnList(table, names)}) = row(${columnList(table, names, 'given')}) from ${recordSet(table, rows)} as given where ${table.uuid} = given.uuid`,
  )
  const changes = due.flatMap(({ uuid, changes: own }) =>
    own.map((change) => ({ ...change, [record]: uuid })),
  )
  await recordChanges(transaction, ...changes)
}
