import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './support/gateway.ts'
import { schema, SECRET } from './support/stand-in-schema.ts'

const GRAPHQL = 'application/graphql-response+json'

let database: Database
let gateway: Gateway
let token: string
let email: string

beforeAll(async () => {
  database = await openTestDatabase()
  gateway = openGateway(database, schema)
  const key = await createTestAccount(database)
  token = await tokenOf(key)
  email = key.email
})

afterAll(() => database.close())

describe('an operation', () => {
  test('is answered for the account whose token it carries, at one instant', async () => {
    const { status, headers, body } = await gateway.post('{ email now }', token)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(body).toEqual({ data: { email, now: gateway.clock().toISOString() } })
  })

  test.each([
    ['application/json', 'application/json; charset=utf-8'],
    [GRAPHQL, `${GRAPHQL}; charset=utf-8`],
  ])('is answered as %s for whoever accepts it', async (accept, contentType) => {
    const { headers } = await postAs(accept, { query: '{ email }' })
    expect(headers.get('content-type')).toBe(contentType)
  })

  test('may be asked with GET, by whoever shows that it is no form or link', async () => {
    const path = `/graphql?${new URLSearchParams({ query: 'query Q($n: Int!) { echo(n: $n) }', variables: '{"n":3}' })}`
    const authorization = `Bearer ${token}`
    const plain = await gateway.fetch({ path, headers: { authorization } })
    expect(plain.status).toBe(403)
    expect(plain.body.errors?.[0]?.extensions).toEqual({ code: 'BAD_REQUEST' })
    const shown = await gateway.fetch({
      path,
      headers: { authorization, 'x-graphql-yoga-csrf': '1' },
    })
    expect(shown.body).toEqual({ data: { echo: '3' } })
  })

  test('that changes something is not asked with GET', async () => {
    const { status, body } = await gateway.fetch({
      path: `/graphql?query=${encodeURIComponent('mutation { touch }')}`,
      headers: { authorization: `Bearer ${token}`, 'x-graphql-yoga-csrf': '1' },
    })
    expect(status).toBe(405)
    expect(body.data).toBeUndefined()
  })
})

describe('a request that is not GraphQL', () => {
  test.each([
    ['no JSON', 'application/json', '{"query":', 400, 'BAD_REQUEST'],
    ['no object', 'application/json', '"{ email }"', 400, 'BAD_REQUEST'],
    ['null', 'application/json', 'null', 400, 'BAD_REQUEST'],
    ['without a query', 'application/json', '{}', 400, 'BAD_REQUEST'],
    ['with a query that is no text', 'application/json', '{"query":5}', 400, 'BAD_REQUEST'],
    ['with another parameter', 'application/json', '{"query":"{a}","a":1}', 400, 'BAD_REQUEST'],
    ['a batch', 'application/json', '[{"query":"{ email }"}]', 400, 'BAD_REQUEST'],
    ['a form', 'application/x-www-form-urlencoded', 'query={email}', 403, 'BAD_REQUEST'],
    ['a bare text', 'application/graphql', '{ email }', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another type', 'text/xml', '<query/>', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('is refused: %s', async (_, contentType, text, status, code) => {
    const answer = await gateway.fetch({
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
      body: text,
      accept: GRAPHQL,
    })
    expect(answer.status).toBe(status)
    expect(answer.body.errors?.map(({ extensions }) => extensions)).toEqual([{ code }])
    expect(answer.body.data).toBeUndefined()
  })

  test('a batch is refused by its name', async () => {
    const answer = await gateway.fetch({
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '[{"query":"{ email }"},{"query":"{ email }"}]',
    })
    expect(answer.status).toBe(400)
    expect(answer.body.errors?.[0]?.message).toBe('Batching is not supported.')
  })

  test('variables in a URL that are no JSON are refused', async () => {
    const answer = await gateway.fetch({
      path: '/graphql?query={email}&variables={',
      headers: { authorization: `Bearer ${token}`, 'x-graphql-yoga-csrf': '1' },
    })
    expect(answer.status).toBe(400)
    expect(answer.body.errors?.[0]).toEqual({
      message: '"variables" of the request must be a JSON object.',
      extensions: { code: 'BAD_REQUEST' },
    })
  })

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is refused', async (method) => {
    const { status, headers } = await gateway.fetch({ method })
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe('GET, POST')
  })

  test.each(['/', '/graphql/', '/api/graphql', '/health', '/x?y=/graphql', '/%00'])(
    '%s is not found, in JSON',
    async (path) => {
      const { status, body } = await gateway.fetch({
        path,
        headers: { authorization: `Bearer ${token}` },
      })
      expect(status).toBe(404)
      expect(body.errors?.[0]?.extensions).toEqual({ code: 'NOT_FOUND' })
    },
  )
})

