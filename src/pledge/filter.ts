import { sql } from 'drizzle-orm'
import { builder } from '../graphql/builder.ts'
import type { Filter, FilterField } from '../read/field.ts'
import { after, anyOf, arrayText, before, equals, holds } from '../read/filter.ts'
import { PledgeStatusEnum, RecruitmentTypeEnum } from './enum.ts'
import { pledges } from './table.ts'

const INDEXED = ['CREATED_AT', 'UPDATED_AT']

export const ownerLead = { column: pledges.owningOrganizationUuid, orders: INDEXED }
export const recruiterLead = { column: pledges.recruitingOrganizationUuid, orders: INDEXED }

const externalSource: FilterField = {
  values: ({ name, id }: { name: string; id?: string | null }) =>
    typeof id === 'string' ? [arrayText([name]), id] : [arrayText([name])],
  types: ['text[]', 'text'],
  shape: ({ id }: { id?: string | null }) => (typeof id === 'string' ? 'record' : 'source'),
  condition: ({ at }, [name, id], shape) =>
    shape === 'record'
      ? sql`${at(pledges.externalSourceName)} = any(${name}) and ${at(pledges.externalSourceId)} = ${id}`
      : sql`${at(pledges.externalSourceName)} = any(${name})`,
  lead: { column: pledges.externalSourceName, orders: ['CREATED_AT'], yieldsToScope: true },
  isNarrow: (shape) => shape === 'record',
}

/** What each field of `PledgeFilter` asks of a pledge. */
export const pledgeFilter: Filter = {
  // Before the status: it finds fewer pledges.
  externalSource,
  status: anyOf(pledges.status, {
    column: pledges.status,
    orders: ['CREATED_AT'],
    yieldsToScope: true,
  }),
  type: anyOf(pledges.type),
  personUuid: equals(pledges.personUuid),
  owningOrganizationUuid: anyOf(pledges.owningOrganizationUuid, ownerLead),
  recruitingOrganizationUuid: anyOf(pledges.recruitingOrganizationUuid, recruiterLead),
  createdAfter: after(pledges.createdAt),
  createdBefore: before(pledges.createdAt),
  updatedAfter: after(pledges.updatedAt),
  releasedAfter: after(pledges.releasedAt),
  hasIdealQrTransaction: holds(
    ({ at }) =>
      sql`exists (select from transactions where transactions.pledge_uuid = ${at(pledges.uuid)} and transactions.type = 'IDEAL_QR')`,
    'TRANSACTIONS_READ',
  ),
}

const ExternalSourceFilterInput = builder.inputType('ExternalSourceFilter', {
  description: 'Where external pledges come from.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name of the external source, exactly.' }),
    id: t.string({
      description: "The record's id there, exactly; any record of the source when absent.",
    }),
  }),
})

export const PledgeFilterInput = builder.inputType('PledgeFilter', {
  description:
    'Narrows a list of pledges to those for which all that is given holds. Null is the same as absent; an empty list matches nothing.',
  fields: (t) => ({
    status: t.field({ type: [PledgeStatusEnum], description: 'The status is one of these.' }),
    type: t.field({
      type: [RecruitmentTypeEnum],
      description: 'It was recruited in one of these ways.',
    }),
    personUuid: t.field({
      type: 'UUID',
      description: "It is this person's. A person whom the account does not see has none.",
    }),
    owningOrganizationUuid: t.field({
      type: ['UUID'],
      description: 'The owning organization is one of these.',
    }),
    recruitingOrganizationUuid: t.field({
      type: ['UUID'],
      description: 'The recruiting organization is one of these.',
    }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created later than this instant.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Created earlier than this instant.' }),
    updatedAfter: t.field({
      type: 'DateTime',
      description: 'Last changed later than this instant.',
    }),
    releasedAfter: t.field({
      type: 'DateTime',
      description: 'Released later than this instant; never true of a pledge that is not released.',
    }),
    hasIdealQrTransaction: t.boolean({
      description:
        'Whether it has a transaction of the type IDEAL_QR, in any status. Needs TRANSACTIONS_READ: without it the list is a FORBIDDEN error.',
    }),
    externalSource: t.field({
      type: ExternalSourceFilterInput,
      description: 'It comes from this external source.',
    }),
  }),
})
