import { createWriteStream, type WriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Everything that a run does and is answered, a line of JSON each, so that a violation can be understood. */
export class Trace {
  readonly file: string
  readonly #stream: WriteStream
  readonly #began = performance.now()

  constructor(seed: number) {
    this.file = join(tmpdir(), `pledgeline-crash-seed-${seed}-${process.pid}.jsonl`)
    this.#stream = createWriteStream(this.file)
  }

  /** Adds a line to the file. */
  note(what: string, details: object = {}): void {
    this.#stream.write(`${JSON.stringify({ at: this.#elapsed(), what, ...details })}\n`)
  }

  /** Adds a line to the file, and tells whoever watches in a short line. */
  say(line: string): void {
    this.note(line)
    process.stdout.write(`${(this.#elapsed() / 1_000).toFixed(1).padStart(7)} s  ${line}\n`)
  }

  /** Answers once everything is in the file. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#stream.end(resolve)
    })
  }

  #elapsed(): number {
    return Math.round(performance.now() - this.#began)
  }
}
