import type { IncomingMessage } from 'node:http'
import { requestError } from './error.ts'

export const DEFAULT_MAX_BODY_BYTES = 2_097_152

/**
 * Reads the parameters of a GraphQL request, from its URL or from its body of at most so many bytes; what
 * is in them is not looked at yet. Throws a GraphQLError for a request that has none.
 * `message` is what Node received, where it did: reading from it is several times as fast as through a
 * stream of the web.
 */
export async function readParameters(
  request: Request,
  message: IncomingMessage | undefined,
  maxBytes: number,
): Promise<object> {
  if (request.method === 'GET') return readSearch(request.url)
  if (!isJson(request.headers.get('content-type'))) throw notJson()
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > maxBytes) throw tooLarge(maxBytes)
  const body = message ? await readMessage(message, maxBytes) : await readStream(request, maxBytes)
  return parseObject(body.toString(), 'The body')
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

/**
 * What is too large is read to its end and thrown away: a client that is cut off while it sends does not
 * get to see why.
 */
function readMessage(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) {
        chunks.push(chunk)
      } else {
        chunks.length = 0
        reject(tooLarge(maxBytes))
      }
    })
    message.on('end', () => {
      const [first] = chunks
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks))
    })
    message.on('error', reject)
  })
}

async function readStream({ body }: Request, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function isJson(contentType: string | null): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'
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

function notJson() {
  return requestError({
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'The body of the request must be sent as application/json.',
  })
}

function tooLarge(maxBytes: number) {
  return requestError({
    status: 413,
    code: 'REQUEST_TOO_LARGE',
    message: `The body of the request must be at most ${maxBytes} bytes.`,
  })
}
