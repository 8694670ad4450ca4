import { type FileHandle, open } from 'node:fs/promises'
import type { Config } from '../config.ts'
import { systemClock } from '../core/clock.ts'
import type { Issue } from '../core/error.ts'
import { importRecords } from '../import/commands.ts'
import { withDatabase } from './database.ts'
import { printable, showProgress, tell } from './output.ts'
import { reasonOf } from './problem.ts'
import { openStorage } from './storage.ts'

const STANDARD_INPUT = '-'

// Nobody reads more of them at once, and a file may be wrong in each of its lines.
const MOST_COMPLAINTS = 1_000
const NO_MORE_COMPLAINTS = 'further lines that fail are only counted'

const MOST_ISSUES = 10
const LONGEST_ISSUE = 250

/** How an import ended, as the exit code that says so. */
export const IMPORT_EXIT_CODE = { complete: 0, lineFailed: 1, unreadable: 2 } as const

/** What went wrong while the input was read, rather than with what it says. */
class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput'
}

/** Imports a file, or what comes in on standard input, and answers the exit code. */
export async function importFile(config: Config, file: string): Promise<number> {
  try {
    const { input, size } = await openInput(file)
    let complaints = 0
    const progress = showProgress('Importing', size, 'bytes')
    const count = await withDatabase(config, async (database) =>
      importRecords(database, input, {
        now: systemClock,
        storage: await openStorage(config, database),
        onProgress: progress.update,
        onFailure: (number, issues) => {
          complaints += 1
          if (complaints <= MOST_COMPLAINTS) progress.tell(describeFailure(number, issues))
          if (complaints === MOST_COMPLAINTS) progress.tell(NO_MORE_COMPLAINTS)
        },
      }),
    ).finally(progress.end)
    const { imported, unchanged, failed } = count
    tell(`imported ${imported}, unchanged ${unchanged}, failed ${failed}`)
    return failed === 0 ? IMPORT_EXIT_CODE.complete : IMPORT_EXIT_CODE.lineFailed
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error
    tell(`pledgeline: ${error.message}`)
    return IMPORT_EXIT_CODE.unreadable
  }
}

interface Input {
  readonly input: AsyncIterable<Uint8Array>
  /** In bytes; undefined where nobody can tell. */
  readonly size: number | undefined
}

async function openInput(file: string): Promise<Input> {
  if (file === STANDARD_INPUT) {
    return { input: naming('standard input', process.stdin), size: undefined }
  }
  let handle: FileHandle
  let size: number
  try {
    handle = await open(file)
    size = (await handle.stat()).size
  } catch (error) {
    throw unreadable(file, error)
  }
  return { input: naming(file, handle.createReadStream()), size }
}

async function* naming(file: string, input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* input
  } catch (error) {
    throw unreadable(file, error)
  }
}

function unreadable(file: string, error: unknown): UnreadableInput {
  return new UnreadableInput(`${printable(file)} cannot be read: ${reasonOf(error)}`, {
    cause: error,
  })
}

function describeFailure(lineNumber: number, issues: readonly Issue[]): string {
  const more = issues.length - MOST_ISSUES
  const described = issues.slice(0, MOST_ISSUES).map(describeIssue)
  if (more > 0) described.push(`and ${String(more)} more`)
  return `line ${String(lineNumber)}: ${described.join('; ')}`
}

/** A key is told as the line has it, and so may be anything. */
function describeIssue({ path, message }: Issue): string {
  const text = path.length > 0 ? `${path.join('.')} ${message}` : message
  return printable(text.length > LONGEST_ISSUE ? `${text.slice(0, LONGEST_ISSUE)}…` : text)
}
