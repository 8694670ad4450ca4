import { randomUUID } from 'node:crypto'
import { OperatorError } from '../core/error.ts'

/** Where files are kept, and how whoever may read one comes by it. */
export interface Storage {
  /** Keeps a file for good once it resolves: all of it, or nothing. Throws a StorageError. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>
  /** Removes a file; one that is not there already is. Throws a StorageError. */
  delete(key: string): Promise<void>
  /**
   * A URL that lets whoever has it read the file for an hour from now, whether there is one or not. Answers at
   * once where it can. Rejects with a StorageError, or when the database is needed and cannot be reached.
   */
  linkTo(key: string, now: Date): string | Promise<string>
  /** The files that this process itself serves to whoever has a link; absent where links lead elsewhere. */
  readonly served?: ServedFiles
}

/** Files behind links that processes of this gateway made. */
export interface ServedFiles {
  /**
   * Until when a link lets its holder read the file. Undefined for a link that none of the processes made.
   * Rejects when the database is needed and cannot be reached.
   */
  expiryOf(key: string, query: URLSearchParams): Promise<Date | undefined>
  /** The content of a file; undefined where there is none. Throws a StorageError. */
  read(key: string): Promise<Uint8Array | undefined>
}

/** Files cannot be written or read at the moment, and why. */
export class StorageError extends OperatorError {
  // Not as its cause: the codes of the file system and of the network are also those of a missing database.
  constructor(error: unknown) {
    super(`the storage of files does not work (${reasonOf(error)})`)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message || error.name : reasonOf(error.cause)
}

/** Lets an act on the storage fail with a StorageError. */
export async function stored<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw new StorageError(error)
  }
}

/** Makes sure that files can be written and removed, with one that means nothing. Throws a StorageError. */
export async function assertWritable(storage: Pick<Storage, 'put' | 'delete'>): Promise<void> {
  const key = `probe-${randomUUID()}.txt`
  await storage.put(key, Buffer.from('pledgeline'), 'text/plain')
  await storage.delete(key)
}
