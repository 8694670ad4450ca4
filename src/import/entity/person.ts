import { persons } from '../../person/table.ts'
import { pledges } from '../../pledge/table.ts'
import type { Entity } from '../entity.ts'
import { saidText, text, uuid } from '../../core/field.ts'
import { writtenPastInstant } from '../field.ts'

export const personEntity: Entity = {
  name: 'person',
  table: persons,
  keys: (clock) => ({
    owningOrganizationUuid: uuid(),
    firstName: text().nullish(),
    lastName: saidText(),
    email: text().nullish(),
    phoneNumber: text().nullish(),
    createdAt: writtenPastInstant(clock).nullish(),
  }),
  references: { owningOrganizationUuid: { to: 'organization' } },
  reliedUpon: {
    column: 'owningOrganizationUuid',
    by: pledges.personUuid,
    isKey: true,
    message: 'cannot change while the person has pledges',
  },
  defaults: (now) => ({ createdAt: now.toISOString(), updatedAt: now.toISOString() }),
  erasure: 'erasedAt',
  history: { created: 'PERSON_CREATED', updated: 'PERSON_UPDATED', column: 'personUuid' },
}
