import { createServer } from 'node:http'
import postgres from 'postgres'
import { readPeerSettings, SCOPE_HEADER } from '../settings.ts'
import * as statement from './statement.ts'

const { databaseUrl, poolSize, port } = readPeerSettings()
const client = postgres(databaseUrl, {
  max: poolSize,
  fetch_types: false,
  connection: {
    TimeZone: 'UTC',
    jit: 'off',
    // Every page is in memory: an index is worth it for a small table too.
    random_page_cost: 1.1,
    // Planned once: a plan for the values at hand is never better here, and costs as much as running it.
    plan_cache_mode: 'force_generic_plan',
  },
})

// Without values the driver would not prepare a statement, unless it is told so by an option without a type.
const PREPARED = { prepare: true, simple: false } as postgres.UnsafeQueryOptions

const statements = new Map([
  ['nested-page', { all: statement.NESTED_PAGE, scoped: statement.NESTED_PAGE_IN_SCOPE }],
  ['one-pledge', { all: statement.ONE_PLEDGE, scoped: statement.ONE_PLEDGE_IN_SCOPE }],
  ['deep-page', { all: statement.DEEP_PAGE, scoped: statement.DEEP_PAGE_IN_SCOPE }],
])

/** Answers GET /OPERATION/VALUE/…: the values are the operation's own. */
createServer((request, response) => {
  const [, operation = '', ...values] = request.url?.split('/') ?? []
  const texts = statements.get(operation)
  const scope = request.headers[SCOPE_HEADER]
  if (!texts) {
    response.writeHead(404).end()
    return
  }
  const text = scope === undefined ? texts.all : texts.scoped
  if (scope !== undefined) values.push(`{${String(scope)}}`)
  client
    .unsafe(text, values, PREPARED)
    .raw()
    .then(
      (rows) => {
        const body = (rows as unknown as [Buffer][])[0]?.[0] ?? '{"data":{"pledge":null}}'
        response.writeHead(200, {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
        })
        response.end(body)
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
}).listen(port, '127.0.0.1')
