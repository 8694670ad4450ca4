import { sql } from 'drizzle-orm'
import { builder } from '../graphql/builder.ts'
import {
  FocusAreaType,
  OrganizationConnection,
  OrganizationType,
  UserType,
} from '../graphql/node-type.ts'
import { pageArguments } from '../read/binding/connection-type.ts'
import {
  column,
  expression,
  lookup,
  rootConnection,
  rowsOf,
} from '../read/binding/planned-field.ts'
import { identifiers, uuidArgument } from '../read/binding/record-field.ts'
import {
  focusAreas,
  focusAreaSource,
  organizations,
  organizationSource,
  users,
  userSource,
} from './table.ts'

OrganizationType.implement({
  description:
    "A charity or agency. It may own persons and pledges, recruit pledges, or perform calls. An organization that a visible record names shows its name there; lists and look-ups know those in the account's scope alone.",
  interfaces: [builder.nodeInterfaceRef()],
  ...rowsOf(organizationSource),
  fields: (t) => ({
    ...identifiers(t, 'Organization', organizations.uuid),
    name: t.string({
      ...column(organizations.name),
      description: 'What it is called. Never null.',
    }),
    maxCallAttempts: t.int({
      nullable: true,
      ...expression(({ at, scope }) =>
        scope
          ? sql`case when ${organizationSource.isVisible(at, scope)} then ${at(organizations.maxCallAttempts)} end`
          : at(organizations.maxCallAttempts),
      ),
      description:
        "How many attempts a call to a person that it owns may have before the call expires. Null on an organization outside the account's scope.",
    }),
  }),
})

UserType.implement({
  description:
    "Somebody who works for an organization: a recruiter, or an agent in a call centre. Shown by name wherever a visible record names them; `node` knows those whose organization is in the account's scope.",
  interfaces: [builder.nodeInterfaceRef()],
  ...rowsOf(userSource),
  fields: (t) => ({
    ...identifiers(t, 'User', users.uuid),
    name: t.string({ ...column(users.name), description: 'What they are called. Never null.' }),
  }),
})

FocusAreaType.implement({
  description:
    "A cause within an organization to which a pledge can be dedicated. Shown by name on the pledges that have it; `node` knows those of organizations in the account's scope.",
  interfaces: [builder.nodeInterfaceRef()],
  ...rowsOf(focusAreaSource),
  fields: (t) => ({
    ...identifiers(t, 'FocusArea', focusAreas.uuid),
    name: t.string({ ...column(focusAreas.name), description: 'What it is called. Never null.' }),
  }),
})

builder.queryFields((t) => ({
  organization: t.field({
    type: OrganizationType,
    nullable: true,
    args: uuidArgument(t),
    ...lookup(organizationSource, ({ uuid }) => uuid as string),
    description:
      "One organization. Null where there is none with this UUID in the account's scope. Needs no permission.",
  }),
  organizations: t.field({
    type: OrganizationConnection,
    args: pageArguments(t),
    ...rootConnection({
      source: organizationSource,
      orders: { CREATED_AT: organizations.createdAt },
    }),
    description: "The organizations in the account's scope, the newest first. Needs no permission.",
  }),
}))
