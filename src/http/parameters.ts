import type { IncomingMessage } from 'node:http'
import { type BodyOptions, decodeBody, readBody } from './body.ts'
import { requestError } from './error.ts'

const JSON_TYPE = 'application/json'

const PARAMETERS: ReadonlySet<string> = new Set([
  'query',
  'variables',
  'operationName',
  'extensions',
])

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i

/** What a request asks for, as it came. */
export interface ReadParameters {
  readonly parameters: object
  /** Gives back the bytes that are taken for them. */
  readonly release: () => void
}

/**
 * Reads the parameters of a GraphQL request, from its URL or from its body; what is in them is not looked at yet.
 * Throws a GraphQLError for a request that has none.
 */
export async function readParameters(
  request: Request,
  message: IncomingMessage | undefined,
  options: BodyOptions,
): Promise<ReadParameters> {
  if (request.method === 'GET')
    return { parameters: withKnownNames(readSearch(request.url)), release: () => undefined }
  assertJson(request.headers.get('content-type'))
  const { bytes, release } = await readBody(request, message, options)
  try {
    return { parameters: withKnownNames(parseObject(decodeBody(bytes), 'The body')), release }
  } catch (error) {
    release()
    throw error
  }
}

function readSearch(url: string): object {
  const start = url.indexOf('?')
  const search = new URLSearchParams(start === -1 ? '' : url.slice(start + 1))
  return Object.fromEntries<unknown>(
    [...search].map(([name, text]) =>
      name === 'variables' || name === 'extensions'
        ? [name, text === '' ? undefined : parseObject(text, `"${name}"`)]
        : [name, text],
    ),
  )
}

/** Throws a GraphQLError for what is said to be no JSON, or JSON in another encoding than UTF-8. */
function assertJson(contentType: string | null): void {
  if (contentType === JSON_TYPE) return
  const [type = ''] = (contentType ?? '').split(';', 1)
  const [, charset = 'utf-8'] = CHARSET.exec(contentType ?? '') ?? []
  if (type.trim().toLowerCase() === JSON_TYPE && /^utf-?8$/i.test(charset)) return
  throw requestError({
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: `The body of the request must be sent as ${JSON_TYPE}, encoded as UTF-8.`,
  })
}

/** The same parameters. A name that GraphQL does not know is refused, and not repeated: it may be a value, and long. */
function withKnownNames(parameters: object): object {
  if (Array.isArray(parameters)) return parameters as object
  if (Object.keys(parameters).every((name) => PARAMETERS.has(name))) return parameters
  throw requestError({
    status: 400,
    code: 'BAD_REQUEST',
    message: `The request has a parameter that is none of ${[...PARAMETERS].join(', ')}.`,
  })
}

function parseObject(text: string, what: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Told below, like every other text that is no object.
  }
  if (typeof value === 'object' && value !== null) return value
  throw requestError({
    status: 400,
    code: 'BAD_REQUEST',
    message: `${what} of the request must be a JSON object.`,
  })
}
