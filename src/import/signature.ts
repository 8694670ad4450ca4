import type { Signature } from '../signature/rules.ts'
import type { Storage } from '../storage/storage.ts'

/** A signature that a line brings, and the key under which it is to be kept. */
export interface BroughtSignature extends Signature {
  readonly key: string
}

/** What the import does with a storage of files. */
export type SignatureStorage = Pick<Storage, 'put' | 'delete'>

const MOST_AT_ONCE = 16

/** Stores signatures, which are there when it resolves. Throws a StorageError. */
export async function storeSignatures(
  storage: SignatureStorage,
  brought: readonly BroughtSignature[],
): Promise<void> {
  await forEach(brought, async ({ key, bytes, contentType }) => {
    await storage.put(key, bytes, contentType)
  })
}

/** Deletes signatures that no record names. One that cannot be deleted stays: it does nobody harm. */
export async function discardSignatures(
  storage: SignatureStorage,
  keys: readonly string[],
): Promise<void> {
  await forEach(keys, async (key) => {
    await storage.delete(key).catch(() => undefined)
  })
}

async function forEach<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += MOST_AT_ONCE) {
    await Promise.all(items.slice(start, start + MOST_AT_ONCE).map(act))
  }
}
