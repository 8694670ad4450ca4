import { sql } from 'drizzle-orm'
import { calls } from '../../call/table.ts'
import { LONGEST_REASON } from '../../core/column.ts'
import { PERSONAL_PLEDGE_COLUMNS } from '../../person/rules.ts'
import {
  DONATION_INTERVALS,
  FIRST_PAYMENT_DAY,
  LAST_PAYMENT_DAY,
  PLEDGE_STATUSES,
  RECRUITMENT_TYPES,
} from '../../pledge/rules.ts'
import { pledgeFocusAreas, pledges } from '../../pledge/table.ts'
import { signatureField } from '../../signature/rules.ts'
import type { Entity, List } from '../entity.ts'
import {
  group,
  jsonObject,
  oneOf,
  saidText,
  text,
  uuid,
  uuidSet,
  wholeNumber,
} from '../../core/field.ts'
import { writtenInstant, writtenPastInstant, writtenAmount } from '../field.ts'

const focusAreaList: List = {
  table: pledgeFocusAreas,
  owner: pledgeFocusAreas.pledgeUuid,
  items: sql`(select json_agg(${pledgeFocusAreas.focusAreaUuid} order by ${pledgeFocusAreas.focusAreaUuid}) from ${pledgeFocusAreas} where ${pledgeFocusAreas.pledgeUuid} = ${pledges.uuid})`,
  toRows: (items) => items.map((focusAreaUuid) => ({ focusAreaUuid })),
  reference: {
    to: 'focusArea',
    agreement: {
      theirs: 'organizationUuid',
      ours: 'owningOrganizationUuid',
      message: 'must be a focus area of the owning organization',
    },
  },
  isSet: true,
}

export const pledgeEntity: Entity = {
  name: 'pledge',
  table: pledges,
  keys: (clock) => ({
    externalSource: group({ name: saidText(), id: saidText() }),
    personUuid: uuid(),
    owningOrganizationUuid: uuid(),
    recruitingOrganizationUuid: uuid(),
    type: oneOf(RECRUITMENT_TYPES),
    status: oneOf(PLEDGE_STATUSES).nullish(),
    createdAt: writtenPastInstant(clock).nullish(),
    updatedAt: writtenPastInstant(clock).nullish(),
    recruitingLocationLabel: text().nullish(),
    recruiterUuid: uuid().nullish(),
    initialDonationAmount: writtenAmount().nullish(),
    initialDonationInterval: oneOf(DONATION_INTERVALS).nullish(),
    donationAmount: writtenAmount().nullish(),
    donationInterval: oneOf(DONATION_INTERVALS).nullish(),
    preferredPaymentDay: wholeNumber(FIRST_PAYMENT_DAY, LAST_PAYMENT_DAY).nullish(),
    startsAt: writtenInstant().nullish(),
    endsAt: writtenInstant().nullish(),
    releasedAt: writtenInstant().nullish(),
    droppedAt: writtenInstant().nullish(),
    cancelledAt: writtenInstant().nullish(),
    cancellationReason: saidText(LONGEST_REASON).nullish(),
    focusAreaUuids: uuidSet().nullish(),
    signature: signatureField().nullish(),
    originMetadata: jsonObject().nullish(),
    externalProperties: jsonObject().nullish(),
  }),
  signature: { key: 'signature', column: 'signatureKey' },
  groups: { externalSource: { name: 'externalSourceName', id: 'externalSourceId' } },
  references: {
    personUuid: {
      to: 'person',
      agreement: {
        theirs: 'owningOrganizationUuid',
        ours: 'owningOrganizationUuid',
        message: 'must be a person of the owning organization',
      },
    },
    owningOrganizationUuid: { to: 'organization' },
    recruitingOrganizationUuid: { to: 'organization' },
    recruiterUuid: { to: 'user' },
  },
  lists: { focusAreaUuids: focusAreaList },
  reliedUpon: {
    column: 'personUuid',
    by: calls.pledgeUuid,
    isKey: true,
    message: 'cannot change while there are calls about the pledge',
  },
  personal: PERSONAL_PLEDGE_COLUMNS,
  external: {
    key: 'externalSource',
    columns: ['externalSourceName', 'externalSourceId', 'owningOrganizationUuid'],
  },
  defaults: (now) => ({
    status: 'LEAD',
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  }),
  history: { created: 'PLEDGE_CREATED', updated: 'PLEDGE_UPDATED', column: 'pledgeUuid' },
}
