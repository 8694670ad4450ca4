import { sql } from 'drizzle-orm'
import { check, index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { instant, isAtMost, isSaidWithin, LONGEST_LABEL } from '../core/column.ts'
import type { Source } from '../core/source.ts'
import { organizations } from '../organization/table.ts'

export const persons = pgTable(
  'persons',
  {
    uuid: uuid('uuid').primaryKey(),
    owningOrganizationUuid: uuid('owning_organization_uuid')
      .notNull()
      .references(() => organizations.uuid),
    firstName: text('first_name'),
    lastName: text('last_name').notNull(),
    email: text('email'),
    phoneNumber: text('phone_number'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    erasedAt: instant('erased_at'),
  },
  (t) => [
    // Pledges and calls refer to a person together with its owner, which keeps the two from disagreeing.
    unique('persons_with_owner').on(t.uuid, t.owningOrganizationUuid),
    index('persons_newest').on(t.createdAt, t.uuid),
    index('persons_newest_of_owner').on(t.owningOrganizationUuid, t.createdAt, t.uuid),
    index('persons_updated').on(t.updatedAt, t.uuid),
    index('persons_updated_of_owner').on(t.owningOrganizationUuid, t.updatedAt, t.uuid),
    check('persons_last_name_is_said', isSaidWithin(t.lastName, LONGEST_LABEL)),
    check(
      'persons_texts_are_bounded',
      sql`${isAtMost(t.firstName, LONGEST_LABEL)} and ${isAtMost(t.email, LONGEST_LABEL)} and ${isAtMost(t.phoneNumber, LONGEST_LABEL)}`,
    ),
  ],
)

/**
 * The organizations that recruited a pledge of a person or perform a call to them, newest person first.
 * Kept by triggers. It may name more organizations than still do, never fewer: it finds a page's candidates
 * quickly, and whether each is visible is decided by the person's visibility.
 */
export const personOrganizations = pgTable(
  'person_organizations',
  {
    personUuid: uuid('person_uuid')
      .notNull()
      .references(() => persons.uuid),
    organizationUuid: uuid('organization_uuid')
      .notNull()
      .references(() => organizations.uuid),
    personCreatedAt: instant('person_created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.personUuid, t.organizationUuid] }),
    index('person_organizations_newest').on(t.organizationUuid, t.personCreatedAt, t.personUuid),
  ],
)

export const personSource = {
  table: persons,
  permission: 'PERSONS_READ',
  isVisible: (at, scope) => sql`(
  ${at(persons.owningOrganizationUuid)} = any(${scope})
  or exists (select from pledges where pledges.person_uuid = ${at(persons.uuid)} and pledges.recruiting_organization_uuid = any(${scope}))
  or exists (select from calls where calls.person_uuid = ${at(persons.uuid)} and calls.organization_uuid = any(${scope}))
)`,
} satisfies Source
