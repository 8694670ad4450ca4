import { sql } from 'drizzle-orm'
import { boolean, check, index, pgEnum, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { PERMISSIONS } from '../core/actor.ts'
import { instant, isSaidWithin, LONGEST_LABEL } from '../core/column.ts'
import { organizations } from '../organization/table.ts'

export const permission = pgEnum('permission', PERMISSIONS)

export const accounts = pgTable(
  'accounts',
  {
    email: text('email').primaryKey(),
    permissions: permission('permissions').array().notNull(),
    hasAllOrganizations: boolean('has_all_organizations').notNull(),
    createdAt: instant('created_at').notNull(),
    disabledAt: instant('disabled_at'),
  },
  (t) => [check('accounts_email_is_said', isSaidWithin(t.email, LONGEST_LABEL))],
)

/** The organizations of the accounts that do not have all of them. */
export const accountOrganizations = pgTable(
  'account_organizations',
  {
    email: text('email')
      .notNull()
      .references(() => accounts.email),
    organizationUuid: uuid('organization_uuid')
      .notNull()
      .references(() => organizations.uuid),
  },
  (t) => [primaryKey({ columns: [t.email, t.organizationUuid] })],
)

/** The public halves of the keys with which accounts sign their tokens. */
export const accountKeys = pgTable(
  'account_keys',
  {
    kid: text('kid').primaryKey(),
    email: text('email')
      .notNull()
      .references(() => accounts.email),
    publicKey: text('public_key').notNull(),
    createdAt: instant('created_at').notNull(),
    revokedAt: instant('revoked_at'),
  },
  (t) => [
    index('account_keys_of_account').on(t.email),
    check('account_keys_are_public', sql`${t.publicKey} like '-----BEGIN PUBLIC KEY-----%'`),
  ],
)
