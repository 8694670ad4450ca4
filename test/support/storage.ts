import type { Storage } from '../../src/storage/storage.ts'

/** A storage that keeps its files in memory, for a test to look into. */
export interface TestStorage extends Storage {
  readonly files: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly contentType: string }>
}

export function createTestStorage(): TestStorage {
  const files = new Map<string, { bytes: Uint8Array; contentType: string }>()
  return {
    files,
    put(key, bytes, contentType) {
      files.set(key, { bytes, contentType })
      return Promise.resolve()
    },
    delete(key) {
      files.delete(key)
      return Promise.resolve()
    },
    linkTo: (key, now) => `https://files.example/${key}?from=${now.toISOString()}`,
  }
}
