import { DEFAULT_COOLING_DOWN_DAYS, DEFAULT_MAX_CALL_ATTEMPTS } from '../../organization/rules.ts'
import { focusAreas, organizations, users } from '../../organization/table.ts'
import { pledgeFocusAreas } from '../../pledge/table.ts'
import type { Entity } from '../entity.ts'
import { saidText, uuid, wholeNumber } from '../../core/field.ts'

const MOST_CALL_ATTEMPTS = 2_147_483_647
// A century: it keeps the end of every cooling-down period within what Postgres can express.
const MOST_COOLING_DOWN_DAYS = 36_500

export const organizationEntity: Entity = {
  name: 'organization',
  table: organizations,
  keys: () => ({
    name: saidText(),
    maxCallAttempts: wholeNumber(1, MOST_CALL_ATTEMPTS).nullish(),
    coolingDownDays: wholeNumber(0, MOST_COOLING_DOWN_DAYS).nullish(),
  }),
  defaults: (now) => ({
    maxCallAttempts: DEFAULT_MAX_CALL_ATTEMPTS,
    coolingDownDays: DEFAULT_COOLING_DOWN_DAYS,
    createdAt: now.toISOString(),
  }),
}

export const focusAreaEntity: Entity = {
  name: 'focusArea',
  table: focusAreas,
  keys: () => ({ name: saidText(), organizationUuid: uuid() }),
  references: { organizationUuid: { to: 'organization' } },
  reliedUpon: {
    column: 'organizationUuid',
    by: pledgeFocusAreas.focusAreaUuid,
    isKey: false,
    message: 'cannot change while pledges are given to the focus area',
  },
  defaults: () => ({}),
}

export const userEntity: Entity = {
  name: 'user',
  table: users,
  keys: () => ({ name: saidText(), organizationUuid: uuid().nullish() }),
  references: { organizationUuid: { to: 'organization' } },
  defaults: () => ({}),
}
