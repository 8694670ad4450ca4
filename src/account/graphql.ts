import { isObjectType } from 'graphql'
import { PERMISSIONS, type Actor } from '../core/actor.ts'
import { ASSUMED_SIZE } from '../cost/field-cost.ts'
import { builder } from '../graphql/builder.ts'
import { OrganizationType } from '../graphql/node-type.ts'
import { readNodes } from '../read/binding/node-field.ts'
import { PermissionEnum } from './enum.ts'

const ServiceAccountType = builder.objectRef<Actor>('ServiceAccount').implement({
  description: 'A client of this gateway: what it may do, and whose records it sees.',
  fields: (t) => ({
    email: t.exposeString('email', { description: 'Identifies the account. Never null.' }),
    permissions: t.field({
      type: [PermissionEnum],
      resolve: ({ permissions }) => PERMISSIONS.filter((permission) => permissions.has(permission)),
      description: 'What it may do. Never null.',
    }),
    organizations: t.field({
      type: [OrganizationType],
      nullable: true,
      extensions: { [ASSUMED_SIZE]: 20 },
      resolve: async ({ organizations }, _args, context, info) => {
        if (organizations === 'all') return null
        const type = info.schema.getType('Organization')
        if (!isObjectType(type)) throw new Error('the schema has organizations')
        const found = await readNodes([type], new Map([[type.name, organizations]]), context, info)
        return [...(found.get(type.name)?.values() ?? [])]
      },
      description:
        'The organizations in its scope, the newest first. Null when the scope is all organizations.',
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: ServiceAccountType,
    resolve: (_parent, _args, { actor }) => actor,
    description: 'The service account that asks. Never null. Needs no permission.',
  }),
)
