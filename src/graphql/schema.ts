import '../account/graphql.ts'
import '../call/graphql.ts'
import '../call/mutation.ts'
import '../change/graphql.ts'
import '../cost/graphql.ts'
import '../organization/graphql.ts'
import '../person/graphql.ts'
import '../pledge/graphql.ts'
import '../pledge/mutation.ts'
import '../transaction/graphql.ts'
import './node.ts'
import './scalars.ts'
import { builder } from './builder.ts'

builder.queryType({ description: 'Everything that can be read. Each field is one statement.' })
builder.mutationType({
  description:
    'Everything that can be done. Each field is done in its turn and as a whole, or not at all; what a caller can mend is told as data. Null, with an error, where the gateway itself is in trouble.',
})

/** What this gateway serves. */
export const schema = builder.toSchema()
