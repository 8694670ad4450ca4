import { sql } from 'drizzle-orm'
import { builder } from '../graphql/builder.ts'
import { pledges, pledgeSource } from '../pledge/table.ts'
import { columnsOf } from '../read/compilation.ts'
import type { Filter, FilterField } from '../read/field.ts'
import { after, anyOf, before, equals, equalsInOrder, holds } from '../read/filter.ts'
import { CallStatusEnum, CallTypeEnum } from './enum.ts'
import { calls, callSource } from './table.ts'

const INDEXED = ['CREATED_AT', 'UPDATED_AT', 'REQUESTED_AT']

export const performerLead = { column: calls.organizationUuid, orders: INDEXED }
export const ownerLead = { column: calls.personOrganizationUuid, orders: INDEXED }

/** The pledge must be visible: otherwise the list would tell which calls are about it. */
const pledgeUuid: FilterField = {
  ...equals(calls.pledgeUuid),
  condition: ({ at, scope }, [wanted]) => {
    const isWanted = sql`${at(calls.pledgeUuid)} = ${wanted}`
    if (!scope) return isWanted
    const named = columnsOf('named')
    return sql`${isWanted} and exists (select from ${pledges} named where ${named(pledges.uuid)} = ${wanted} and ${pledgeSource.isVisible(named, scope)})`
  },
}

/** What each field of `CallFilter` asks of a call. */
export const callFilter: Filter = {
  // Before the status: it finds fewer calls.
  externalApplicationName: equalsInOrder(calls.externalApplicationName, ['CREATED_AT']),
  status: anyOf(calls.status, {
    column: calls.status,
    orders: ['CREATED_AT'],
    yieldsToScope: true,
  }),
  type: anyOf(calls.type),
  personUuid: equals(calls.personUuid),
  pledgeUuid,
  organizationUuid: anyOf(calls.organizationUuid, performerLead),
  requestedAfter: after(calls.requestedAt),
  updatedAfter: after(calls.updatedAt),
  createdAfter: after(calls.createdAt),
  createdBefore: before(calls.createdAt),
  external: holds(({ at }) => sql`${at(calls.externalApplicationName)} is not null`),
  externalReferenceId: equals(calls.externalReferenceId),
}

/** The calls that a record has: how they are listed, wherever they are nested. */
export const callList = {
  source: callSource,
  filter: callFilter,
  orders: { CREATED_AT: calls.createdAt },
}

export const CallFilterInput = builder.inputType('CallFilter', {
  description:
    'Narrows a list of calls to those for which all that is given holds. Null is the same as absent; an empty list matches nothing.',
  fields: (t) => ({
    status: t.field({ type: [CallStatusEnum], description: 'The status is one of these.' }),
    type: t.field({ type: [CallTypeEnum], description: 'The type is one of these.' }),
    personUuid: t.field({
      type: 'UUID',
      description:
        'It is to this person. To a person whom the account does not see there are none.',
    }),
    pledgeUuid: t.field({
      type: 'UUID',
      description:
        'It is about this pledge. About a pledge that the account does not see there are none.',
    }),
    organizationUuid: t.field({
      type: ['UUID'],
      description: 'The organization that performs it is one of these.',
    }),
    requestedAfter: t.field({
      type: 'DateTime',
      description: 'Requested later than this instant.',
    }),
    updatedAfter: t.field({
      type: 'DateTime',
      description: 'Last changed later than this instant.',
    }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created later than this instant.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created earlier than this instant.' }),
    external: t.boolean({
      description:
        'Whether an external application manages it (true), or it is managed here (false).',
    }),
    externalApplicationName: t.string({
      description: 'The name of the external application, exactly.',
    }),
    externalReferenceId: t.string({
      description: "The call's reference in the external application, exactly.",
    }),
  }),
})
