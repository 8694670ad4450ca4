import { type SQL, sql } from 'drizzle-orm'
import type { At } from '../core/source.ts'
import { builder } from '../graphql/builder.ts'
import {
  CallConnection,
  CallType,
  OrganizationType,
  PersonType,
  PledgeType,
  UserType,
} from '../graphql/node-type.ts'
import { organizationBy, userBy } from '../organization/relation.ts'
import { personBy } from '../person/relation.ts'
import { pledges, pledgeSource } from '../pledge/table.ts'
import { pageArguments } from '../read/binding/connection-type.ts'
import {
  column,
  derived,
  embedded,
  expression,
  list,
  lookup,
  one,
  rootConnection,
  rowsOf,
} from '../read/binding/planned-field.ts'
import { identifiers, uuidArgument } from '../read/binding/record-field.ts'
import type { Reader } from '../read/field.ts'
import { CallActionEnum, CallOrderInput, CallStatusEnum, CallTypeEnum } from './enum.ts'
import { callFilter, CallFilterInput, ownerLead, performerLead } from './filter.ts'
import { allowedCallActions, attemptsLeft, type CallState } from './rules.ts'
import { callAttempts, calls, callSource } from './table.ts'

const attemptCount = ({ at }: { at: At }): SQL =>
  sql`(select count(*) from call_attempts where call_attempts.call_uuid = ${at(calls.uuid)})`

/** The columns that make up a call's state. */
const STATE = {
  status: calls.status,
  externalApplicationName: calls.externalApplicationName,
  expiresAt: calls.expiresAt,
  attemptCount,
  maxCallAttempts: ({ at }: { at: At }) =>
    sql`(select organizations.max_call_attempts from organizations where organizations.uuid = ${at(calls.personOrganizationUuid)})`,
}

type ReadState = Omit<CallState, 'expiresAt'> & { readonly expiresAt: string | null }

/** A function of a call's state, as it is read. */
const ofState =
  <Value>(derive: (call: CallState, reader: Reader) => Value) =>
  ({ expiresAt, ...call }: ReadState, reader: Reader): Value =>
    derive({ ...call, expiresAt: expiresAt === null ? null : new Date(expiresAt) }, reader)

const CallAttemptType = builder.objectRef<object>('CallAttempt').implement({
  description: 'One try at a call.',
  fields: (t) => ({
    attemptedAt: t.field({
      type: 'DateTime',
      ...column(callAttempts.attemptedAt),
      description: 'When the person was tried. Never null.',
    }),
    attemptedBy: t.field({
      type: UserType,
      nullable: true,
      ...userBy(callAttempts.attemptedByUuid),
      description: 'Who tried. Null only on an external call whose source did not say.',
    }),
  }),
})

const CallExternalMetadataType = builder.objectRef<object>('CallExternalMetadata').implement({
  description: 'Which external application manages a call, and what it says of it.',
  fields: (t) => ({
    applicationName: t.string({
      ...column(calls.externalApplicationName),
      description: 'The name of the application. Never null.',
    }),
    referenceId: t.string({
      ...column(calls.externalReferenceId),
      description: "The call's reference there, unique within the application. Never null.",
    }),
    agentReferenceId: t.string({
      nullable: true,
      ...column(calls.externalAgentReferenceId),
      description: "The agent's reference there. Null when not known.",
    }),
    statusCode: t.string({
      nullable: true,
      ...column(calls.externalStatusCode),
      description: "The application's own status code. Null when not known.",
    }),
    statusDescription: t.string({
      nullable: true,
      ...column(calls.externalStatusDescription),
      description: 'What that status code means. Null when not known.',
    }),
  }),
})

