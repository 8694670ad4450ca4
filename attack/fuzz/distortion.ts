import type { Random } from '../../src/demo/random.ts'
import type { FuzzOperation } from './operation.ts'

/** What every made-up value carries: an answer or a log that repeats one is found by it. */
export const CANARY = 'canaryf00d'

/** A request as it goes over the wire. */
export interface FuzzRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Whether values in it carry the canary, so that no error may repeat it. */
  readonly hasCanary: boolean
}

const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json',
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  -2_147_483_649,
  '',
  CANARY,
  `${CANARY}\u0000nul`,
  `${CANARY}\ud800`,
  `${CANARY}\u202e\u{1f4a9}`,
  CANARY.repeat(2_000),
  [],
  [[[CANARY]]],
  Array.from({ length: 500 }, () => CANARY),
  { then: CANARY },
  { constructor: { prototype: CANARY } },
  { toString: CANARY, length: -1 },
]

const ODD_TOKENS = [
  ...['{', '}', '(', ')', '[', ']', '!', '$', '@', '...', ':', '|', '&', '#', '"', '"""', '\u0000'],
  ...['\ufeff', 'then', '__proto__', 'constructor', '__typename', '__schema', 'null', '-', '1e999'],
  ...[
    '@include(if: null)',
    '@skip',
    '@unknown',
    'on',
    'fragment',
    'subscription',
    '$missing',
    `"${CANARY}"`,
  ],
]

const ODD_TYPES = [
  ...['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/graphql'],
  ...[
    'application/json; charset=utf-16',
    'APPLICATION/JSON',
    '',
    'application/x-www-form-urlencoded',
  ],
]

/** A valid operation as a usual request. */
export function plainRequest({ query, variables, isSubscription }: FuzzOperation): FuzzRequest {
  const body = Buffer.from(JSON.stringify({ query, variables }))
  const headers = isSubscription ? { ...JSON_HEADERS, accept: 'text/event-stream' } : JSON_HEADERS
  return { method: 'POST', path: '/graphql', headers, body, hasCanary: false }
}

/** Makes something wrong of an operation: in its values, its text, its parameters or its HTTP. */
export function distort(operation: FuzzOperation, random: Random): FuzzRequest {
  const kinds = [inValues, inText, inText, inNesting, inParameters, inQuery, inHttp, inBytes]
  return random.pick(kinds)(operation, random)
}

function inValues(operation: FuzzOperation, random: Random): FuzzRequest {
  const variables: Record<string, unknown> = { ...operation.variables, extra: CANARY }
  for (const name of Object.keys(variables)) {
    if (random.isLucky(0.6)) variables[name] = spoiled(variables[name], random)
  }
  return { ...plainRequest({ ...operation, variables }), hasCanary: true }
}

/** Another value, or the same one with something in it that is another. */
function spoiled(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.isLucky(0.4))
    return random.pick(ODD_VALUES)
  if (Array.isArray(value)) return [...(value as unknown[]), random.pick(ODD_VALUES)]
  const entries = Object.entries(value)
  if (entries.length === 0) return { [CANARY]: CANARY }
  const [name] = random.pick(entries)
  return { ...value, [name]: spoiled((value as Record<string, unknown>)[name], random) }
}

function inText(operation: FuzzOperation, random: Random): FuzzRequest {
  const tokens = operation.query.match(/\s+|\.\.\.|"[^"]*"|\w+|[^\s\w]/g) ?? []
  for (let turn = random.integer(1, 4); turn > 0; turn -= 1) {
    const place = random.integer(0, tokens.length)
    const token = tokens[place] ?? ''
    switch (random.pick(['delete', 'double', 'insert', 'swap', 'number'])) {
      case 'delete':
        tokens.splice(place, 1)
        break
      case 'double':
        tokens.splice(place, 0, token, ' ')
        break
      case 'insert':
        tokens.splice(place, 0, ' ', random.pick(ODD_TOKENS), ' ')
        break
      case 'swap':
        tokens[place] = random.pick(ODD_TOKENS)
        break
      default:
        tokens.splice(place, 1, '9'.repeat(random.integer(1, 400)))
    }
  }
  return plainRequest({ ...operation, query: tokens.join('') })
}