describe('an operation that is not begun', () => {
  test.each([
    ['does not parse', { query: '{ email' }, 'GRAPHQL_PARSE_FAILED'],
    ['does not fit the schema', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'has a variable that does not fit',
      { query: 'query Q($n: Int!) { echo(n: $n) }', variables: { n: 'x' } },
      'BAD_USER_INPUT',
    ],
    [
      'lacks a variable',
      { query: 'query Q($n: Int!) { echo(n: $n) }', variables: {} },
      'BAD_USER_INPUT',
    ],
    [
      'is not named',
      { query: 'query A { email } query B { email }' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
  ])('because it %s says so with a code', async (_, parameters, code) => {
    const answer = await postAs(GRAPHQL, parameters)
    expect(answer.status).toBe(400)
    expect(answer.body.errors?.map(({ extensions }) => extensions['code'])).toEqual([code])
    expect('data' in answer.body).toBe(false)
  })

  test.each([300, 3_000, 100_000])(
    'because it nests %d deep says so with a code',
    async (depth) => {
      const nested = '{ ... '.repeat(depth)
      const { status, body } = await postAs(GRAPHQL, {
        query: `${nested}{ email }${'}'.repeat(depth)}`,
      })
      if (status === 200) expect(body).toEqual({ data: { email } })
      else {
        expect(status).toBe(400)
        expect(body.errors?.[0]?.extensions).toEqual({ code: 'OPERATION_TOO_LARGE' })
      }
    },
  )

  test('has status 200 for whoever accepts only the older media type', async () => {
    for (const query of ['{ email', '{ nothing }']) {
      expect((await postAs('application/json', { query })).status).toBe(200)
    }
  })

  test('fails the same way when it is sent again', async () => {
    const answers = [await gateway.post('{ no', token), await gateway.post('{ no', token)]
    expect(answers[1]?.text).toBe(answers[0]?.text)
  })
})

describe('an error', () => {
  test('that a resolver means for the client passes as it is', async () => {
    const { status, body } = await gateway.post('{ refused email }', token)
    expect(status).toBe(200)
    expect(body.data).toEqual({ refused: null, email })
    expect(body.errors).toEqual([
      {
        message: 'not yours',
        locations: [{ line: 1, column: 3 }],
        path: ['refused'],
        extensions: { code: 'FORBIDDEN', permission: 'X' },
      },
    ])
  })

  test('that nobody expected is hidden from the client and logged with the operation', async () => {
    gateway.log.length = 0
    const { body, text } = await gateway.post('query Names { broken email }', token)
    expect(body.data).toEqual({ broken: null, email })
    expect(body.errors).toEqual([
      {
        message: 'Unexpected error',
        locations: [{ line: 1, column: 15 }],
        path: ['broken'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ])
    expect(text).not.toContain(SECRET)
    expect(gateway.log).toMatchObject([
      {
        level: 50,
        operationName: 'Names',
        path: ['broken'],
        account: email,
        err: { message: SECRET },
      },
    ])
    expect(JSON.stringify(gateway.log)).not.toContain(token)
  })

  test.each(['application/json', GRAPHQL])(
    'of a database that cannot be reached is 503 for %s',
    async (accept) => {
      const { status, body, text } = await postAs(accept, { query: '{ unreachable email }' })
      expect(status).toBe(503)
      expect(body.errors?.[0]?.extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' })
      expect(text).not.toContain(SECRET)
    },
  )
})

describe('a body', () => {
  const maxBodyBytes = 200
  const fitting = JSON.stringify({ query: '{ email }' }).padEnd(maxBodyBytes)

  test('of the largest size is read', async () => {
    expect((await sendBody(fitting)).body).toEqual({ data: { email } })
  })

  test.each([
    ['that says so', { 'content-length': String(maxBodyBytes + 1) }],
    ['that does not say so', {}],
  ])('that is larger is refused: one %s', async (_, headers) => {
    const { status, body } = await sendBody(`${fitting} `, headers)
    expect(status).toBe(413)
    expect(body.errors).toEqual([
      {
        message: 'The body of the request must be at most 200 bytes.',
        extensions: { code: 'REQUEST_TOO_LARGE' },
      },
    ])
  })

  function sendBody(text: string, headers: Record<string, string> = {}) {
    return openGateway(database, schema, { limits: { maxBodyBytes } }).fetch({
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: text,
    })
  }
})

describe('a browser frontend', () => {
  const allowed = 'https://app.charity.example'
  const corsOrigins = [allowed, 'https://crm.charity.example']

  test('of no allowed origin is told nothing about origins', async () => {
    for (const asked of [gateway, openGateway(database, schema, { corsOrigins })]) {
      for (const origin of ['https://elsewhere.example', 'null']) {
        for (const method of ['POST', 'OPTIONS']) {
          const { headers } = await asked.fetch({ method, headers: { origin } })
          expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual(
            [],
          )
        }
      }
    }
  })

  test('of an allowed origin may ask, and read refusals too', async () => {
    const asked = openGateway(database, schema, { corsOrigins })
    const preflight = await asked.fetch({ method: 'OPTIONS', headers: { origin: allowed } })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization/i)
    const refused = await asked.fetch({ headers: { origin: allowed } })
    expect(refused.status).toBe(401)
    for (const { headers } of [preflight, refused]) {
      expect(headers.get('access-control-allow-origin')).toBe(allowed)
      expect(headers.get('vary')).toMatch(/origin/i)
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  })
})

describe('health', () => {
  test('is told to anybody', async () => {
    expect((await gateway.fetch({ path: '/health/live' })).status).toBe(200)
    expect((await gateway.fetch({ path: '/health/ready' })).status).toBe(200)
  })

  test('is not ready while the server is shutting down', async () => {
    const closing = openGateway(database, schema, { isShuttingDown: () => true })
    expect((await closing.fetch({ path: '/health/ready' })).status).toBe(503)
    expect((await closing.fetch({ path: '/health/live' })).status).toBe(200)
  })

  test('is not ready while the database cannot be reached', async () => {
    const closed = await openTestDatabase()
    await closed.close()
    const cut = openGateway(closed, schema)
    expect((await cut.fetch({ path: '/health/ready' })).status).toBe(503)
    expect((await cut.fetch({ path: '/health/live' })).status).toBe(200)
  })
})

function postAs(accept: string, parameters: object) {
  return gateway.fetch({
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
    accept,
  })
}
