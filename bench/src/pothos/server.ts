import { createServer } from 'node:http'
import { drizzle } from 'drizzle-orm/postgres-js'
import { createYoga } from 'graphql-yoga'
import postgres from 'postgres'
import { readPeerSettings, SCOPE_HEADER } from '../settings.ts'
import { relations } from './relation.ts'
import { createSchema } from './schema.ts'

const { databaseUrl, poolSize, port } = readPeerSettings()
const client = postgres(databaseUrl, { max: poolSize })
const yoga = createYoga({
  schema: createSchema(drizzle({ client, relations })),
  context: ({ request }) => ({ scope: request.headers.get(SCOPE_HEADER)?.split(',') }),
  logging: false,
})
createServer(yoga).listen(port, '127.0.0.1')
