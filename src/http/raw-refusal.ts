import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorBody, HEADERS_TOO_LARGE, mediaTypeFor, type RequestError, TOO_SLOW } from './error.ts'

const NO_HTTP: RequestError = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'This is not a request that HTTP allows.',
}

const PARSER_PROBLEMS: Readonly<Record<string, RequestError>> = {
  HPE_HEADER_OVERFLOW: HEADERS_TOO_LARGE,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'REQUEST_TOO_LARGE',
    message: 'The body of the request has too many chunk extensions. Leave them out.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
}

/** Answers a request of which nothing else is looked at. */
export function writeRefusal(
  response: ServerResponse,
  problem: RequestError,
  accept: string | undefined,
): void {
  const body = errorBody(problem)
  response.writeHead(problem.status, {
    'Content-Type': mediaTypeFor(accept ?? null),
    'Content-Length': Buffer.byteLength(body),
    ...problem.headers,
  })
  response.end(body)
}

/**
 * Answers what Node could not read as a request, and closes the connection. Where an answer to an earlier request is
 * under way nothing is written: that would come in the midst of the answer.
 */
export function answerParserError(error: Error, socket: Duplex, isAnswering: boolean): void {
  if (!socket.writable || isAnswering) {
    socket.destroy()
    return
  }
  const problem = PARSER_PROBLEMS[(error as NodeJS.ErrnoException).code ?? ''] ?? NO_HTTP
  const body = errorBody(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `Content-Type: ${mediaTypeFor(null)}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
