import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { instant, isSaidWithin, LONGEST_LABEL } from '../core/column.ts'
import type { Source } from '../core/source.ts'
import { DEFAULT_COOLING_DOWN_DAYS, DEFAULT_MAX_CALL_ATTEMPTS } from './rules.ts'

export const organizations = pgTable(
  'organizations',
  {
    uuid: uuid('uuid').primaryKey(),
    name: text('name').notNull(),
    maxCallAttempts: integer('max_call_attempts').notNull().default(DEFAULT_MAX_CALL_ATTEMPTS),
    coolingDownDays: integer('cooling_down_days').notNull().default(DEFAULT_COOLING_DOWN_DAYS),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [
    index('organizations_newest').on(t.createdAt, t.uuid),
    check('organizations_name_is_said', isSaidWithin(t.name, LONGEST_LABEL)),
    check('organizations_attempts_are_positive', sql`${t.maxCallAttempts} >= 1`),
    check('organizations_cooling_down_is_not_negative', sql`${t.coolingDownDays} >= 0`),
  ],
)

export const organizationSource = {
  table: organizations,
  isVisible: (at, scope) => sql`${at(organizations.uuid)} = any(${scope})`,
} satisfies Source

/** What a pledge of the organization may be given to; its presence here is what allows it. */
export const focusAreas = pgTable(
  'focus_areas',
  {
    uuid: uuid('uuid').primaryKey(),
    organizationUuid: uuid('organization_uuid')
      .notNull()
      .references(() => organizations.uuid),
    name: text('name').notNull(),
  },
  (t) => [
    index('focus_areas_of_organization').on(t.organizationUuid),
    check('focus_areas_name_is_said', isSaidWithin(t.name, LONGEST_LABEL)),
  ],
)

export const focusAreaSource = {
  table: focusAreas,
  isVisible: (at, scope) => sql`${at(focusAreas.organizationUuid)} = any(${scope})`,
} satisfies Source

/** Whoever works for an organization: a recruiter, or an agent in a call centre. */
export const users = pgTable(
  'users',
  {
    uuid: uuid('uuid').primaryKey(),
    name: text('name').notNull(),
    organizationUuid: uuid('organization_uuid').references(() => organizations.uuid),
  },
  (t) => [
    index('users_of_organization').on(t.organizationUuid),
    check('users_name_is_said', isSaidWithin(t.name, LONGEST_LABEL)),
  ],
)

export const userSource = {
  table: users,
  isVisible: (at, scope) => sql`${at(users.organizationUuid)} = any(${scope})`,
} satisfies Source
