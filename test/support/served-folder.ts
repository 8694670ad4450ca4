import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/db/database.ts'
import { schema } from '../../src/schema.ts'
import { openFolder } from '../../src/storage/folder.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { type Gateway, openGateway } from './gateway.ts'

/** What the links of a served folder begin with. A proxy takes its path away before the gateway sees it. */
export const PUBLIC_URL = 'https://api.charity.example/gateway'

/** A gateway that serves the files of a fresh folder. */
export interface ServedFolder {
  readonly folder: string
  readonly storage: Storage
  readonly gateway: Gateway
  /** Opens the same folder once more, as another process does, on the same database or another one. */
  open(on?: Database): Storage
  /** A link that is made now, as the gateway sees it. */
  linkTo(key: string, made?: Storage): Promise<string>
  remove(): Promise<void>
}

export interface FileAnswer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
}

export async function serveFolder(database: Database): Promise<ServedFolder> {
  const parent = await mkdtemp(join(tmpdir(), 'pledgeline files '))
  const folder = join(parent, 'not', 'there yet')
  const open = (on = database) => openFolder({ folder, database: on, publicUrl: () => PUBLIC_URL })
  const storage = open()
  const gateway = openGateway(database, schema, { storage })
  return {
    folder,
    storage,
    gateway,
    open,
    async linkTo(key, made = storage) {
      return pathOf(await made.linkTo(key, gateway.clock()))
    },
    remove: () => rm(parent, { recursive: true }),
  }
}

/** What a gateway gets to see of one of its links. */
export function pathOf(link: string): string {
  if (!link.startsWith(`${PUBLIC_URL}/`)) throw new Error(`${link} is no link to the gateway`)
  return link.slice(PUBLIC_URL.length)
}

/** Follows a link. */
export async function follow(
  { app }: Gateway,
  path: string,
  init: RequestInit = {},
): Promise<FileAnswer> {
  const response = await app.fetch(`http://localhost${path}`, init)
  return {
    status: response.status,
    headers: new Headers(Object.fromEntries(response.headers)),
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}
