import './account/graphql.ts'
import './call/graphql.ts'
import './call/mutation.ts'
import './cost/graphql.ts'
import './feed/graphql.ts'
import './graphql/scalars.ts'
import './organization/graphql.ts'
import './person/graphql.ts'
import './pledge/graphql.ts'
import './pledge/mutation.ts'
import './read/binding/node-field.ts'
import './transaction/graphql.ts'
import './transaction/mutation.ts'
import { specifiedDirectives } from 'graphql'
import { builder } from './graphql/builder.ts'
import { idempotentDirective } from './graphql/idempotent.ts'
import { refusePassedOverResolvers } from './read/binding/passed-over.ts'

builder.queryType({ description: 'Everything that can be read. Each field is one statement.' })
builder.mutationType({
  description:
    'Everything that can be done. Each field is done in its turn and as a whole, or not at all; what a caller can mend is told as data. Null, with an error, where the gateway itself is in trouble.',
})

/** What this gateway serves. */
export const schema = builder.toSchema({
  directives: [...specifiedDirectives, idempotentDirective],
})
refusePassedOverResolvers(schema)
