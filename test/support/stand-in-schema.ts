import {
  GraphQLError,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql'
import type { Context } from '../../src/graphql/context.ts'

/** What errors hold and no client may read. */
export const SECRET = 'the password of the database'

class ConnectionRefused extends Error {
  readonly code = 'ECONNREFUSED'
}

function resolveWith(act: (args: { n?: number }, context: Context) => unknown, args = {}) {
  return {
    type: GraphQLString,
    args,
    resolve: (_: unknown, given: { n?: number }, context: Context) => act(given, context),
  }
}

function raise(error: Error): never {
  throw error
}

/** Fields that behave as resolvers can, for what does not depend on the domain. */
export const schema = new GraphQLSchema({
  query: new GraphQLObjectType<unknown, Context>({
    name: 'Query',
    fields: {
      email: resolveWith((_, { actor }) => actor.email),
      now: resolveWith((_, { now }) => now.toISOString()),
      echo: resolveWith(({ n }) => n, { n: { type: new GraphQLNonNull(GraphQLInt) } }),
      broken: resolveWith(() => raise(new Error(SECRET))),
      refused: resolveWith(() =>
        raise(
          new GraphQLError('not yours', { extensions: { code: 'FORBIDDEN', permission: 'X' } }),
        ),
      ),
      unreachable: resolveWith(() =>
        raise(new Error('query failed', { cause: new ConnectionRefused(SECRET) })),
      ),
    },
  }),
  mutation: new GraphQLObjectType<unknown, Context>({
    name: 'Mutation',
    fields: { touch: resolveWith(() => 'touched') },
  }),
})
