import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import {
  instant,
  isAtMost,
  isSaidWithin,
  LONGEST_LABEL,
  LONGEST_NOTES,
  LONGEST_REASON,
  managedCheck,
} from '../core/column.ts'
import type { Source } from '../core/source.ts'
import { organizations, users } from '../organization/table.ts'
import { persons } from '../person/table.ts'
import { pledges } from '../pledge/table.ts'
import { CALL_STATUSES, CALL_TYPES } from './rules.ts'

export const callStatus = pgEnum('call_status', CALL_STATUSES)
export const callType = pgEnum('call_type', CALL_TYPES)

export const calls = pgTable(
  'calls',
  {
    uuid: uuid('uuid').primaryKey(),
    status: callStatus('status').notNull(),
    type: callType('type').notNull(),
    personUuid: uuid('person_uuid').notNull(),
    // The person's owner again: it decides who sees the call, and its index serves their list.
    personOrganizationUuid: uuid('person_organization_uuid').notNull(),
    pledgeUuid: uuid('pledge_uuid'),
    organizationUuid: uuid('organization_uuid')
      .notNull()
      .references(() => organizations.uuid),
    requestedAt: instant('requested_at').notNull(),
    requestedByUuid: uuid('requested_by_uuid').references(() => users.uuid),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    completedAt: instant('completed_at'),
    completedByUuid: uuid('completed_by_uuid').references(() => users.uuid),
    cancelledAt: instant('cancelled_at'),
    expiresAt: instant('expires_at'),
    expiredAt: instant('expired_at'),
    result: text('result'),
    notes: text('notes'),
    externalApplicationName: text('external_application_name'),
    externalReferenceId: text('external_reference_id'),
    externalAgentReferenceId: text('external_agent_reference_id'),
    externalStatusCode: text('external_status_code'),
    externalStatusDescription: text('external_status_description'),
  },
  (t) => [
    foreignKey({
      name: 'calls_person_has_owner',
      columns: [t.personUuid, t.personOrganizationUuid],
      foreignColumns: [persons.uuid, persons.owningOrganizationUuid],
    }).onUpdate('cascade'),
    foreignKey({
      name: 'calls_pledge_is_of_person',
      columns: [t.pledgeUuid, t.personUuid],
      foreignColumns: [pledges.uuid, pledges.personUuid],
    }),
    // The organization last, so that whoever sees all of them finds a reference by it too.
    unique('calls_external_reference').on(
      t.externalApplicationName,
      t.externalReferenceId,
      t.organizationUuid,
    ),
    index('calls_newest_of_application')
      .on(t.externalApplicationName, t.createdAt, t.uuid)
      .where(sql`${t.externalApplicationName} is not null`),
    index('calls_of_reference')
      .on(t.externalReferenceId)
      .where(sql`${t.externalReferenceId} is not null`),
    index('calls_newest').on(t.createdAt, t.uuid),
    index('calls_updated').on(t.updatedAt, t.uuid),
    index('calls_requested').on(t.requestedAt, t.uuid),
    index('calls_newest_of_performer').on(t.organizationUuid, t.createdAt, t.uuid),
    index('calls_newest_of_owner').on(t.personOrganizationUuid, t.createdAt, t.uuid),
    index('calls_updated_of_performer').on(t.organizationUuid, t.updatedAt, t.uuid),
    index('calls_updated_of_owner').on(t.personOrganizationUuid, t.updatedAt, t.uuid),
    index('calls_requested_of_performer').on(t.organizationUuid, t.requestedAt, t.uuid),
    index('calls_requested_of_owner').on(t.personOrganizationUuid, t.requestedAt, t.uuid),
    index('calls_newest_of_person').on(t.personUuid, t.createdAt, t.uuid),
    index('calls_newest_of_pledge').on(t.pledgeUuid, t.createdAt, t.uuid),
    index('calls_newest_of_status').on(t.status, t.createdAt, t.uuid),
    index('calls_expiring')
      .on(t.expiresAt)
      .where(
        sql`${t.status} = 'REQUESTED' and ${t.expiresAt} is not null and ${t.externalApplicationName} is null`,
      ),
    check(
      'calls_external_reference_is_whole',
      sql`num_nulls(${t.externalApplicationName}, ${t.externalReferenceId}) = 0 or num_nonnulls(${t.externalApplicationName}, ${t.externalReferenceId}, ${t.externalAgentReferenceId}, ${t.externalStatusCode}, ${t.externalStatusDescription}) = 0`,
    ),
    check(
      'calls_texts_are_bounded',
      sql`${isSaidWithin(t.result, LONGEST_REASON)} and ${isAtMost(t.notes, LONGEST_NOTES)} and ${isSaidWithin(t.externalApplicationName, LONGEST_LABEL)} and ${isSaidWithin(t.externalReferenceId, LONGEST_LABEL)} and ${isAtMost(t.externalAgentReferenceId, LONGEST_LABEL)} and ${isAtMost(t.externalStatusCode, LONGEST_LABEL)} and ${isAtMost(t.externalStatusDescription, LONGEST_LABEL)}`,
    ),
    managedCheck(
      'calls_managed_completions_are_whole',
      t.externalApplicationName,
      sql`case when ${t.status} = 'COMPLETED' then num_nulls(${t.completedAt}, ${t.completedByUuid}, ${t.result}) = 0 else num_nonnulls(${t.completedAt}, ${t.completedByUuid}, ${t.result}) = 0 end`,
    ),
    managedCheck(
      'calls_managed_cancellations_are_whole',
      t.externalApplicationName,
      sql`(${t.status} = 'CANCELLED') = (${t.cancelledAt} is not null)`,
    ),
    managedCheck(
      'calls_managed_expiries_are_whole',
      t.externalApplicationName,
      sql`(${t.status} = 'EXPIRED') = (${t.expiredAt} is not null)`,
    ),
    managedCheck(
      'calls_managed_end_after_request',
      t.externalApplicationName,
      sql`(least(${t.completedAt}, ${t.cancelledAt}, ${t.expiresAt}, ${t.expiredAt}) < ${t.requestedAt}) is not true`,
    ),
  ],
)

/** The tries at a call, numbered from 1 in the order in which they were recorded. */
export const callAttempts = pgTable(
  'call_attempts',
  {
    callUuid: uuid('call_uuid')
      .notNull()
      .references(() => calls.uuid),
    number: integer('number').notNull(),
    attemptedAt: instant('attempted_at').notNull(),
    attemptedByUuid: uuid('attempted_by_uuid').references(() => users.uuid),
  },
  (t) => [
    primaryKey({ columns: [t.callUuid, t.number] }),
    check('call_attempts_count_from_one', sql`${t.number} >= 1`),
  ],
)

export const callSource = {
  table: calls,
  permission: 'CALLS_READ',
  isVisible: (at, scope) =>
    sql`(${at(calls.organizationUuid)} = any(${scope}) or ${at(calls.personOrganizationUuid)} = any(${scope}))`,
  // The index of expiring calls answers it, mostly with nothing.
  isOverdue: (now) =>
    sql`exists (select from calls where calls.status = 'REQUESTED' and calls.external_application_name is null and calls.expires_at <= ${now})`,
} satisfies Source
