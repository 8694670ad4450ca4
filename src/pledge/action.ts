import { type SQL, sql } from 'drizzle-orm'
import type { At } from '../core/source.ts'
import { derived } from '../read/binding/planned-field.ts'
import type { Reader } from '../read/field.ts'
import { EVER_COLLECTED } from '../transaction/rules.ts'
import { allowedPledgeActions, type PledgeState } from './rules.ts'
import { pledges } from './table.ts'

const everCollected = sql.raw(EVER_COLLECTED.map((status) => `'${status}'`).join(', '))

/** The columns that make up a pledge's state. */
const STATE = {
  status: pledges.status,
  externalSourceName: pledges.externalSourceName,
  releasedAt: pledges.releasedAt,
  wasCollected: ({ at }: { at: At }): SQL =>
    sql`exists (select from transactions where transactions.pledge_uuid = ${at(pledges.uuid)} and transactions.status in (${everCollected}))`,
  endsAt: pledges.endsAt,
}

/** A pledge's state as the database answers it. */
type StoredState = Omit<PledgeState, 'releasedAt' | 'endsAt'> & {
  readonly releasedAt: string | null
  readonly endsAt: string | null
}

/** The field is what its reader could do to the pledge at the instant of the reading. */
export const allowedActions = derived(
  STATE,
  ({ releasedAt, endsAt, ...pledge }: StoredState, { actor, now }: Reader) =>
    allowedPledgeActions(
      { ...pledge, releasedAt: readInstant(releasedAt), endsAt: readInstant(endsAt) },
      actor.permissions,
      now,
    ),
)

function readInstant(instant: string | null): Date | null {
  return instant === null ? null : new Date(instant)
}
