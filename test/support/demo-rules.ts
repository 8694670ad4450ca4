import { sql, type SQL } from 'drizzle-orm'

const ANCHOR = sql`timestamptz '2026-11-01T00:00:00Z'`
const EARLIEST = sql`timestamptz '2023-11-01T00:00:00Z'`
const VERSION_4 = '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

const wasCollected = sql`exists (
  select from transactions where pledge_uuid = pledges.uuid and status in ('COLLECTED', 'REVERSED')
)`
const coolingDownEndsAt = sql`created_at + make_interval(days => (
  select cooling_down_days from organizations where uuid = owning_organization_uuid
))`
const maxAttempts = sql`(select max_call_attempts from organizations where uuid = person_organization_uuid)`
const attemptCount = sql`(select count(*) from call_attempts where call_uuid = calls.uuid)`
const lastAttemptAt = sql`(select max(attempted_at) from call_attempts where call_uuid = calls.uuid)`

/** What holds in demo data, and the rows for which it does not. */
export const demoViolations: readonly (readonly [rule: string, violations: SQL])[] = [
  [
    'nothing happens before its beginning or after the anchor',
    sql`select at from (
      select created_at from organizations union all select created_at from persons
      union all select unnest(array[created_at, updated_at, released_at, dropped_at, cancelled_at]) from pledges
      union all select unnest(array[created_at, updated_at, executed_at]) from transactions
      union all select unnest(array[requested_at, created_at, updated_at, completed_at, cancelled_at, expires_at, expired_at]) from calls
      union all select attempted_at from call_attempts
    ) as happened(at) where at not between ${EARLIEST} and ${ANCHOR}`,
  ],
  [
    'every uuid is of version 4',
    sql`select uuid from (
      select uuid from organizations union all select uuid from focus_areas union all select uuid from users
      union all select uuid from persons union all select uuid from pledges
      union all select uuid from transactions union all select uuid from calls
    ) as named where uuid::text !~ ${VERSION_4}`,
  ],
  [
    'nobody can be written to or called',
    sql`select email, phone_number from persons
      where email !~ '^[a-z]+\\.[a-z]+[0-9]*@example\\.(org|com)$' or phone_number !~ '^\\+31600[0-9]{6}$'`,
  ],
  [
    'a person is there before their pledges',
    sql`select pledges.uuid from pledges join persons on persons.uuid = person_uuid
      where persons.created_at > pledges.created_at`,
  ],
  [
    'nobody pledges more than three times',
    sql`select person_uuid from pledges group by 1 having count(*) > 3`,
  ],
  [
    'a recruiter works for the recruiting organization, or for none',
    sql`select pledges.uuid from pledges join users on users.uuid = recruiter_uuid
      where users.organization_uuid <> recruiting_organization_uuid`,
  ],
  [
    'a focus area is one of the owning organization',
    sql`select pledges.uuid from pledges
      join pledge_focus_areas on pledge_uuid = pledges.uuid
      join focus_areas on focus_areas.uuid = focus_area_uuid
      where organization_uuid <> owning_organization_uuid`,
  ],
  [
    'a managed pledge is released when it has cooled down, unless it ended before',
    sql`select uuid from pledges where external_source_name is null and (
      released_at not between ${coolingDownEndsAt} and ${coolingDownEndsAt} + interval '1 minute'
      or released_at is null and status = 'LEAD' and ${coolingDownEndsAt} + interval '1 minute' < ${ANCHOR})`,
  ],
  [
    'a managed pledge that was released or collected is cancelled, any other is dropped',
    sql`select uuid from pledges where external_source_name is null and (
      status = 'DROPPED' and (released_at is not null or ${wasCollected})
      or status = 'CANCELLED' and released_at is null and not ${wasCollected})`,
  ],
  [
    'an active pledge has started by a plan, and is fulfilled within a minute of its end',
    sql`select uuid from pledges where external_source_name is null and (
      status in ('ACTIVE', 'FULFILLED') and starts_at is null
      or status = 'ACTIVE' and ends_at + interval '1 minute' < ${ANCHOR}
      or status = 'FULFILLED' and updated_at not between ends_at and ends_at + interval '1 minute')`,
  ],
  [
    'a managed pledge was updated when the last thing happened to it',
    sql`select uuid from pledges where external_source_name is null and (
      updated_at < greatest(created_at, released_at, dropped_at, cancelled_at)
      or status = 'LEAD' and updated_at <> coalesce(released_at, created_at)
      or status in ('DROPPED', 'CANCELLED') and updated_at <> coalesce(dropped_at, cancelled_at)
      or status in ('DROPPED', 'CANCELLED') and released_at > updated_at)`,
  ],
  [
    'a donation that differs from the initial one was changed later',
    sql`select uuid from pledges where donation_amount <> initial_donation_amount and updated_at = created_at`,
  ],
  [
    'a transaction belongs to the time in which its pledge was alive',
    sql`select transactions.uuid from transactions join pledges on pledges.uuid = pledge_uuid
      where transactions.created_at < pledges.created_at
        or transactions.created_at > least(dropped_at, cancelled_at, ends_at)
        or executed_at < transactions.created_at
        or executed_at > least(dropped_at, cancelled_at)`,
  ],
  [
    'a transaction was executed unless it is pending',
    sql`select uuid from transactions where (status = 'PENDING') <> (executed_at is null)`,
  ],
  [
    'no pledge has more than a dozen transactions',
    sql`select pledge_uuid from transactions group by 1 having count(*) > 12`,
  ],
  [
    'the attempts at a call are numbered in the order in which they were made while it was open',
    sql`select call_uuid, number from (
      select *, row_number() over (partition by call_uuid order by attempted_at) as place from call_attempts
    ) as attempt join calls on calls.uuid = call_uuid
    where number <> place or attempted_at < requested_at
      or attempted_at > coalesce(completed_at, cancelled_at, expired_at)`,
  ],
  [
    'a managed call expires with the last attempt that the owner allows',
    sql`select uuid from calls where external_application_name is null and (
      ${attemptCount} > ${maxAttempts}
      or ${attemptCount} = ${maxAttempts} and (status <> 'EXPIRED' or expired_at <> ${lastAttemptAt}))`,
  ],
  [
    'a call was updated when the last thing happened to it',
    sql`select uuid from calls where external_application_name is null and
      updated_at <> greatest(created_at, completed_at, cancelled_at, expired_at, ${lastAttemptAt})`,
  ],
  [
    'no open call has a date to expire at',
    sql`select uuid from calls where status = 'REQUESTED' and expires_at is not null`,
  ],
  [
    'whoever asks for a call, tries and completes it works for the organization that performs it',
    sql`select calls.uuid from calls
      left join call_attempts on call_uuid = calls.uuid
      join users on users.uuid in (requested_by_uuid, completed_by_uuid, attempted_by_uuid)
      where users.organization_uuid is distinct from calls.organization_uuid`,
  ],
  [
    'a call about a pledge was requested after the pledge was made',
    sql`select calls.uuid from calls join pledges on pledges.uuid = pledge_uuid
      where requested_at < pledges.created_at`,
  ],
  [
    'each person is listed with whoever recruited or calls them, and with nobody else',
    sql`(
      select person_uuid, organization_uuid from person_organizations except (
        select person_uuid, recruiting_organization_uuid from pledges
        union select person_uuid, organization_uuid from calls)
    ) union all (
      (select person_uuid, recruiting_organization_uuid from pledges
        union select person_uuid, organization_uuid from calls)
      except select person_uuid, organization_uuid from person_organizations
    )`,
  ],
]
