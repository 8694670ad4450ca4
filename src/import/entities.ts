import { ENTITY_NAMES, type Entity, type EntityName } from './entity.ts'
import { callEntity } from './entity/call.ts'
import { focusAreaEntity, organizationEntity, userEntity } from './entity/organization.ts'
import { personEntity } from './entity/person.ts'
import { pledgeEntity } from './entity/pledge.ts'
import { transactionEntity } from './entity/transaction.ts'

export const ENTITIES: Readonly<Record<EntityName, Entity>> = {
  organization: organizationEntity,
  focusArea: focusAreaEntity,
  user: userEntity,
  person: personEntity,
  pledge: pledgeEntity,
  transaction: transactionEntity,
  call: callEntity,
}

/** Makes something for every kind of record. */
export function forEachEntity<Made>(make: (entity: Entity) => Made): Record<EntityName, Made> {
  return Object.fromEntries(ENTITY_NAMES.map((name) => [name, make(ENTITIES[name])])) as Record<
    EntityName,
    Made
  >
}
