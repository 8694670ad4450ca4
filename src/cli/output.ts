import { SingleBar } from 'cli-progress'

/** Prints data. Nothing else goes to standard output. */
export function print(data: string): void {
  process.stdout.write(`${data}\n`)
}

/** Tells whoever runs a command something that is no data. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/**
 * A text of somebody else's with what would command a terminal written out: escape sequences, line breaks that
 * begin a line of their own, and what changes the direction of writing.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}

/** How far a long run is, for whoever waits for it. */
export interface Progress {
  readonly update: (done: number) => void
  /** Tells something without breaking the bar. */
  readonly tell: (line: string) => void
  readonly end: () => void
}

const CLEAR_LINE = '\r\u001B[2K'

/** Shows a bar on standard error where that is a terminal, and the total is known; otherwise none. */
export function showProgress(what: string, total: number | undefined, unit: string): Progress {
  if (!process.stderr.isTTY || !total) {
    return { update: () => undefined, tell, end: () => undefined }
  }
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${what} {bar} {percentage}% of {total} ${unit}, {eta_formatted} to go`,
    hideCursor: true,
    clearOnComplete: true,
  })
  bar.start(total, 0)
  return {
    update: (done) => {
      bar.update(Math.min(done, total))
    },
    tell: (line) => {
      tell(`${CLEAR_LINE}${line}`)
    },
    end: () => {
      bar.stop()
    },
  }
}
