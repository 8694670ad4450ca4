import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { openFolder } from '../storage/folder.ts'
import type { Storage } from '../storage/storage.ts'

/** Opens the configured storage of files. It reaches for nothing before a file or a link is asked for. */
export async function openStorage(
  { storage, hasS3Endpoint, publicUrl = '' }: Config,
  database: Database,
  currentPublicUrl: () => string = () => publicUrl,
): Promise<Storage> {
  if (storage.kind === 'folder') {
    return openFolder({ folder: storage.folder, database, publicUrl: currentPublicUrl })
  }
  // What is behind it takes longer to load than all the rest.
  const { openBucket } = await import('../storage/s3.ts')
  return openBucket({ ...storage, hasPathStyle: hasS3Endpoint })
}
