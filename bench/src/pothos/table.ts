import { integer, numeric, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

// The columns that the compared operations need, of the tables that Pledgeline's migrations make.

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const euros = (name: string) => numeric(name, { precision: 12, scale: 2 })

export const organizations = pgTable('organizations', {
  uuid: uuid('uuid').primaryKey(),
  name: text('name').notNull(),
})

export const users = pgTable('users', {
  uuid: uuid('uuid').primaryKey(),
  name: text('name').notNull(),
})

export const persons = pgTable('persons', {
  uuid: uuid('uuid').primaryKey(),
  firstName: text('first_name'),
  lastName: text('last_name').notNull(),
})

export const pledges = pgTable('pledges', {
  uuid: uuid('uuid').primaryKey(),
  status: text('status').notNull(),
  createdAt: instant('created_at').notNull(),
  donationAmount: euros('donation_amount'),
  donationInterval: text('donation_interval'),
  personUuid: uuid('person_uuid').notNull(),
  owningOrganizationUuid: uuid('owning_organization_uuid').notNull(),
  recruitingOrganizationUuid: uuid('recruiting_organization_uuid').notNull(),
})

export const transactions = pgTable('transactions', {
  uuid: uuid('uuid').primaryKey(),
  pledgeUuid: uuid('pledge_uuid').notNull(),
  type: text('type').notNull(),
  status: text('status').notNull(),
  amount: euros('amount').notNull(),
  createdAt: instant('created_at').notNull(),
})

export const calls = pgTable('calls', {
  uuid: uuid('uuid').primaryKey(),
  pledgeUuid: uuid('pledge_uuid'),
  status: text('status').notNull(),
  type: text('type').notNull(),
  requestedAt: instant('requested_at').notNull(),
  createdAt: instant('created_at').notNull(),
  organizationUuid: uuid('organization_uuid').notNull(),
  personOrganizationUuid: uuid('person_organization_uuid').notNull(),
})

export const callAttempts = pgTable(
  'call_attempts',
  {
    callUuid: uuid('call_uuid').notNull(),
    number: integer('number').notNull(),
    attemptedAt: instant('attempted_at').notNull(),
    attemptedByUuid: uuid('attempted_by_uuid'),
  },
  (t) => [primaryKey({ columns: [t.callUuid, t.number] })],
)
