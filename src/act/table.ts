import { sql } from 'drizzle-orm'
import { check, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant } from '../core/column.ts'

/**
 * The acts that clients asked to be done once, for as long as a client may repeat them. Neither the client's key nor
 * the input is kept, only digests of them: both can have a donor's data in them.
 */
export const idempotentActs = pgTable(
  'idempotent_acts',
  {
    account: text('account').notNull(),
    keyDigest: text('key_digest').notNull(),
    mutation: text('mutation').notNull(),
    /** Null once the person whom the act was about is erased. */
    inputDigest: text('input_digest'),
    /** Null while the act is under way, which no other transaction sees. */
    recordUuid: uuid('record_uuid'),
    /** What else the payload tells, such as the outcome of an upsert. */
    outcome: text('outcome'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.account, t.keyDigest] }),
    index('idempotent_acts_oldest').on(t.createdAt),
    index('idempotent_acts_of_record').on(t.recordUuid),
    check(
      'idempotent_acts_have_digests',
      sql`${t.keyDigest} ~ '^[0-9a-f]{64}$' and ${t.inputDigest} ~ '^[0-9a-f]{64}$'`,
    ),
  ],
)
