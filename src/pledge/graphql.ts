import { sql } from 'drizzle-orm'
import { CallFilterInput, callList } from '../call/filter.ts'
import { calls } from '../call/table.ts'
import { builder } from '../graphql/builder.ts'
import {
  CallConnection,
  FocusAreaType,
  OrganizationType,
  PersonType,
  PledgeConnection,
  PledgeType,
  TransactionConnection,
  UserType,
} from '../graphql/node-type.ts'
import { organizationBy, userBy } from '../organization/relation.ts'
import { focusAreas, focusAreaSource } from '../organization/table.ts'
import { personBy } from '../person/relation.ts'
import { pageArguments } from '../read/binding/connection-type.ts'
import {
  column,
  connection,
  embedded,
  finished,
  list,
  lookup,
  rootConnection,
  rowsOf,
} from '../read/binding/planned-field.ts'
import { identifiers, uuidArgument } from '../read/binding/record-field.ts'
import { transactions, transactionSource } from '../transaction/table.ts'
import { allowedActions } from './action.ts'
import {
  DonationIntervalEnum,
  PledgeActionEnum,
  PledgeOrderInput,
  PledgeStatusEnum,
  RecruitmentTypeEnum,
} from './enum.ts'
import { ownerLead, pledgeFilter, PledgeFilterInput, recruiterLead } from './filter.ts'
import { pledgeFocusAreas, pledges, pledgeSource } from './table.ts'

const ExternalSourceType = builder.objectRef<object>('ExternalSource').implement({
  description: 'Where an external pledge comes from. The source owns its state.',
  fields: (t) => ({
    name: t.string({
      ...column(pledges.externalSourceName),
      description: 'The name of the source. Never null.',
    }),
    id: t.string({
      ...column(pledges.externalSourceId),
      description: "The pledge's id there, unique within the source. Never null.",
    }),
  }),
})

