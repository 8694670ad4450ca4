import postgres from 'postgres'

/** A pledge as it is stored; instants are milliseconds. */
export interface StoredPledge {
  readonly uuid: string
  readonly status: string
  readonly externalSource: string | null
  readonly person: string
  readonly owner: string
  readonly recruiter: string
  readonly label: string | null
  readonly amount: string | null
  readonly signatureKey: string | null
  readonly origin: Readonly<Record<string, unknown>> | null
  readonly createdAt: number
  readonly updatedAt: number
  readonly releasedAt: number | null
  readonly droppedAt: number | null
  readonly cancelledAt: number | null
  readonly reason: string | null
  readonly startsAt: number | null
  readonly endsAt: number | null
  readonly focusAreas: readonly string[]
}

/** A call as it is stored; instants are milliseconds. */
export interface StoredCall {
  readonly uuid: string
  readonly status: string
  readonly externalApplication: string | null
  readonly performer: string
  readonly owner: string
  readonly notes: string | null
  readonly result: string | null
  readonly requestedAt: number
  readonly updatedAt: number
  readonly completedAt: number | null
  readonly cancelledAt: number | null
  readonly expiresAt: number | null
  readonly expiredAt: number | null
  /** When it was tried, in the order of their numbers. */
  readonly attempts: readonly number[]
  readonly attemptNumbers: readonly number[]
}

/** A change as it is stored. */
export interface StoredChange {
  readonly uuid: string
  readonly position: number | null
  readonly kind: string
  readonly actor: string | null
  readonly occurredAt: number
  readonly record: string
  /** The organizations that see its record. */
  readonly organizations: readonly string[]
  /** How many of them the index of the feed by organization knows. */
  readonly noted: number
}

/** Everything that is stored at one moment. */
export interface Stored {
  readonly pledges: ReadonlyMap<string, StoredPledge>
  readonly calls: ReadonlyMap<string, StoredCall>
  /** In the order of the feed; those without a place come last. */
  readonly changes: readonly StoredChange[]
  readonly changesOf: ReadonlyMap<string, readonly StoredChange[]>
  /** How many records an account of their organization could not find by their person. */
  readonly unlistedPersons: number
  /** On the clock of the database. */
  readonly readAt: number
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

const PLEDGES = `select p.uuid, p.status, p.external_source_name as "externalSource", p.person_uuid as person,
  p.owning_organization_uuid as owner, p.recruiting_organization_uuid as recruiter,
  p.recruiting_location_label as label, p.initial_donation_amount::text as amount,
  p.signature_key as "signatureKey", p.origin_metadata as origin, ${ms('p.created_at')} as "createdAt",
  ${ms('p.updated_at')} as "updatedAt", ${ms('p.released_at')} as "releasedAt", ${ms('p.dropped_at')} as "droppedAt",
  ${ms('p.cancelled_at')} as "cancelledAt", p.cancellation_reason as reason, ${ms('p.starts_at')} as "startsAt",
  ${ms('p.ends_at')} as "endsAt",
  to_json(array(select focus_area_uuid from pledge_focus_areas where pledge_uuid = p.uuid order by 1)) as "focusAreas"
  from pledges p`

const CALLS = `select c.uuid, c.status, c.external_application_name as "externalApplication",
  c.organization_uuid as performer, c.person_organization_uuid as owner, c.notes, c.result,
  ${ms('c.requested_at')} as "requestedAt", ${ms('c.updated_at')} as "updatedAt",
  ${ms('c.completed_at')} as "completedAt", ${ms('c.cancelled_at')} as "cancelledAt",
  ${ms('c.expires_at')} as "expiresAt", ${ms('c.expired_at')} as "expiredAt",
  to_json(array(select ${ms('attempted_at')} from call_attempts where call_uuid = c.uuid order by number)) as attempts,
  to_json(array(select number from call_attempts where call_uuid = c.uuid order by number)) as "attemptNumbers"
  from calls c`

const CHANGES = `select ch.uuid, ch.position::float8, ch.kind, ch.actor, ${ms('ch.occurred_at')} as "occurredAt",
  coalesce(ch.pledge_uuid, ch.call_uuid) as record, to_json(seen.organizations) as organizations,
  (select count(*)::int from change_organizations o where o.position = ch.position
    and o.organization_uuid = any(seen.organizations)) as noted
  from changes ch left join pledges p on p.uuid = ch.pledge_uuid left join calls c on c.uuid = ch.call_uuid
  cross join lateral (select array(select distinct o from unnest(array[p.owning_organization_uuid,
    p.recruiting_organization_uuid, c.organization_uuid, c.person_organization_uuid]) o where o is not null)) seen(organizations)
  where coalesce(ch.pledge_uuid, ch.call_uuid) is not null
  order by ch.position nulls last, ch.number`

const UNLISTED = `select count(*)::int as count from (
  select person_uuid, recruiting_organization_uuid as organization_uuid from pledges
  union select person_uuid, organization_uuid from calls
  except select person_uuid, organization_uuid from person_organizations) missing`

/** Reads everything, as it is at one moment, past the gateways. */
export async function readStored(url: string): Promise<Stored> {
  const client = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined })
  try {
    return await client.begin('isolation level repeatable read read only', async (sql) => {
      const pledges = await sql.unsafe<StoredPledge[]>(PLEDGES)
      const calls = await sql.unsafe<StoredCall[]>(CALLS)
      const changes = await sql.unsafe<StoredChange[]>(CHANGES)
      const [unlisted] = await sql.unsafe<{ count: number }[]>(UNLISTED)
      const [now] = await sql.unsafe<{ now: number }[]>(`select ${ms('now()')} as now`)
      return {
        pledges: new Map(pledges.map((pledge) => [pledge.uuid, pledge])),
        calls: new Map(calls.map((call) => [call.uuid, call])),
        changes: [...changes],
        changesOf: byRecord(changes),
        unlistedPersons: unlisted?.count ?? 0,
        readAt: now?.now ?? 0,
      }
    })
  } finally {
    await client.end({ timeout: 1 })
  }
}

function byRecord(changes: readonly StoredChange[]): Map<string, StoredChange[]> {
  const found = new Map<string, StoredChange[]>()
  for (const change of changes) {
    const known = found.get(change.record)
    if (known) known.push(change)
    else found.set(change.record, [change])
  }
  return found
}

/** The id by which the schema shows a change. */
export function changeId({ uuid }: Pick<StoredChange, 'uuid'>): string {
  return Buffer.from(`Change:${uuid}`).toString('base64')
}
