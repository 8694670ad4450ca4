import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { instant } from '../core/column.ts'
import type { At, Source } from '../core/source.ts'
import { calls, callSource } from '../call/table.ts'
import { persons, personSource } from '../person/table.ts'
import { pledges, pledgeSource } from '../pledge/table.ts'
import { transactions, transactionSource } from '../transaction/table.ts'
import { CHANGE_KINDS } from './rules.ts'

export const changeKind = pgEnum('change_kind', CHANGE_KINDS)

/**
 * Everything that happened to pledges, calls, persons and transactions. Rows are only ever added: a trigger refuses the rest, but for
 * the one time that a row is given its position.
 */
export const changes = pgTable(
  'changes',
  {
    // Not always: Postgres 13 then refuses several rows at once that leave it to be given.
    number: bigint('number', { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
    uuid: uuid('uuid').notNull().defaultRandom(),
    // Numbers become visible out of order. A position is given once a row is committed, always the next one:
    // whoever has read up to a position has read everything before it.
    position: bigint('position', { mode: 'number' }),
    kind: changeKind('kind').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    actor: text('actor'),
    changedFields: text('changed_fields').array().notNull(),
    pledgeUuid: uuid('pledge_uuid').references(() => pledges.uuid),
    callUuid: uuid('call_uuid').references(() => calls.uuid),
    personUuid: uuid('person_uuid').references(() => persons.uuid),
    transactionUuid: uuid('transaction_uuid').references(() => transactions.uuid),
  },
  (t) => [
    uniqueIndex('changes_with_uuid').on(t.uuid),
    uniqueIndex('changes_in_order')
      .on(t.position)
      .where(sql`${t.position} is not null`),
    index('changes_without_position')
      .on(t.number)
      .where(sql`${t.position} is null`),
    index('changes_of_kind')
      .on(t.kind, t.position)
      .where(sql`${t.position} is not null`),
    index('changes_of_pledge')
      .on(t.pledgeUuid, t.position)
      .where(sql`${t.position} is not null`),
    index('changes_of_call')
      .on(t.callUuid, t.position)
      .where(sql`${t.position} is not null`),
    index('changes_of_person')
      .on(t.personUuid, t.position)
      .where(sql`${t.position} is not null`),
    index('changes_of_transaction')
      .on(t.transactionUuid, t.position)
      .where(sql`${t.position} is not null`),
    check(
      'changes_are_of_one_record',
      sql`num_nonnulls(${t.pledgeUuid}, ${t.callUuid}, ${t.personUuid}, ${t.transactionUuid}) = 1`,
    ),
  ],
)

/**
 * Which organizations may see a change, in the order of the feed. Kept by triggers. It may name more organizations than still may, never fewer: it finds a page's candidates
 * quickly, and whether each is visible is decided by the record of the change.
 */
export const changeOrganizations = pgTable(
  'change_organizations',
  {
    organizationUuid: uuid('organization_uuid').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationUuid, t.position] })],
)

/** What the cursors of the feed are made with. The migration made the one row. */
export const feedCursors = pgTable(
  'feed_cursors',
  {
    isOnly: boolean('is_only').primaryKey().default(true),
    /** Hides the positions, in hexadecimal digits. A restored database has it too, and so cursors stay good. */
    secret: text('secret').notNull(),
    /** The newest position that a cursor ever told in plain digits: older versions wrote cursors that did. */
    plainUntil: bigint('plain_until', { mode: 'number' }).notNull(),
  },
  (t) => [
    check('feed_cursors_are_one_row', sql`${t.isOnly}`),
    check('feed_cursors_have_a_secret', sql`${t.secret} ~ '^[0-9a-f]{64}$'`),
  ],
)

/** The records that changes are of, and the column that names each: a change has one of them. */
const RECORDS = [
  { source: pledgeSource, column: changes.pledgeUuid },
  { source: callSource, column: changes.callUuid },
  { source: personSource, column: changes.personUuid },
  { source: transactionSource, column: changes.transactionUuid },
] as const

const byTableName: At = (column) => sql`${column}`

/** The changes that have their place in the feed. Each is seen by whoever sees its record. */
export const changeSource = {
  table: changes,
  permission: RECORDS.map(({ source }) => source.permission),
  // One look-up for each change that is read. Of an `exists`, Postgres would make a table of everything that the
  // scope sees, for each page anew.
  isVisible: (at, scope) => {
    const cases = RECORDS.map(
      ({ source: { table, isVisible }, column }) =>
        sql`when ${at(column)} is not null then (select ${isVisible(byTableName, scope)} from ${table} where ${table.uuid} = ${at(column)})`,
    )
    return sql`case ${sql.join(cases, sql` `)} end`
  },
  isReadable: (at, permissions) => {
    const isPlaced = sql`${at(changes.position)} is not null`
    const unreadable = RECORDS.filter(({ source }) => !permissions.has(source.permission))
    const conditions = unreadable.map(({ column }) => sql`${at(column)} is null`)
    return sql.join([isPlaced, ...conditions], sql` and `)
  },
  isOverdue: callSource.isOverdue,
} satisfies Source
