import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { OVERLOADED, type RequestError, requestError, TOO_SLOW, tooMany } from './error.ts'
import type { Quota } from './quota.ts'

/** Whose body it is, and how much of it may be read. */
export interface BodyOptions {
  readonly maxBytes: number
  /** For how long it may take to arrive; 0 sets no bound. */
  readonly timeoutMilliseconds: number
  readonly account: string
  /** The bytes of all bodies in work. What is taken for this one is to be given back with `release`. */
  readonly bytesInFlight: Quota
}

/** A body, and the bytes that are taken for it. */
export interface Body {
  readonly bytes: Buffer
  /** Gives back what was taken. Once more does nothing. */
  readonly release: () => void
}

const ENDED_EARLY: RequestError = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The body of the request ended before its end.',
}

const NOT_UTF8: RequestError = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The body of the request must be encoded as UTF-8, and is not.',
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const

/**
 * Reads the body of a request. Throws a GraphQLError for one that is too large, takes too long or comes while too
 * much is in work already: nothing of it is kept then.
 * `message` is what Node received, where it did: reading from it is several times as fast as through a
 * stream of the web.
 */
export async function readBody(
  request: Request,
  message: IncomingMessage | undefined,
  options: BodyOptions,
): Promise<Body> {
  const length = Number(request.headers.get('content-length') ?? 0)
  if (length > options.maxBytes) throw tooLarge(options.maxBytes)
  const taken = new TakenBytes(options)
  const release = () => {
    taken.release()
  }
  try {
    taken.grow(length)
    const bytes = message
      ? await readMessage(message, taken, options.timeoutMilliseconds)
      : await readStream(request, taken)
    return { bytes, release }
  } catch (error) {
    release()
    throw error
  }
}

/** The text of a body. Throws a GraphQLError where it is not UTF-8: read all the same, it would be stored garbled. */
export function decodeBody(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw requestError(NOT_UTF8)
  const isMarked = BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte)
  return isMarked ? bytes.toString('utf8', BYTE_ORDER_MARK.length) : bytes.toString()
}

/** The bytes that are taken for one body: those that it says it has at once, and others as they come. */
class TakenBytes {
  readonly #options: BodyOptions
  #taken = 0
  #isReleased = false

  constructor(options: BodyOptions) {
    this.#options = options
  }

  /** Makes sure that so many bytes are taken. Throws a GraphQLError where they are too many. */
  grow(size: number): void {
    if (size <= this.#taken) return
    const { account, bytesInFlight, maxBytes } = this.#options
    if (size > maxBytes) throw tooLarge(maxBytes)
    const owner = bytesInFlight.take(account, size - this.#taken)
    if (owner === 'account') {
      throw requestError(tooMany('bytes of requests', bytesInFlight.limitOf(owner)))
    }
    if (owner) throw requestError(OVERLOADED)
    this.#taken = size
  }

  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    if (this.#taken > 0) this.#options.bytesInFlight.give(this.#options.account, this.#taken)
  }
}

function readMessage(
  message: IncomingMessage,
  taken: TakenBytes,
  timeoutMilliseconds: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let size = 0
    // Most bodies have come together with their headers.
    const timer =
      timeoutMilliseconds > 0 && !message.complete
        ? setTimeout(() => {
            fail(requestError(TOO_SLOW))
          }, timeoutMilliseconds)
        : undefined
    // What still comes is read and thrown away, as far as the connection allows.
    const fail = (error: Error) => {
      clearTimeout(timer)
      message.off('data', take).resume()
      chunks = []
      reject(error)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      try {
        taken.grow(size)
        chunks.push(chunk)
      } catch (error) {
        fail(error as Error)
      }
    }
    const endEarly = () => {
      fail(requestError(ENDED_EARLY))
    }
    message.on('data', take)
    message.once('end', () => {
      clearTimeout(timer)
      const [first] = chunks
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks))
    })
    message.once('error', endEarly)
    // A client may have gone while the request was let in. Then nothing more happens to the message.
    if (message.destroyed && !message.readableEnded) endEarly()
  })
}

async function readStream({ body }: Request, taken: TakenBytes): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    taken.grow(size)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLarge(maxBytes: number) {
  return requestError({
    status: 413,
    code: 'REQUEST_TOO_LARGE',
    message: `The body of the request must be at most ${maxBytes} bytes.`,
  })
}
