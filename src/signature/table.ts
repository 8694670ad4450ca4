import { pgTable, text } from 'drizzle-orm/pg-core'

/** What every process signs the links to stored files with; made once, when it is first needed. */
export const linkSecrets = pgTable('link_secrets', {
  purpose: text('purpose').primaryKey(),
  secret: text('secret').notNull(),
})
