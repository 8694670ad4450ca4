import { sql } from 'drizzle-orm'
import { bigint, check, index, pgEnum, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { instant } from '../core/column.ts'
import { calls } from '../call/table.ts'
import { pledges } from '../pledge/table.ts'
import { CHANGE_KINDS } from './rules.ts'

export const changeKind = pgEnum('change_kind', CHANGE_KINDS)

/**
 * Everything that happened to pledges and calls. Rows are only ever added: a trigger refuses the rest, but for
 * the one time that a row is given its position.
 */
export const changes = pgTable(
  'changes',
  {
    number: bigint('number', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
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
  },
  (t) => [
    uniqueIndex('changes_with_uuid').on(t.uuid),
    uniqueIndex('changes_in_order')
      .on(t.position)
      .where(sql`${t.position} is not null`),
    index('changes_without_position')
      .on(t.number)
      .where(sql`${t.position} is null`),
    index('changes_of_pledge')
      .on(t.pledgeUuid, t.position)
      .where(sql`${t.position} is not null`),
    index('changes_of_call')
      .on(t.callUuid, t.position)
      .where(sql`${t.position} is not null`),
    check('changes_are_of_one_record', sql`num_nonnulls(${t.pledgeUuid}, ${t.callUuid}) = 1`),
  ],
)
