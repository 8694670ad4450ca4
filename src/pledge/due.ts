import { and, asc, eq, exists, inArray, lte, sql } from 'drizzle-orm'
import { type DueRecord, type DueWork, workOff } from '../act/due.ts'
import type { Database, Drizzle } from '../db/database.ts'
import { changedFields } from '../feed/rules.ts'
import { organizations } from '../organization/table.ts'
import { EVER_COLLECTED } from '../transaction/rules.ts'
import { transactions } from '../transaction/table.ts'
import { cooledDownAt, decideStatusAction, type StoredPledge } from './rules.ts'
import { pledges } from './table.ts'

/**
 * Releases every managed lead whose cooling-down period is over, but for those that somebody acts on at this
 * moment. Answers how many there were.
 */
export function sweepReleases(
  database: Database,
  now: Date,
  isToStop?: () => boolean,
): Promise<number> {
  return workOff(database, dueReleases(now), isToStop)
}

/**
 * Fulfills every managed pledge that is active and has come to its end, but for those that somebody acts on at
 * this moment. Answers how many there were.
 */
export function sweepFulfilments(
  database: Database,
  now: Date,
  isToStop?: () => boolean,
): Promise<number> {
  return workOff(database, dueFulfilments(now), isToStop)
}

function dueReleases(now: Date): DueWork {
  return {
    table: pledges,
    record: 'pledgeUuid',
    async take(transaction, most) {
      // By organization, because each has a period of its own.
      const cooledDown = transaction
        .select(stateOf(transaction))
        .from(pledges)
        .where(
          and(
            eq(pledges.owningOrganizationUuid, organizations.uuid),
            IS_COOLING_DOWN,
            sql`${pledges.createdAt} <= ${now.toISOString()}::timestamptz - ${organizations.coolingDownDays} * interval '24 hours'`,
          ),
        )
        .orderBy(asc(pledges.createdAt))
        .limit(most)
        .for('no key update', { skipLocked: true })
        .as('pledge')
      const due = await transaction
        .select()
        .from(organizations)
        .crossJoinLateral(cooledDown)
        .limit(most)
      return due
        .filter((each) => cooledDownAt(each.pledge, each.organizations.coolingDownDays) <= now)
        .map(({ pledge }) => decided(pledge, 'RELEASE', now))
    },
  }
}

function dueFulfilments(now: Date): DueWork {
  return {
    table: pledges,
    record: 'pledgeUuid',
    async take(transaction, most) {
      const ended = await transaction
        .select(stateOf(transaction))
        .from(pledges)
        .where(and(IS_TO_END, lte(pledges.endsAt, now)))
        .orderBy(asc(pledges.endsAt))
        .limit(most)
        .for('no key update', { skipLocked: true })
      return ended.map((pledge) => decided(pledge, 'FULFILL', now))
    },
  }
}

// As the indexes of what is due have it, with nothing bound: otherwise Postgres cannot tell that they serve.
const IS_COOLING_DOWN = sql`${pledges.status} = 'LEAD' and ${pledges.releasedAt} is null and ${pledges.externalSourceName} is null`
const IS_TO_END = sql`${pledges.status} = 'ACTIVE' and ${pledges.externalSourceName} is null`

function stateOf(transaction: Drizzle) {
  const collected = transaction
    .select({ one: sql`1` })
    .from(transactions)
    .where(
      and(
        eq(transactions.pledgeUuid, pledges.uuid),
        inArray(transactions.status, [...EVER_COLLECTED]),
      ),
    )
  return {
    uuid: pledges.uuid,
    status: pledges.status,
    externalSourceName: pledges.externalSourceName,
    createdAt: pledges.createdAt,
    releasedAt: pledges.releasedAt,
    startsAt: pledges.startsAt,
    endsAt: pledges.endsAt,
    wasCollected: sql<boolean>`${exists(collected)}`.as('was_collected'),
  }
}

/** What the system does to a pledge, by the same rule as everybody else, whatever it takes permission for. */
function decided(
  { uuid, ...pledge }: StoredPledge & { readonly uuid: string },
  action: 'RELEASE' | 'FULFILL',
  now: Date,
): DueRecord {
  const { kind, columns } = decideStatusAction(pledge, { action }, new Set(), now)
  return {
    uuid,
    columns: { ...columns, updatedAt: now },
    changes: [{ kind, occurredAt: now, changedFields: changedFields(columns) }],
  }
}