CallType.implement({
  description:
    "A request that an organization calls a person, possibly about one of that person's pledges. Visible to whoever has the performing organization or the person's owning organization in scope. Needs the permission CALLS_READ.",
  interfaces: [builder.nodeInterfaceRef()],
  ...rowsOf(callSource),
  fields: (t) => ({
    ...identifiers(t, 'Call', calls.uuid),
    status: t.field({
      type: CallStatusEnum,
      ...column(calls.status),
      description: 'How far it has come. Never null.',
    }),
    type: t.field({
      type: CallTypeEnum,
      ...column(calls.type),
      description: 'What it is for. Never null.',
    }),
    requestedAt: t.field({
      type: 'DateTime',
      ...column(calls.requestedAt),
      description: 'When it was requested. Never null.',
    }),
    requestedBy: t.field({
      type: UserType,
      nullable: true,
      ...userBy(calls.requestedByUuid),
      description: 'Who requested it. Null when not known.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      ...column(calls.createdAt),
      description: 'When it was recorded here. Never null.',
    }),
    updatedAt: t.field({
      type: 'DateTime',
      ...column(calls.updatedAt),
      description: 'When it last changed. Never null.',
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(calls.completedAt),
      description:
        'When it was completed. Null unless it was, or when an external source did not say.',
    }),
    completedBy: t.field({
      type: UserType,
      nullable: true,
      ...userBy(calls.completedByUuid),
      description: 'Who completed it. Null unless it was, or when an external source did not say.',
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(calls.cancelledAt),
      description:
        'When it was cancelled. Null unless it was, or when an external source did not say.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(calls.expiresAt),
      description: 'The date that was set for it to expire by itself. Null where none was.',
    }),
    expiredAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(calls.expiredAt),
      description: 'When it expired. Null unless it did, or when an external source did not say.',
    }),
    result: t.string({
      nullable: true,
      ...column(calls.result),
      description: "The call centre's own outcome code or phrase. Null unless it was completed.",
    }),
    notes: t.string({
      nullable: true,
      ...column(calls.notes),
      description: 'What the agents noted. Null when nothing was.',
    }),
    attempts: t.field({
      type: [CallAttemptType],
      ...list({
        target: { table: callAttempts },
        on: (call, attempt) => sql`${attempt(callAttempts.callUuid)} = ${call(calls.uuid)}`,
        orderBy: (attempt) => attempt(callAttempts.number),
      }),
      description:
        'The tries at it, in the order in which they were recorded. Empty when there were none.',
    }),
    attemptCount: t.int({
      ...expression(attemptCount),
      description: 'How many attempts were recorded. Never null.',
    }),
    attemptsLeft: t.int({
      nullable: true,
      ...derived(
        STATE,
        ofState((call, { now }) => attemptsLeft(call, now)),
      ),
      description:
        'How many attempts are left before it expires, by the maximum of the organization that owns the person; 0 in an end status. Null on an external call, because its source decides.',
    }),
    person: t.field({
      type: PersonType,
      nullable: true,
      ...personBy(calls.personUuid),
      description: 'Who is called. Needs PERSONS_READ: without it null, with a FORBIDDEN error.',
    }),
    pledge: t.field({
      type: PledgeType,
      nullable: true,
      ...one({
        target: pledgeSource,
        on: (call, pledge) => sql`${pledge(pledges.uuid)} = ${call(calls.pledgeUuid)}`,
      }),
      description:
        "Which of the person's pledges it is about. Null where it is about none, or about one outside the account's scope. Needs PLEDGES_READ: without it null, with a FORBIDDEN error.",
    }),
    organization: t.field({
      type: OrganizationType,
      ...organizationBy(calls.organizationUuid),
      description: 'The organization that performs it. Never null.',
    }),
    externalMetadata: t.field({
      type: CallExternalMetadataType,
      nullable: true,
      ...embedded(calls.externalApplicationName),
      description:
        'Which external application manages it. Null on a call that is managed here: that is what makes it so.',
    }),
    allowedActions: t.field({
      type: [CallActionEnum],
      ...derived(
        STATE,
        ofState((call, { actor, now }) => allowedCallActions(call, actor.permissions, now)),
      ),
      description:
        "What the viewer could do to it now: by its state, by who manages it, and by the viewer's permissions. Empty where there is nothing.",
    }),
  }),
})

builder.queryFields((t) => ({
  call: t.field({
    type: CallType,
    nullable: true,
    args: uuidArgument(t),
    ...lookup(callSource, ({ uuid }) => uuid as string),
    description:
      'One call. Null where the account sees none with this UUID. Needs CALLS_READ: without it null, with a FORBIDDEN error.',
  }),
  calls: t.field({
    type: CallConnection,
    nullable: true,
    args: {
      ...pageArguments(t),
      filter: t.arg({ type: CallFilterInput, description: 'Which calls; all when absent.' }),
      orderBy: t.arg({
        type: CallOrderInput,
        description: 'The newest created first when absent.',
      }),
    },
    ...rootConnection({
      source: callSource,
      filter: callFilter,
      orders: {
        CREATED_AT: calls.createdAt,
        UPDATED_AT: calls.updatedAt,
        REQUESTED_AT: calls.requestedAt,
      },
      scopeLeads: [performerLead, ownerLead],
    }),
    description:
      'The calls that the account sees. Needs CALLS_READ: without it null, with a FORBIDDEN error.',
  }),
}))
