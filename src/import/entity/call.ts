import { sql } from 'drizzle-orm'
import { CALL_STATUSES, CALL_TYPES } from '../../call/rules.ts'
import { callAttempts, calls } from '../../call/table.ts'
import { LONGEST_NOTES, LONGEST_REASON } from '../../core/column.ts'
import { PERSONAL_CALL_COLUMNS } from '../../person/rules.ts'
import type { Entity, List } from '../entity.ts'
import { group, listOf, oneOf, saidText, text, uuid } from '../../core/field.ts'
import { asText, type Row } from '../../db/row.ts'
import { writtenInstant, writtenPastInstant } from '../field.ts'

const attemptList: List = {
  table: callAttempts,
  owner: callAttempts.callUuid,
  items: sql`(select json_agg(json_build_object('attemptedAt', ${asText(callAttempts.attemptedAt)}, 'attemptedByUuid', ${callAttempts.attemptedByUuid}) order by ${callAttempts.number}) from ${callAttempts} where ${callAttempts.callUuid} = ${calls.uuid})`,
  toRows: (items) => items.map((attempt, index) => ({ ...(attempt as Row), number: index + 1 })),
  reference: { to: 'user', key: 'attemptedByUuid' },
  isSet: false,
}

export const callEntity: Entity = {
  name: 'call',
  table: calls,
  keys: (clock) => ({
    externalMetadata: group({
      applicationName: saidText(),
      referenceId: saidText(),
      agentReferenceId: text().nullish(),
      statusCode: text().nullish(),
      statusDescription: text().nullish(),
    }),
    personUuid: uuid(),
    organizationUuid: uuid(),
    pledgeUuid: uuid().nullish(),
    type: oneOf(CALL_TYPES).nullish(),
    status: oneOf(CALL_STATUSES).nullish(),
    requestedAt: writtenInstant().nullish(),
    requestedByUuid: uuid().nullish(),
    attempts: listOf(
      group({
        attemptedAt: writtenInstant(),
        attemptedByUuid: uuid()
          .nullish()
          .transform((attemptedBy) => attemptedBy ?? null),
      }),
    ).nullish(),
    result: saidText(LONGEST_REASON).nullish(),
    completedAt: writtenInstant().nullish(),
    completedByUuid: uuid().nullish(),
    cancelledAt: writtenInstant().nullish(),
    expiresAt: writtenInstant().nullish(),
    expiredAt: writtenInstant().nullish(),
    notes: text(LONGEST_NOTES).nullish(),
    createdAt: writtenPastInstant(clock).nullish(),
    updatedAt: writtenPastInstant(clock).nullish(),
  }),
  groups: {
    externalMetadata: {
      applicationName: 'externalApplicationName',
      referenceId: 'externalReferenceId',
      agentReferenceId: 'externalAgentReferenceId',
      statusCode: 'externalStatusCode',
      statusDescription: 'externalStatusDescription',
    },
  },
  references: {
    personUuid: { to: 'person' },
    organizationUuid: { to: 'organization' },
    pledgeUuid: {
      to: 'pledge',
      agreement: {
        theirs: 'personUuid',
        ours: 'personUuid',
        message: "must be one of the person's pledges",
      },
    },
    requestedByUuid: { to: 'user' },
    completedByUuid: { to: 'user' },
  },
  lists: { attempts: attemptList },
  copies: [
    {
      column: 'personOrganizationUuid',
      of: 'person',
      reference: 'personUuid',
      theirs: 'owningOrganizationUuid',
    },
  ],
  personal: PERSONAL_CALL_COLUMNS,
  external: {
    key: 'externalMetadata',
    columns: ['externalApplicationName', 'externalReferenceId', 'organizationUuid'],
  },
  defaults: (now) => ({
    status: 'REQUESTED',
    type: 'VERIFICATION',
    requestedAt: now.toISOString(),
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }),
  history: { created: 'CALL_CREATED', updated: 'CALL_UPDATED', column: 'callUuid' },
}
