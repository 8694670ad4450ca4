import { sql } from 'drizzle-orm'
import { CallFilterInput, callList } from '../call/filter.ts'
import { calls } from '../call/table.ts'
import { builder } from '../graphql/builder.ts'
import {
  CallConnection,
  OrganizationType,
  PersonConnection,
  PersonType,
  PledgeConnection,
} from '../graphql/node-type.ts'
import { organizationBy } from '../organization/relation.ts'
import { pledgeFilter, PledgeFilterInput } from '../pledge/filter.ts'
import { pledges, pledgeSource } from '../pledge/table.ts'
import { pageArguments } from '../read/binding/connection-type.ts'
import {
  column,
  connection,
  lookup,
  rootConnection,
  rowsOf,
} from '../read/binding/planned-field.ts'
import { identifiers, uuidArgument } from '../read/binding/record-field.ts'
import type { Filter } from '../read/field.ts'
import { after, anyOf } from '../read/filter.ts'
import { personOrganizations, persons, personSource } from './table.ts'

const ORDERS = { CREATED_AT: persons.createdAt }
const INDEXED = Object.keys(ORDERS)

const ownerLead = { column: persons.owningOrganizationUuid, orders: INDEXED }

const personFilter: Filter = {
  owningOrganizationUuid: anyOf(persons.owningOrganizationUuid, ownerLead),
  createdAfter: after(persons.createdAt),
  updatedAfter: after(persons.updatedAt),
}

const PersonFilterInput = builder.inputType('PersonFilter', {
  description:
    'Narrows a list of persons. What is given must all hold; null is the same as absent.',
  fields: (t) => ({
    owningOrganizationUuid: t.field({
      type: ['UUID'],
      description: 'The owning organization is one of these. An empty list matches nothing.',
    }),
    createdAfter: t.field({ type: 'DateTime', description: 'Created later than this instant.' }),
    updatedAfter: t.field({ type: 'DateTime', description: 'Updated later than this instant.' }),
  }),
})

PersonType.implement({
  description:
    'A donor. Visible to whoever has the owning organization in scope, or an organization that recruited a pledge of the person or performs a call to them. Needs the permission PERSONS_READ.',
  interfaces: [builder.nodeInterfaceRef()],
  ...rowsOf(personSource),
  fields: (t) => ({
    ...identifiers(t, 'Person', persons.uuid),
    firstName: t.string({
      nullable: true,
      ...column(persons.firstName),
      description: 'Given name or initials. Null when not known.',
    }),
    lastName: t.string({
      ...column(persons.lastName),
      description:
        'Family name with its prefixes, such as "van den Berg". Of an erased person it reads "erased". Never null.',
    }),
    email: t.string({
      nullable: true,
      ...column(persons.email),
      description: 'Email address. Null when not known.',
    }),
    phoneNumber: t.string({
      nullable: true,
      ...column(persons.phoneNumber),
      description: 'Phone number as it was given. Null when not known.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      ...column(persons.createdAt),
      description: 'When the person was first recorded. Never null.',
    }),
    updatedAt: t.field({
      type: 'DateTime',
      ...column(persons.updatedAt),
      description:
        'When the person last changed itself; a change of their pledges or calls does not count. Never null.',
    }),
    erasedAt: t.field({
      type: 'DateTime',
      nullable: true,
      ...column(persons.erasedAt),
      description:
        'When the operator erased the person: names and contact were cleared, and of their pledges and calls the signatures, the metadata and the notes. Whoever keeps a copy has to erase it, too. Null unless they were erased.',
    }),
    owningOrganization: t.field({
      type: OrganizationType,
      ...organizationBy(persons.owningOrganizationUuid),
      description: 'The organization that the person belongs to. Never null.',
    }),
    pledges: t.field({
      type: PledgeConnection,
      nullable: true,
      args: {
        ...pageArguments(t),
        filter: t.arg({ type: PledgeFilterInput, description: 'Which pledges; all when absent.' }),
      },
      ...connection({
        source: pledgeSource,
        relation: {
          on: (person, pledge) => sql`${pledge(pledges.personUuid)} = ${person(persons.uuid)}`,
        },
        filter: pledgeFilter,
        orders: { CREATED_AT: pledges.createdAt },
      }),
      description:
        "The person's pledges that the account sees, the newest first. Needs PLEDGES_READ: without it null, with a FORBIDDEN error.",
    }),
    calls: t.field({
      type: CallConnection,
      nullable: true,
      args: {
        ...pageArguments(t),
        filter: t.arg({ type: CallFilterInput, description: 'Which calls; all when absent.' }),
      },
      ...connection({
        ...callList,
        relation: {
          on: (person, call) => sql`${call(calls.personUuid)} = ${person(persons.uuid)}`,
        },
      }),
      description:
        'The calls to the person that the account sees, the newest first. Needs CALLS_READ: without it null, with a FORBIDDEN error.',
    }),
  }),
})

builder.queryFields((t) => ({
  person: t.field({
    type: PersonType,
    nullable: true,
    args: uuidArgument(t),
    ...lookup(personSource, ({ uuid }) => uuid as string),
    description:
      'One person. Null where the account sees none with this UUID. Needs PERSONS_READ: without it null, with a FORBIDDEN error.',
  }),
  persons: t.field({
    type: PersonConnection,
    nullable: true,
    args: {
      ...pageArguments(t),
      filter: t.arg({ type: PersonFilterInput, description: 'Which persons; all when absent.' }),
    },
    ...rootConnection({
      source: personSource,
      filter: personFilter,
      orders: ORDERS,
      scopeLeads: [
        ownerLead,
        {
          column: personOrganizations.organizationUuid,
          orders: INDEXED,
          through: {
            table: personOrganizations,
            key: [personOrganizations.personCreatedAt, personOrganizations.personUuid],
          },
        },
      ],
    }),
    description:
      'The persons that the account sees, the newest first. Needs PERSONS_READ: without it null, with a FORBIDDEN error.',
  }),
}))
