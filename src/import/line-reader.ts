import { isUtf8 } from 'node:buffer'

export const LONGEST_LINE_BYTES = 2_097_152

/** A line of a file that says something, or a problem with its bytes. */
export interface TextLine {
  /** Counted from 1, blank lines included. */
  readonly number: number
  /** How much of the file has been read, this line included. */
  readonly bytesRead: number
  readonly content: { readonly text: string } | { readonly problem: string }
}

const NEWLINE = 0x0a

/**
 * Splits a stream of UTF-8 into its lines, without those that are blank. It holds one line at a time, and of
 * a line that is too long nothing.
 */
export async function* readLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  const line = new LineBuffer()
  let number = 0
  let bytesRead = 0
  const endLine = (): TextLine | undefined => {
    number += 1
    const content = line.take()
    return content && { number, bytesRead, content }
  }
  for await (const chunk of input) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end))
      bytesRead += end + 1 - start
      start = end + 1
      const ended = endLine()
      if (ended) yield ended
    }
    line.add(chunk.subarray(start))
    bytesRead += chunk.length - start
  }
  const last = endLine()
  if (last) yield last
}

/** The bytes of a line that has not ended yet. */
class LineBuffer {
  #pieces: Uint8Array[] = []
  #length = 0

  add(piece: Uint8Array): void {
    this.#length += piece.length
    if (this.#isTooLong) this.#pieces = []
    else this.#pieces.push(piece)
  }

  /** What the line says, and an empty buffer for the next one; undefined when it says nothing. */
  take(): TextLine['content'] | undefined {
    const isTooLong = this.#isTooLong
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#length = 0
    if (isTooLong) {
      return { problem: `must be at most ${LONGEST_LINE_BYTES} bytes long` }
    }
    if (!isUtf8(bytes)) return { problem: 'must be valid UTF-8' }
    // What is trimmed is also the rest of a Windows line end, and a byte order mark.
    const text = bytes.toString('utf8').trim()
    return text === '' ? undefined : { text }
  }

  get #isTooLong(): boolean {
    return this.#length > LONGEST_LINE_BYTES
  }
}
