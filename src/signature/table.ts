import { pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from '../core/column.ts'

/** What every process signs the links to stored files with; made once, when it is first needed. */
export const linkSecrets = pgTable('link_secrets', {
  purpose: text('purpose').primaryKey(),
  secret: text('secret').notNull(),
})

/**
 * Stored signatures that no record names any more, and that are still to be deleted. They are noted where the
 * record is changed, because a file is deleted only after that is committed: whoever is stopped in between, or
 * cannot reach the storage, leaves the file to be deleted by the next one.
 */
export const discardedSignatures = pgTable('discarded_signatures', {
  key: text('key').primaryKey(),
  discardedAt: instant('discarded_at').notNull(),
})
