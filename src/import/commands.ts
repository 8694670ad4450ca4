import type { Clock } from '../core/clock.ts'
import type { Issue } from '../core/error.ts'
import type { Database } from '../db/database.ts'
import { importLines } from './batch.ts'
import { createLineParser, type LineParser, type ParsedLine } from './line.ts'
import { readLines } from './line-reader.ts'
import type { SignatureStorage } from './signature.ts'

export interface ImportOptions {
  readonly now: Clock
  /** Where signatures are kept. */
  readonly storage: SignatureStorage
  /** Told after every batch how much of the file is done with. */
  readonly onProgress?: (bytesRead: number, lines: number) => void
  /** Told of every line that was not imported, in their order, counted from 1. */
  readonly onFailure: (lineNumber: number, issues: readonly Issue[]) => void
}

/** How many lines there were of each sort; blank ones are not counted. */
export interface ImportCount {
  readonly imported: number
  readonly unchanged: number
  readonly failed: number
}

const MOST_LINES = 1_000
const MOST_BYTES = 4_194_304

/**
 * Imports NDJSON: every line upserts one record, and a line that is not accepted keeps no other from being
 * imported. Memory does not grow with the file. Throws what reading the input, or reaching the database or the
 * storage, throws; importing the same file again then finishes it.
 */
export async function importRecords(
  database: Database,
  input: AsyncIterable<Uint8Array>,
  { now, storage, onProgress, onFailure }: ImportOptions,
): Promise<ImportCount> {
  const count = { imported: 0, unchanged: 0, failed: 0 }
  const write = async ({ entries, bytesRead, lastNumber }: Batch): Promise<void> => {
    const lines = entries.flatMap(({ parsed }) => ('entity' in parsed ? [parsed] : []))
    const outcomes = await importLines({ database, storage, now }, lines)
    for (const { number, parsed } of entries) {
      const outcome = 'entity' in parsed ? outcomes.get(parsed) : parsed
      if (outcome === 'imported' || outcome === 'unchanged') count[outcome] += 1
      else {
        count.failed += 1
        onFailure(number, outcome ?? [])
      }
    }
    onProgress?.(bytesRead, lastNumber)
  }
  // The next batch is read while the database is busy with this one.
  let writing = Promise.resolve()
  try {
    for await (const batch of readBatches(input, createLineParser(now))) {
      await writing
      writing = write(batch)
      writing.catch(() => undefined)
    }
  } finally {
    await writing
  }
  return count
}

interface Entry {
  readonly number: number
  readonly parsed: ParsedLine
}

interface Batch {
  readonly entries: readonly Entry[]
  readonly bytesRead: number
  readonly lastNumber: number
}

async function* readBatches(
  input: AsyncIterable<Uint8Array>,
  parse: LineParser,
): AsyncGenerator<Batch> {
  let entries: Entry[] = []
  let lastNumber = 0
  let bytesRead = 0
  let bytesBefore = 0
  for await (const line of readLines(input)) {
    const parsed = parse(line.content)
    entries.push({
      number: line.number,
      parsed: parsed instanceof Promise ? await parsed : parsed,
    })
    lastNumber = line.number
    bytesRead = line.bytesRead
    if (entries.length < MOST_LINES && bytesRead - bytesBefore < MOST_BYTES) continue
    yield { entries, bytesRead, lastNumber }
    entries = []
    bytesBefore = bytesRead
  }
  if (entries.length > 0) yield { entries, bytesRead, lastNumber }
}
