import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { makePrivate } from '../core/private-file.ts'

const KEPT = fileURLToPath(new URL('../../dist/postgres', import.meta.url))

/** Makes an empty cluster and keeps it beside the compiled code: making one takes most of a first start. */
export async function keepFreshCluster(kept = KEPT): Promise<void> {
  const draft = draftOf(kept)
  rmSync(draft, { recursive: true, force: true })
  const client = await PGlite.create(draft)
  await client.close()
  // Whoever installed this need not be who starts it.
  for (const file of readdirSync(draft, { recursive: true, encoding: 'utf8' })) {
    const path = join(draft, file)
    chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644)
  }
  chmodSync(draft, 0o755)
  rmSync(kept, { recursive: true, force: true })
  renameSync(draft, kept)
}

/**
 * Puts a copy of the kept cluster where there is none yet: all of it or nothing. Where that cannot be done,
 * whoever opens the place makes one there.
 */
export function copyFreshCluster(place: string, kept = KEPT): void {
  if (existsSync(place) || !existsSync(kept)) return
  const draft = draftOf(place)
  try {
    rmSync(draft, { recursive: true, force: true })
    cpSync(kept, draft, { recursive: true })
    // The kept one holds nothing and is for everybody; what becomes of the copy is not.
    makePrivate(draft)
    renameSync(draft, place)
  } catch {
    rmSync(draft, { recursive: true, force: true })
  }
}

function draftOf(place: string): string {
  return `${place}.draft`
}
