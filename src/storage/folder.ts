import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Disk } from 'flydrive'
import { makePrivate, PRIVATE_FILE, PRIVATE_FOLDER } from '../core/private-file.ts'
import type { Database } from '../db/database.ts'
import { createLinkSigner } from './link.ts'
import { type Storage, stored } from './storage.ts'

/** The path below which files are served. */
export const FILES_PATH = '/files/'

export interface FolderOptions {
  readonly folder: string
  /** Keeps the secret that signs links. */
  readonly database: Database
  /** Tells where the gateway is found, without a slash at the end, once that is known. */
  readonly publicUrl: () => string
}

// What a key is made of: no segment of it can lead out of the folder, or be hidden in it.
const KEY = /^[a-z0-9][\w-]*(\/[a-z0-9][\w-]*)*\.[a-z0-9]+$/

/**
 * Files in a folder, which every process that serves them shares. It is made when the first one is stored, and
 * no other account of the machine can look into it, because signatures are in it.
 */
export function openFolder({ folder, database, publicUrl }: FolderOptions): Storage {
  makePrivate(folder)
  const links = createLinkSigner(database)
  let opened: Promise<Disk> | undefined
  // Not before it is needed: loading what is behind it would hold up every start.
  const disk = () => (opened ??= openDisk(folder))
  return {
    put: (key, bytes) => stored(async () => (await disk()).put(key, bytes)),
    delete: (key) => stored(async () => (await disk()).delete(key)),
    linkTo(key, now) {
      const url = (query: string) => `${publicUrl()}${FILES_PATH}${key}?${query}`
      const query = links.queryFor(key, now)
      return typeof query === 'string' ? url(query) : query.then(url)
    },
    served: {
      expiryOf: async (key, query) =>
        KEY.test(key) ? await links.expiryOf(key, query) : undefined,
      read: (key) =>
        stored(async () => {
          try {
            return await (await disk()).getBytes(key)
          } catch (error) {
            if (isMissing(error)) return undefined
            throw error
          }
        }),
    },
  }
}

async function openDisk(folder: string): Promise<Disk> {
  const [{ Disk }, { FSDriver }] = await Promise.all([
    import('flydrive'),
    import('flydrive/drivers/fs'),
  ])

  /** Its own way to write leaves part of a file behind when the process or the machine stops. */
  class DurableDriver extends FSDriver {
    override put(key: string, contents: string | Uint8Array): Promise<void> {
      return writeDurably(join(folder, key), contents)
    }
  }

  return new Disk(new DurableDriver({ location: folder, visibility: 'private' }))
}

/** Writes a file that is there as a whole or not at all, and stays there when the power fails afterwards. */
async function writeDurably(file: string, contents: string | Uint8Array): Promise<void> {
  const folder = dirname(file)
  await makeFolder(folder)
  const draft = join(folder, `.${randomUUID()}.draft`)
  try {
    const handle = await open(draft, 'wx', PRIVATE_FILE)
    try {
      await handle.writeFile(contents)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await sync(folder)
}

async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    await sync(dirname(made))
  }
}

/** Has the names in a folder written to the disk. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isMissing(error: unknown): boolean {
  const { cause, code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}
