import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** A file that a page loads. The name changes with the content, so that a browser may keep it for good. */
export interface Part {
  readonly name: string
  respond(request: Request, NewResponse: typeof Response): Promise<Response>
}

type Encoding = 'br' | 'gzip'

// The next better ones take four times as long for a twentieth.
const BROTLI_QUALITY = 5

const COMPRESS: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => promisify(gzip)(bytes),
}

const ENCODINGS = ['br', 'gzip'] as const satisfies readonly Encoding[]

/** Makes a part, which is compressed once for everybody, when somebody asks first. */
export function createPart(content: string | Buffer, extension: string, type: string): Part {
  const bytes = Buffer.from(content)
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  const compressed = new Map<Encoding, Promise<Buffer>>()
  const bytesAs = (encoding: Encoding) => {
    let made = compressed.get(encoding)
    if (!made) {
      made = COMPRESS[encoding](bytes)
      compressed.set(encoding, made)
    }
    return made
  }
  return {
    name: `${hash}.${extension}`,
    async respond({ headers: asked }, NewResponse) {
      const encoding = encodingFor(asked.get('accept-encoding'))
      const etag = `"${hash}${encoding ? `-${encoding}` : ''}"`
      const headers = {
        ETag: etag,
        'Cache-Control': 'public, max-age=31536000, immutable',
        Vary: 'Accept-Encoding',
      }
      if (isKnown(asked.get('if-none-match'), etag)) {
        return new NewResponse(null, { status: 304, headers })
      }
      const body = encoding ? await bytesAs(encoding) : bytes
      return new NewResponse(body as Uint8Array<ArrayBuffer>, {
        headers: {
          ...headers,
          'Content-Type': type,
          'Content-Length': String(body.length),
          'X-Content-Type-Options': 'nosniff',
          ...(encoding && { 'Content-Encoding': encoding }),
        },
      })
    },
  }
}

/** The best encoding that a client accepts by name. */
function encodingFor(accepted: string | null): Encoding | undefined {
  const wishes = (accepted ?? '').toLowerCase().split(',')
  const names = wishes.filter((wish) => !/;\s*q=0(\.0*)?\s*$/.test(wish)).map(nameIn)
  return ENCODINGS.find((encoding) => names.includes(encoding))
}

function nameIn(wish: string): string {
  return (wish.split(';', 1)[0] ?? '').trim()
}

function isKnown(tags: string | null, etag: string): boolean {
  return (tags ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
