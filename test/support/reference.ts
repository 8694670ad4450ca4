import { buildSchema, graphqlSync, printSchema } from 'graphql'
import { type Actor, meets, type ReadNeed, PERMISSIONS } from '../../src/core/actor.ts'
import { schema } from '../../src/schema.ts'
import type { Answer } from './execution.ts'
import {
  isWantedChange,
  isWantedPerson,
  isWantedTransaction,
  type ListArguments,
  pageOf,
} from './reference-list.ts'
import { named, recordsOf } from './reference-record.ts'
import { forbiddenFor, sightOf } from './reference-sight.ts'
import type { World } from './world.ts'

// A gateway that is slow and obviously right: it has every row in memory, says in the words of the domain who
// sees it, sorts whole lists before it cuts them, and leaves the selection to GraphQL's own executor, which
// asks for one field of one record at a time.

export interface ReferenceContext {
  readonly world: World
  readonly actor: Actor
  readonly now: Date
}

/** Each is enough to read of the feed what is its own. */
const FEED_NEEDS: ReadNeed = ['PLEDGES_READ', 'CALLS_READ', 'PERSONS_READ', 'TRANSACTIONS_READ']

/** The served schema with nothing of the gateway's behind it, not even its scalars. */
const plainSchema = buildSchema(printSchema(schema))

/** What the gateway has to answer; of an error, its place and its extensions. */
export function answerByReference(
  context: ReferenceContext,
  source: string,
  variableValues: Record<string, unknown>,
): Answer {
  const rootValue = rootOf(context)
  const answer = graphqlSync({ schema: plainSchema, source, variableValues, rootValue })
  return JSON.parse(JSON.stringify(answer)) as Answer
}

function rootOf({ world, actor, now }: ReferenceContext) {
  const sight = sightOf(world, actor)
  const { sees, need } = sight
  const show = recordsOf(world, sight, now)

  // By which rows, for whom, and with which permission records of each type are found.
  const finders = {
    Pledge: finder(world.pledges, sees.pledge, show.pledge, 'PLEDGES_READ'),
    Call: finder(world.calls, sees.call, show.call, 'CALLS_READ'),
    Person: finder(world.persons, sees.person, show.person, 'PERSONS_READ'),
    Transaction: finder(
      world.transactions,
      sees.transaction,
      show.transaction,
      'TRANSACTIONS_READ',
    ),
    Organization: finder(world.organizations, sees.organization, show.organization),
    User: finder(world.users, sees.user, (row) => named('User', row)),
    FocusArea: finder(world.focusAreas, sees.focusArea, (row) => named('FocusArea', row)),
    Change: finder(world.changes, sees.change, show.change, FEED_NEEDS),
  }
  const look =
    (typename: keyof typeof finders) =>
    ({ uuid }: { uuid: string }) => {
      const { permission, find } = finders[typename]
      if (permission) need(permission)
      return find(uuid.toLowerCase())
    }
  const byId = (id: string) => {
    const [typename, uuid] = atob(id).split(':') as [keyof typeof finders, string]
    const { permission, find } = finders[typename]
    return permission && !meets(actor.permissions, permission)
      ? forbiddenFor(permission)
      : find(uuid)
  }

  return {
    node: ({ id }: { id: string }) => byId(id),
    nodes: ({ ids }: { ids: string[] }) => ids.map(byId),
    viewer: {
      email: actor.email,
      permissions: PERMISSIONS.filter((permission) => actor.permissions.has(permission)),
      organizations:
        actor.organizations === 'all'
          ? null
          : [...world.organizations]
              .sort((one, other) => (placeOf(one) < placeOf(other) ? 1 : -1))
              .map(({ uuid }) => finders.Organization.find(uuid))
              .filter((found) => found !== null),
    },
    pledge: look('Pledge'),
    call: look('Call'),
    person: look('Person'),
    organization: look('Organization'),
    transaction: look('Transaction'),
    pledges: (args: ListArguments) => show.pledges('Query.pledges', args, () => true),
    calls: (args: ListArguments) => show.calls('Query.calls', args, () => true),
    persons: (args: ListArguments) => {
      need('PERSONS_READ')
      const rows = world.persons.filter(
        (row) => sees.person(row) && isWantedPerson(args.filter, row),
      )
      const orders = { CREATED_AT: ({ createdAt }: World['persons'][number]) => createdAt }
      return pageOf({ coordinate: 'Query.persons', rows, orders, show: show.person }, args)
    },
    transactions: (args: ListArguments) => {
      need('TRANSACTIONS_READ')
      const rows = world.transactions.filter(
        (row) => sees.transaction(row) && isWantedTransaction(world, args.filter, row),
      )
      const orders = {
        CREATED_AT: ({ createdAt }: World['transactions'][number]) => createdAt,
        UPDATED_AT: ({ updatedAt }: World['transactions'][number]) => updatedAt,
      }
      const coordinate = 'Query.transactions'
      return pageOf({ coordinate, rows, orders, show: show.transaction }, args)
    },
    changes: (args: ListArguments) => {
      need(FEED_NEEDS)
      return show.changes('changes', args, (row) => isWantedChange(args.filter, row))
    },
    organizations: (args: ListArguments) => {
      const rows = world.organizations.filter(sees.organization)
      const orders = { CREATED_AT: ({ createdAt }: World['organizations'][number]) => createdAt }
      const list = { coordinate: 'Query.organizations', rows, orders, show: show.organization }
      return pageOf(list, args)
    },
  }
}

function placeOf({ createdAt, uuid }: World['organizations'][number]): string {
  return `${createdAt.toISOString()} ${uuid}`
}

function finder<Row extends { readonly uuid: string }>(
  rows: readonly Row[],
  sees: (row: Row) => boolean,
  show: (row: Row) => object,
  permission?: ReadNeed,
) {
  return {
    permission,
    find: (uuid: string) => {
      const row = rows.find((each) => each.uuid === uuid)
      return row && sees(row) ? show(row) : null
    },
  }
}
