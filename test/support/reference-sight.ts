import { GraphQLError } from 'graphql'
import { type Actor, meets, type ReadNeed } from '../../src/core/actor.ts'
import type { World } from './world.ts'

type Row<Table extends keyof World> = World[Table][number]

/** Who sees what, sentence by sentence as the domain says it. */
export function sightOf(world: World, { organizations, permissions }: Actor) {
  const isInScope = (organizationUuid: string | null) =>
    organizations === 'all' ||
    (organizationUuid !== null && organizations.includes(organizationUuid))
  const ownerOf = ({ personUuid }: Row<'calls'>) =>
    byUuid(world.persons, personUuid).owningOrganizationUuid

  const pledge = (row: Row<'pledges'>) =>
    isInScope(row.owningOrganizationUuid) || isInScope(row.recruitingOrganizationUuid)
  const call = (row: Row<'calls'>) => isInScope(row.organizationUuid) || isInScope(ownerOf(row))
  const person = (row: Row<'persons'>) =>
    isInScope(row.owningOrganizationUuid) ||
    world.pledges.some((each) => each.personUuid === row.uuid && pledge(each)) ||
    world.calls.some((each) => each.personUuid === row.uuid && call(each))
  const transaction = (row: Row<'transactions'>) => pledge(byUuid(world.pledges, row.pledgeUuid))
  const organization = (row: Row<'organizations'>) => isInScope(row.uuid)
  // Without a scope there is nothing that keeps a user of no organization from being seen.
  const user = (row: Row<'users'>) => isInScope(row.organizationUuid)
  const focusArea = (row: Row<'focusAreas'>) => isInScope(row.organizationUuid)
  const change = (row: Row<'changes'>) => {
    const { position, pledgeUuid, callUuid, personUuid, transactionUuid } = row
    if (position === null) return false
    if (pledgeUuid !== null) {
      return permissions.has('PLEDGES_READ') && pledge(byUuid(world.pledges, pledgeUuid))
    }
    if (callUuid !== null) {
      return permissions.has('CALLS_READ') && call(byUuid(world.calls, callUuid))
    }
    return personUuid === null
      ? permissions.has('TRANSACTIONS_READ') &&
          transaction(byUuid(world.transactions, transactionUuid!))
      : permissions.has('PERSONS_READ') && person(byUuid(world.persons, personUuid))
  }

  return {
    sees: { pledge, call, person, transaction, organization, user, focusArea, change },
    mayDo: (permission: string) => (permissions as ReadonlySet<string>).has(permission),
    need: (permission: ReadNeed) => {
      if (!meets(permissions, permission)) throw forbiddenFor(permission)
    },
  }
}

export type Sight = ReturnType<typeof sightOf>

/** What is answered where a permission is missing. */
export function forbiddenFor(permission: ReadNeed): GraphQLError {
  return new GraphQLError('', { extensions: { code: 'FORBIDDEN', permission } })
}

export function byUuid<Found extends { readonly uuid: string }>(
  rows: readonly Found[],
  uuid: string,
): Found {
  return rows.find((row) => row.uuid === uuid)!
}
