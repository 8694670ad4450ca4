import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import {
  euros,
  instant,
  isAtMost,
  isSaidWithin,
  LONGEST_LABEL,
  LONGEST_REASON,
  managedCheck,
} from '../core/column.ts'
import { LARGEST_AMOUNT_IN_EUROS } from '../core/money.ts'
import type { Source } from '../core/source.ts'
import { focusAreas, organizations, users } from '../organization/table.ts'
import { persons } from '../person/table.ts'
import {
  DONATION_INTERVALS,
  FIRST_PAYMENT_DAY,
  LAST_PAYMENT_DAY,
  PLEDGE_STATUSES,
  RECRUITMENT_TYPES,
} from './rules.ts'

export const pledgeStatus = pgEnum('pledge_status', PLEDGE_STATUSES)
export const recruitmentType = pgEnum('recruitment_type', RECRUITMENT_TYPES)
export const donationInterval = pgEnum('donation_interval', DONATION_INTERVALS)

export const pledges = pgTable(
  'pledges',
  {
    uuid: uuid('uuid').primaryKey(),
    status: pledgeStatus('status').notNull(),
    type: recruitmentType('type').notNull(),
    personUuid: uuid('person_uuid').notNull(),
    owningOrganizationUuid: uuid('owning_organization_uuid')
      .notNull()
      .references(() => organizations.uuid),
    recruitingOrganizationUuid: uuid('recruiting_organization_uuid')
      .notNull()
      .references(() => organizations.uuid),
    recruiterUuid: uuid('recruiter_uuid').references(() => users.uuid),
    recruitingLocationLabel: text('recruiting_location_label'),
    initialDonationAmount: euros('initial_donation_amount'),
    initialDonationInterval: donationInterval('initial_donation_interval'),
    donationAmount: euros('donation_amount'),
    donationInterval: donationInterval('donation_interval'),
    preferredPaymentDay: integer('preferred_payment_day'),
    startsAt: instant('starts_at'),
    endsAt: instant('ends_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    releasedAt: instant('released_at'),
    droppedAt: instant('dropped_at'),
    cancelledAt: instant('cancelled_at'),
    cancellationReason: text('cancellation_reason'),
    // Where the stored file with the proof of consent is.
    signatureKey: text('signature_key'),
    originMetadata: jsonb('origin_metadata').$type<Record<string, unknown>>(),
    externalSourceName: text('external_source_name'),
    externalSourceId: text('external_source_id'),
    externalProperties: jsonb('external_properties').$type<Record<string, unknown>>(),
  },
  (t) => [
    foreignKey({
      name: 'pledges_person_belongs_to_owner',
      columns: [t.personUuid, t.owningOrganizationUuid],
      foreignColumns: [persons.uuid, persons.owningOrganizationUuid],
    }),
    // A call refers to a pledge together with its person, so that both are about the same one.
    unique('pledges_with_person').on(t.uuid, t.personUuid),
    // A transaction refers to a pledge together with its organizations, which keeps the two from disagreeing.
    unique('pledges_with_organizations').on(
      t.uuid,
      t.owningOrganizationUuid,
      t.recruitingOrganizationUuid,
    ),
    // The owner last, so that whoever sees all organizations finds a name by it too.
    unique('pledges_external_source').on(
      t.externalSourceName,
      t.externalSourceId,
      t.owningOrganizationUuid,
    ),
    index('pledges_newest_of_source')
      .on(t.externalSourceName, t.createdAt, t.uuid)
      .where(sql`${t.externalSourceName} is not null`),
    index('pledges_newest').on(t.createdAt, t.uuid),
    index('pledges_updated').on(t.updatedAt, t.uuid),
    index('pledges_newest_of_owner').on(t.owningOrganizationUuid, t.createdAt, t.uuid),
    index('pledges_newest_of_recruiter').on(t.recruitingOrganizationUuid, t.createdAt, t.uuid),
    index('pledges_updated_of_owner').on(t.owningOrganizationUuid, t.updatedAt, t.uuid),
    index('pledges_updated_of_recruiter').on(t.recruitingOrganizationUuid, t.updatedAt, t.uuid),
    index('pledges_newest_of_person').on(t.personUuid, t.createdAt, t.uuid),
    index('pledges_newest_of_status').on(t.status, t.createdAt, t.uuid),
    index('pledges_released').on(t.releasedAt),
    index('pledges_cooling_down')
      .on(t.owningOrganizationUuid, t.createdAt)
      .where(
        sql`${t.status} = 'LEAD' and ${t.releasedAt} is null and ${t.externalSourceName} is null`,
      ),
    index('pledges_ending')
      .on(t.endsAt)
      .where(sql`${t.status} = 'ACTIVE' and ${t.externalSourceName} is null`),
    check('pledges_external_source_is_whole', isWhole(t.externalSourceName, t.externalSourceId)),
    check(
      'pledges_amounts_are_in_range',
      sql`${isPayable(t.initialDonationAmount)} and ${isPayable(t.donationAmount)}`,
    ),
    check(
      'pledges_payment_day_is_in_every_month',
      sql`${t.preferredPaymentDay} between ${sql.raw(String(FIRST_PAYMENT_DAY))} and ${sql.raw(String(LAST_PAYMENT_DAY))}`,
    ),
    check(
      'pledges_texts_are_bounded',
      sql`${isAtMost(t.recruitingLocationLabel, LONGEST_LABEL)} and ${isSaidWithin(t.cancellationReason, LONGEST_REASON)} and ${isSaidWithin(t.externalSourceName, LONGEST_LABEL)} and ${isSaidWithin(t.externalSourceId, LONGEST_LABEL)} and ${isSaidWithin(t.signatureKey, LONGEST_LABEL)}`,
    ),
    check(
      'pledges_metadata_are_objects',
      sql`jsonb_typeof(${t.originMetadata}) = 'object' and jsonb_typeof(${t.externalProperties}) = 'object'`,
    ),
    managedCheck(
      'pledges_managed_have_a_donation',
      t.externalSourceName,
      sql`num_nulls(${t.initialDonationAmount}, ${t.initialDonationInterval}, ${t.donationAmount}, ${t.donationInterval}) = 0`,
    ),
    managedCheck(
      'pledges_managed_drops_are_whole',
      t.externalSourceName,
      sql`(${t.status} = 'DROPPED') = (${t.droppedAt} is not null)`,
    ),
    managedCheck(
      'pledges_managed_cancellations_are_whole',
      t.externalSourceName,
      sql`case when ${t.status} = 'CANCELLED' then num_nulls(${t.cancelledAt}, ${t.cancellationReason}) = 0 else num_nonnulls(${t.cancelledAt}, ${t.cancellationReason}) = 0 end`,
    ),
    managedCheck(
      'pledges_managed_states_are_reached',
      t.externalSourceName,
      sql`case ${t.status} when 'ACTIVE' then ${t.releasedAt} is not null when 'FULFILLED' then num_nulls(${t.releasedAt}, ${t.endsAt}) = 0 when 'DROPPED' then ${t.releasedAt} is null else true end`,
    ),
    // What is activated after its end starts later than that.
    managedCheck(
      'pledges_managed_end_after_start',
      t.externalSourceName,
      sql`(${t.status} = 'LEAD' and ${t.endsAt} < ${t.startsAt}) is not true and (${t.droppedAt} < ${t.createdAt}) is not true and (${t.cancelledAt} < ${t.createdAt}) is not true`,
    ),
  ],
)

/** Which focus areas a pledge has: a set, without an order. */
export const pledgeFocusAreas = pgTable(
  'pledge_focus_areas',
  {
    pledgeUuid: uuid('pledge_uuid')
      .notNull()
      .references(() => pledges.uuid),
    focusAreaUuid: uuid('focus_area_uuid')
      .notNull()
      .references(() => focusAreas.uuid),
  },
  (t) => [
    primaryKey({ columns: [t.pledgeUuid, t.focusAreaUuid] }),
    index('pledge_focus_areas_of_focus_area').on(t.focusAreaUuid),
  ],
)

export const pledgeSource = {
  table: pledges,
  permission: 'PLEDGES_READ',
  isVisible: (at, scope) =>
    sql`(${at(pledges.owningOrganizationUuid)} = any(${scope}) or ${at(pledges.recruitingOrganizationUuid)} = any(${scope}))`,
} satisfies Source

function isWhole(first: SQLWrapper, second: SQLWrapper): SQL {
  return sql`num_nulls(${first}, ${second}) in (0, 2)`
}

function isPayable(amount: SQLWrapper): SQL {
  return sql`(${amount} > 0 and ${amount} <= ${sql.raw(String(LARGEST_AMOUNT_IN_EUROS))}) is not false`
}