PledgeType.implement({
  description:
    "A person's promise to donate an amount at an interval to the owning organization. Visible to whoever has the owning or the recruiting organization in scope. Needs the permission PLEDGES_READ.",
  interfaces: [builder.nodeInterfaceRef()],
  ...rowsOf(pledgeSource),
  fields: (t) => ({
    ...identifiers(t, 'Pledge', pledges.uuid),
    status: t.field({
      type: PledgeStatusEnum,
      ...column(pledges.status),
      description: 'How far it has come. Never null.',
    }),
    type: t.field({
      type: RecruitmentTypeEnum,
      ...column(pledges.type),
      description: 'How it was recruited. Never null.',
    }),
    startsAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(pledges.startsAt),
      description: 'From when on it is collected. Null when not set.',
    }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(pledges.endsAt),
      description: 'Until when it is collected. Null when it has no end.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      ...column(pledges.createdAt),
      description: 'When it was made. Never null.',
    }),
    updatedAt: t.field({
      type: 'DateTime',
      ...column(pledges.updatedAt),
      description:
        'When it last changed itself; a change of its calls or transactions does not count. Never null.',
    }),
    releasedAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(pledges.releasedAt),
      description:
        'When its cooling-down period was over. Null before that, or when an external source did not say.',
    }),
    droppedAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(pledges.droppedAt),
      description:
        'When it was dropped. Null unless it was, or when an external source did not say.',
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(pledges.cancelledAt),
      description:
        'When it was cancelled. Null unless it was, or when an external source did not say.',
    }),
    cancellationReason: t.string({
      nullable: true,
      ...column(pledges.cancellationReason),
      description:
        'Why it was cancelled. Null unless it was, or when an external source did not say.',
    }),
    owningOrganization: t.field({
      type: OrganizationType,
      ...organizationBy(pledges.owningOrganizationUuid),
      description: 'The organization to which the donation goes. Never null.',
    }),
    recruitingOrganization: t.field({
      type: OrganizationType,
      ...organizationBy(pledges.recruitingOrganizationUuid),
      description: 'The organization that recruited it. Never null.',
    }),
    recruitingLocationLabel: t.string({
      nullable: true,
      ...column(pledges.recruitingLocationLabel),
      description: 'Where it was recruited, in words. Null when not known.',
    }),
    initialDonationAmount: t.field({
      type: 'Decimal',
      nullable: true,
      ...column(pledges.initialDonationAmount),
      description:
        'The amount that was pledged, in euros. Null only on an external pledge whose source did not say.',
    }),
    donationAmount: t.field({
      type: 'Decimal',
      nullable: true,
      ...column(pledges.donationAmount),
      description:
        'The present amount, in euros. Null only on an external pledge whose source did not say.',
    }),
    initialDonationInterval: t.field({
      type: DonationIntervalEnum,
      nullable: true,
      ...column(pledges.initialDonationInterval),
      description:
        'The interval that was pledged. Null only on an external pledge whose source did not say.',
    }),
    donationInterval: t.field({
      type: DonationIntervalEnum,
      nullable: true,
      ...column(pledges.donationInterval),
      description:
        'The present interval. Null only on an external pledge whose source did not say.',
    }),
    preferredPaymentDay: t.int({
      nullable: true,
      ...column(pledges.preferredPaymentDay),
      description: 'The day of the month to collect on, 1 to 28. Null for no preference.',
    }),
    person: t.field({
      type: PersonType,
      nullable: true,
      ...personBy(pledges.personUuid),
      description: 'Who made it. Needs PERSONS_READ: without it null, with a FORBIDDEN error.',
    }),
    recruiter: t.field({
      type: UserType,
      nullable: true,
      ...userBy(pledges.recruiterUuid),
      description: 'Who recruited it. Null when not known.',
    }),
    focusAreas: t.field({
      type: [FocusAreaType],
      ...list({
        target: focusAreaSource,
        on: (pledge, focusArea) =>
          sql`exists (select from ${pledgeFocusAreas} given where given.pledge_uuid = ${pledge(pledges.uuid)} and given.focus_area_uuid = ${focusArea(focusAreas.uuid)})`,
        orderBy: (focusArea) => sql`${focusArea(focusAreas.name)}, ${focusArea(focusAreas.uuid)}`,
        isSeenWithParent: true,
      }),
      description: 'What it is dedicated to, by name. Empty when to nothing in particular.',
    }),
    originMetadata: t.field({
      type: 'JSONObject',
      nullable: true,
      ...column(pledges.originMetadata),
      description:
        'Where it came from, as whoever created it wrote it down. Null when they did not.',
    }),
    signatureUrl: t.field({
      type: 'URL',
      nullable: true,
      ...finished(pledges.signatureKey, (key, { storage, now }) => storage.linkTo(key, now)),
      description:
        'A link to the proof of consent, drawn, photographed or spoken, valid for one hour. It needs no token: whoever has it can read the file. Null when there is none.',
    }),
    externalSource: t.field({
      type: ExternalSourceType,
      nullable: true,
      ...embedded(pledges.externalSourceName),
      description:
        'The external source that manages it. Null on a pledge that is managed here: that is what makes it so.',
    }),
    externalProperties: t.field({
      type: 'JSONObject',
      nullable: true,
      ...column(pledges.externalProperties),
      description: 'Whatever else an external system says of it. Null when nothing.',
    }),
    transactions: t.field({
      type: TransactionConnection,
      nullable: true,
      args: pageArguments(t),
      ...connection({
        source: transactionSource,
        relation: {
          on: (pledge, transaction) =>
            sql`${transaction(transactions.pledgeUuid)} = ${pledge(pledges.uuid)}`,
          isSeenWithParent: true,
        },
        orders: { CREATED_AT: transactions.createdAt },
      }),
      description:
        'The collections for it, the newest first. Needs TRANSACTIONS_READ: without it null, with a FORBIDDEN error.',
    }),
    calls: t.field({
      type: CallConnection,
      nullable: true,
      args: {
        ...pageArguments(t),
        filter: t.arg({ type: CallFilterInput, description: 'Which calls; all when absent.' }),
      },
      ...connection({
        ...callList,
        relation: {
          on: (pledge, call) => sql`${call(calls.pledgeUuid)} = ${pledge(pledges.uuid)}`,
        },
      }),
      description:
        'The calls about it that the account sees, the newest first. Needs CALLS_READ: without it null, with a FORBIDDEN error.',
    }),
    allowedActions: t.field({
      type: [PledgeActionEnum],
      ...allowedActions,
      description:
        "What the viewer could do to it now: by its state, by who manages it, and by the viewer's permissions. Empty where there is nothing.",
    }),
  }),
})

builder.queryFields((t) => ({
  pledge: t.field({
    type: PledgeType,
    nullable: true,
    args: uuidArgument(t),
    ...lookup(pledgeSource, ({ uuid }) => uuid as string),
    description:
      'One pledge. Null where the account sees none with this UUID. Needs PLEDGES_READ: without it null, with a FORBIDDEN error.',
  }),
  pledges: t.field({
    type: PledgeConnection,
    nullable: true,
    args: {
      ...pageArguments(t),
      filter: t.arg({ type: PledgeFilterInput, description: 'Which pledges; all when absent.' }),
      orderBy: t.arg({
        type: PledgeOrderInput,
        description: 'The newest created first when absent.',
      }),
    },
    ...rootConnection({
      source: pledgeSource,
      filter: pledgeFilter,
      orders: { CREATED_AT: pledges.createdAt, UPDATED_AT: pledges.updatedAt },
      scopeLeads: [ownerLead, recruiterLead],
    }),
    description:
      'The pledges that the account sees. Needs PLEDGES_READ: without it null, with a FORBIDDEN error.',
  }),
}))
