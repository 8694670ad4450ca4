import SchemaBuilder from '@pothos/core'
import DrizzlePlugin from '@pothos/plugin-drizzle'
import RelayPlugin from '@pothos/plugin-relay'
import { getTableConfig } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { GraphQLSchema } from 'graphql'
import { relations } from './relation.ts'

/** Whoever asks sees the records of these organizations; all records when it is absent. */
export interface Context {
  readonly scope: string[] | undefined
}

interface SchemaTypes {
  Context: Context
  DrizzleRelations: typeof relations
  DefaultFieldNullability: false
  Scalars: {
    DateTime: { Input: Date; Output: Date }
    UUID: { Input: string; Output: string }
    Decimal: { Input: string; Output: string }
  }
}

/** The part of Pledgeline's schema that is compared, written as the plugin's documentation shows it. */
export function createSchema(db: PostgresJsDatabase<typeof relations>): GraphQLSchema {
  const builder = new SchemaBuilder<SchemaTypes>({
    plugins: [RelayPlugin, DrizzlePlugin],
    defaultFieldNullability: false,
    relay: { nodesOnConnection: true },
    drizzle: { client: db, getTableConfig, relations },
  })

  builder.scalarType('DateTime', {
    serialize: (instant) => instant.toISOString(),
    parseValue: (text) => new Date(String(text)),
  })
  builder.scalarType('UUID', { serialize: String })
  builder.scalarType('Decimal', { serialize: String })

  builder.drizzleObject('organizations', {
    name: 'Organization',
    select: {},
    fields: (t) => ({ name: t.exposeString('name') }),
  })

  builder.drizzleObject('users', {
    name: 'User',
    select: {},
    fields: (t) => ({ name: t.exposeString('name') }),
  })

  builder.drizzleObject('persons', {
    name: 'Person',
    select: {},
    fields: (t) => ({
      firstName: t.exposeString('firstName', { nullable: true }),
      lastName: t.exposeString('lastName'),
    }),
  })

  builder.drizzleObject('transactions', {
    name: 'Transaction',
    select: {},
    fields: (t) => ({
      uuid: t.expose('uuid', { type: 'UUID' }),
      type: t.exposeString('type'),
      status: t.exposeString('status'),
      amount: t.expose('amount', { type: 'Decimal' }),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
    }),
  })

  builder.drizzleObject('callAttempts', {
    name: 'CallAttempt',
    select: {},
    fields: (t) => ({
      attemptedAt: t.expose('attemptedAt', { type: 'DateTime' }),
      attemptedBy: t.relation('attemptedBy', { nullable: true }),
    }),
  })

  builder.drizzleObject('calls', {
    name: 'Call',
    select: {},
    fields: (t) => ({
      uuid: t.expose('uuid', { type: 'UUID' }),
      status: t.exposeString('status'),
      type: t.exposeString('type'),
      requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
      attempts: t.relation('attempts', { query: { orderBy: { number: 'asc' } } }),
    }),
  })

  builder.drizzleObject('pledges', {
    name: 'Pledge',
    select: {},
    fields: (t) => ({
      uuid: t.expose('uuid', { type: 'UUID' }),
      status: t.exposeString('status'),
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      donationAmount: t.expose('donationAmount', { type: 'Decimal', nullable: true }),
      donationInterval: t.exposeString('donationInterval', { nullable: true }),
      owningOrganization: t.relation('owningOrganization'),
      person: t.relation('person'),
      transactions: t.relatedConnection('transactions', {
        query: { orderBy: { createdAt: 'desc' } },
      }),
      calls: t.relatedConnection('calls', {
        query: (_args, { scope }) => ({
          where: scope
            ? {
                OR: [
                  { organizationUuid: { in: scope } },
                  { personOrganizationUuid: { in: scope } },
                ],
              }
            : {},
          orderBy: { createdAt: 'desc' },
        }),
      }),
    }),
  })

  const visiblePledges = ({ scope }: Context) =>
    scope && {
      OR: [
        { owningOrganizationUuid: { in: scope } },
        { recruitingOrganizationUuid: { in: scope } },
      ],
    }

  const PledgeFilter = builder.inputType('PledgeFilter', {
    fields: (t) => ({
      createdAfter: t.field({ type: 'DateTime', required: true }),
      createdBefore: t.field({ type: 'DateTime', required: true }),
    }),
  })

  builder.queryType({
    fields: (t) => ({
      pledge: t.drizzleField({
        type: 'pledges',
        nullable: true,
        args: { uuid: t.arg({ type: 'UUID', required: true }) },
        resolve: (query, _parent, { uuid }, context) =>
          db.query.pledges.findFirst(query({ where: { uuid, ...visiblePledges(context) } })),
      }),
      pledges: t.drizzleConnection({
        type: 'pledges',
        args: { filter: t.arg({ type: PledgeFilter }) },
        resolve: (query, _parent, { filter }, context) =>
          db.query.pledges.findMany(
            query({
              where: {
                ...visiblePledges(context),
                ...(filter && { createdAt: { gt: filter.createdAfter, lt: filter.createdBefore } }),
              },
              orderBy: { createdAt: 'desc' },
            }),
          ),
      }),
    }),
  })

  return builder.toSchema()
}
