import { sql } from 'drizzle-orm'
import { builder } from '../graphql/builder.ts'
import type { Filter } from '../read/field.ts'
import { anyOf, equals } from '../read/filter.ts'
import { ChangeKindEnum } from './enum.ts'
import { changeOrganizations, changes, changeSource, feedCursors } from './table.ts'

/** What each field of `ChangeFilter` asks of a change. */
export const changeFilter: Filter = {
  kind: anyOf(changes.kind, {
    column: changes.kind,
    orders: ['POSITION'],
    yieldsToScope: true,
  }),
  pledgeUuid: equals(changes.pledgeUuid),
  callUuid: equals(changes.callUuid),
  personUuid: equals(changes.personUuid),
  transactionUuid: equals(changes.transactionUuid),
}

/** How changes are listed, wherever they are: oldest first. */
export const changeList = {
  source: changeSource,
  orders: { POSITION: changes.position },
  numbering: {
    secret: sql`(select decode(${feedCursors.secret}, 'hex') from ${feedCursors})`,
    plainUntil: sql`(select ${feedCursors.plainUntil} from ${feedCursors})`,
  },
} as const

/** The feed, to be read by page or to be followed: a cursor of the one is good for the other. */
export const changeFeed = {
  ...changeList,
  filter: changeFilter,
  cursorName: 'changes',
  scopeLeads: [
    {
      column: changeOrganizations.organizationUuid,
      orders: ['POSITION'],
      through: { table: changeOrganizations, key: [changeOrganizations.position] },
    },
  ],
} as const

export const ChangeFilterInput = builder.inputType('ChangeFilter', {
  description:
    'Narrows the feed to the changes for which all that is given holds. Null is the same as absent; an empty list matches nothing.',
  fields: (t) => ({
    kind: t.field({ type: [ChangeKindEnum], description: 'The kind is one of these.' }),
    pledgeUuid: t.field({
      type: 'UUID',
      description:
        'It is a change of this pledge itself, not of a call or a transaction of it. A pledge that the account does not see has none.',
    }),
    callUuid: t.field({
      type: 'UUID',
      description:
        'It is a change of this call itself. A call that the account does not see has none.',
    }),
    personUuid: t.field({
      type: 'UUID',
      description:
        'It is a change of this person itself, not of a pledge or a call of theirs. A person that the account does not see has none.',
    }),
    transactionUuid: t.field({
      type: 'UUID',
      description:
        'It is a change of this transaction. A transaction that the account does not see has none.',
    }),
  }),
})
