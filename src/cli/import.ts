import { type FileHandle, open } from 'node:fs/promises'
import type { Config } from '../config.ts'
import { systemClock } from '../core/clock.ts'
import type { Issue } from '../core/error.ts'
import { importRecords } from '../import/commands.ts'
import { withDatabase } from './database.ts'
import { showProgress, tell } from './output.ts'
import { reasonOf } from './problem.ts'
import { openStorage } from './storage.ts'

const STANDARD_INPUT = '-'

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
    const progress = showProgress('Importing', size, 'bytes')
    const count = await withDatabase(config, async (database) =>
      importRecords(database, input, {
        now: systemClock,
        storage: await openStorage(config, database),
        onProgress: progress.update,
        onFailure: (number, issues) => {
          progress.tell(`line ${number}: ${issues.map(describeIssue).join('; ')}`)
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
  return new UnreadableInput(`${file} cannot be read: ${reasonOf(error)}`, { cause: error })
}

function describeIssue({ path, message }: Issue): string {
  return path.length > 0 ? `${path.join('.')} ${message}` : message
}
