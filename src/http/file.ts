import { posix } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { EXTENSIONS, MEDIA_TYPES } from '../core/media.ts'
import type { ServedFiles } from '../storage/storage.ts'
import type { RequestError } from './error.ts'

/** Answers requests for stored files. */
export interface FileRoute {
  /**
   * The response to whoever asks for the file with this key, which is taken as it came. A problem tells nothing
   * of which files there are, unless the link is one of ours. Rejects when the storage or the database does not
   * work.
   */
  respond(
    key: string,
    request: Request,
    NewResponse: typeof Response,
  ): Promise<Response | RequestError>
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD'])

const METHOD_NOT_ALLOWED: RequestError = {
  status: 405,
  code: 'METHOD_NOT_ALLOWED',
  message: 'A file is asked for with GET, or with HEAD.',
  headers: { Allow: 'GET, HEAD' },
}

const NO_FILE: RequestError = {
  status: 404,
  code: 'NOT_FOUND',
  message: 'There is nothing here, or the link to it is not complete.',
}

const EXPIRED: RequestError = {
  status: 403,
  code: 'LINK_EXPIRED',
  message:
    'This link was valid for an hour, which is over. Ask for the record again to have a new one.',
}

// Whatever is in a file, a browser runs nothing of it and loads nothing for it: but it loads sound once more to
// play it, and from a sandbox without an origin it may not.
const CONTENT_SECURITY_POLICY = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"

const SINGLE_RANGE = /^bytes=(\d{1,15})?-(\d{1,15})?$/

/** Serves files to whoever has a link that one of the gateway's processes made. */
export function createFileRoute(files: ServedFiles, clock: Clock): FileRoute {
  return {
    async respond(key, request, NewResponse) {
      if (!METHODS.has(request.method)) return METHOD_NOT_ALLOWED
      const [, query = ''] = /\?([^#]*)/.exec(request.url) ?? []
      const expiresAt = await files.expiryOf(key, new URLSearchParams(query))
      if (!expiresAt) return NO_FILE
      const millisecondsLeft = expiresAt.getTime() - clock().getTime()
      if (millisecondsLeft <= 0) return EXPIRED
      const bytes = await files.read(key)
      if (!bytes) return NO_FILE
      return fileResponse(request, NewResponse, bytes, {
        ...headersOf(key),
        'Cache-Control': `private, max-age=${Math.floor(millisecondsLeft / 1000)}`,
      })
    },
  }
}

function headersOf(key: string): Record<string, string> {
  const extension = posix.extname(key)
  const type = MEDIA_TYPES.find((each) => `.${EXTENSIONS[each]}` === extension)
  return {
    'Content-Type': type ?? 'application/octet-stream',
    'Content-Disposition': `inline; filename="signature${extension}"`,
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    // Players of sound ask for parts, and some play nothing where they cannot.
    'Accept-Ranges': 'bytes',
  }
}

function fileResponse(
  { method, headers: asked }: Request,
  NewResponse: typeof Response,
  bytes: Uint8Array,
  headers: Record<string, string>,
): Response {
  const range = method === 'GET' ? rangeOf(asked.get('range'), bytes.length) : undefined
  if (range === 'beyond') {
    return new NewResponse(null, {
      status: 416,
      headers: { ...headers, 'Content-Range': `bytes */${bytes.length}`, 'Content-Length': '0' },
    })
  }
  const { first, last } = range ?? { first: 0, last: bytes.length - 1 }
  const part = Buffer.from(bytes.subarray(first, last + 1))
  return new NewResponse(method === 'HEAD' ? null : part, {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'Content-Length': String(part.length),
      ...(range && { 'Content-Range': `bytes ${first}-${last}/${bytes.length}` }),
    },
  })
}

/** The one part that is asked for; undefined for the whole, which may also be answered to any other wish. */
function rangeOf(header: string | null, length: number) {
  const [, from, to] = SINGLE_RANGE.exec(header ?? '') ?? []
  if (from === undefined && to === undefined) return undefined
  // Without a beginning it is so many of the last bytes.
  const first = from === undefined ? Math.max(0, length - Number(to)) : Number(from)
  const last =
    from === undefined || to === undefined ? length - 1 : Math.min(Number(to), length - 1)
  if (to !== undefined && from !== undefined && Number(to) < first) return undefined
  return first < length ? { first, last } : ('beyond' as const)
}