function inNesting(operation: FuzzOperation, random: Random): FuzzRequest {
  const depth = random.pick([50, 500, 5_000, 50_000])
  const query = random.pick([
    `{ pledges { nodes { ${'person { pledges { nodes { '.repeat(depth)}uuid`,
    `query ($v: JSONObject = ${'{ a: '.repeat(depth)}1${' }'.repeat(depth)}) { viewer { email } }`,
    `{ viewer { ${'... { '.repeat(depth)}email${' }'.repeat(depth)} } }`,
    `{ ${Array.from({ length: depth }, (_, index) => `a${index}: viewer { email }`).join(' ')} }`,
    `{ viewer { ${'email '.repeat(depth)} } }`,
    `{ viewer { email ${'@include(if: true) '.repeat(depth)} } }`,
    `{ viewer { ${'...F '.repeat(depth)} } } fragment F on ServiceAccount { email ...F }`,
    `{ ${'['.repeat(depth)}`,
    `# ${'x'.repeat(depth)}\n${operation.query}`,
    `query (${Array.from({ length: depth }, (_, index) => `$v${index}: Int`).join(' ')}) { viewer { email } }`,
  ])
  return plainRequest({ ...operation, query, isSubscription: false })
}

function inParameters(operation: FuzzOperation, random: Random): FuzzRequest {
  const plain = plainRequest(operation)
  const { query, variables } = operation
  const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const body = random.pick([
    JSON.stringify([{ query, variables }]),
    JSON.stringify({ query, variables: random.pick(ODD_VALUES) }),
    JSON.stringify({ query, variables, operationName: random.pick(ODD_VALUES) }),
    JSON.stringify({ query, variables, extensions: random.pick(ODD_VALUES) }),
    JSON.stringify({ query, variables, [CANARY]: 1, id: CANARY }),
    JSON.stringify(random.pick(ODD_VALUES)),
    `{"query": ${JSON.stringify(query)}, "query": "{ viewer { email } }"}`,
    `{"__proto__": {"query": "{ viewer { email } }"}, "constructor": 1}`,
    `{"query": ${JSON.stringify(query)}, "variables": {"v0": ${nested}}}`,
    '',
  ])
  return { ...plain, body: Buffer.from(body), hasCanary: true }
}

/** What is no operation: a syntax error may quote a word of what it cannot read. */
function inQuery({ variables }: FuzzOperation, random: Random): FuzzRequest {
  const body = Buffer.from(JSON.stringify({ query: random.pick(ODD_VALUES), variables }))
  return { method: 'POST', path: '/graphql', headers: JSON_HEADERS, body, hasCanary: false }
}

function inHttp(operation: FuzzOperation, random: Random): FuzzRequest {
  const plain = plainRequest(operation)
  const asSearch = `/graphql?query=${encodeURIComponent(operation.query.slice(0, 4_000))}&variables=${encodeURIComponent(JSON.stringify(operation.variables).slice(0, 4_000))}`
  return random.pick<FuzzRequest>([
    { ...plain, method: random.pick(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE']) },
    { ...plain, method: 'GET', path: asSearch, body: Buffer.alloc(0) },
    { ...plain, method: 'GET', path: `${asSearch.slice(0, -7)}%zz%00`, body: Buffer.alloc(0) },
    { ...plain, headers: { ...plain.headers, 'content-type': random.pick(ODD_TYPES) } },
    {
      ...plain,
      headers: { ...plain.headers, 'content-encoding': random.pick(['gzip', 'br', 'x']) },
    },
    {
      ...plain,
      headers: { ...plain.headers, accept: random.pick(['*/*', 'image/png', '', ';;q=']) },
    },
    { ...plain, headers: { ...plain.headers, authorization: `Bearer ${CANARY}.${CANARY}.x` } },
    {
      ...plain,
      path: random.pick(['/', '//', '/graphql/', '/files/x', '/files/../../etc', '/%00']),
    },
    { ...plain, headers: { ...plain.headers, origin: 'https://evil.example', cookie: CANARY } },
  ])
}

function inBytes(operation: FuzzOperation, random: Random): FuzzRequest {
  const plain = plainRequest(operation)
  const body = Buffer.from(plain.body)
  if (random.isLucky(0.4)) {
    return { ...plain, body: body.subarray(0, random.integer(0, body.length)) }
  }
  for (let turn = random.integer(1, 6); turn > 0; turn -= 1) {
    body[random.integer(0, body.length - 1)] = random.integer(0, 255)
  }
  return { ...plain, body }
}
