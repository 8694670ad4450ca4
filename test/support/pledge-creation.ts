import { randomUUID } from 'node:crypto'
import { type Permission, PERMISSIONS } from '../../src/core/actor.ts'
import type { Database } from '../../src/db/database.ts'
import { type ActResult, perform } from './act.ts'
import { createGateway, EVERYTHING } from './execution.ts'
import { insertOrganization, insertPerson, type Organization, type Person } from './records.ts'
import { createTestStorage } from './storage.ts'

export const CREATED_AT = new Date('2026-06-01T12:00:00.000Z')

/** Who creates a pledge, and where a signature goes: everybody for all organizations where it is not said. */
export interface Asking {
  readonly permissions?: readonly Permission[]
  readonly organizations?: readonly string[]
  readonly storage?: ReturnType<typeof createTestStorage>
}

/** What a new pledge refers to, and ways to create one that does. */
export interface Creating {
  readonly owner: Organization
  readonly recruiting: Organization
  readonly person: Person
  /** The input for a pledge that is managed here, with these fields instead of its own. */
  readonly managed: (fields: object) => Record<string, unknown>
  /** The input for a pledge of an external source, with these fields instead of its own. */
  readonly external: (fields: object) => Record<string, unknown>
  readonly create: (input: Record<string, unknown>, asking?: Asking) => Promise<ActResult>
}

export async function prepareCreation(database: Database): Promise<Creating> {
  const owner = await insertOrganization(database)
  const recruiting = await insertOrganization(database)
  const person = await insertPerson(database, { owningOrganizationUuid: owner.uuid })
  const references = {
    personUuid: person.uuid,
    owningOrganizationUuid: owner.uuid,
    recruitingOrganizationUuid: recruiting.uuid,
    type: 'STREET',
  }
  const donation = { initialDonationAmount: '7.5', initialDonationInterval: 'MONTHLY' }
  return {
    owner,
    recruiting,
    person,
    managed: (fields) => ({ ...references, ...donation, ...fields }),
    external: (fields) => ({
      ...references,
      externalSource: { name: 'crm', id: randomUUID() },
      ...fields,
    }),
    create: (input, { permissions = PERMISSIONS, organizations, storage } = {}) => {
      const actor = {
        ...EVERYTHING,
        permissions: new Set(permissions),
        organizations: organizations ?? ('all' as const),
      }
      const gateway = createGateway({
        database,
        actor,
        storage: storage ?? createTestStorage(),
        now: CREATED_AT,
      })
      return perform(gateway, 'createPledge', input)
    },
  }
}
