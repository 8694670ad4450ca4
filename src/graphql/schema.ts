import '../account/graphql.ts'
import '../call/graphql.ts'
import '../organization/graphql.ts'
import '../person/graphql.ts'
import '../pledge/graphql.ts'
import '../transaction/graphql.ts'
import './node.ts'
import './scalars.ts'
import { builder } from './builder.ts'

builder.queryType({ description: 'Everything that can be read. Each field is one statement.' })

/** What this gateway serves. */
export const schema = builder.toSchema()
