import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { giveToPostgres, makeFolder, removeFolder } from './folder.ts'
import { mustRun } from './process.ts'

const FILLER = 'filler'
const BLOCK_BYTES = 65_536

/** A file system of some megabytes, which can be filled up. */
export class SmallDisk {
  /** A folder on it, which belongs to the user of Postgres. */
  readonly folder: string
  readonly #mountPoint: string

  private constructor(mountPoint: string) {
    this.#mountPoint = mountPoint
    this.folder = join(mountPoint, 'data')
  }

  /** Mounts one in memory. Answers why not where this machine does not let us. */
  static async mount(megabytes: number): Promise<SmallDisk | string> {
    if (process.getuid?.() !== 0) return 'only root may mount a small file system'
    const mountPoint = await makeFolder('disk')
    try {
      await mustRun('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', mountPoint])
    } catch (error) {
      await removeFolder(mountPoint)
      return `a small file system cannot be mounted: ${String(error)}`
    }
    const disk = new SmallDisk(mountPoint)
    await mkdir(disk.folder)
    await giveToPostgres(disk.folder)
    return disk
  }

  /** Fills it up to the last block. */
  async fill(): Promise<void> {
    const file = await open(join(this.#mountPoint, FILLER), 'a')
    try {
      const block = Buffer.alloc(BLOCK_BYTES, 1)
      for (let size = BLOCK_BYTES; size >= 1_024; size /= 2) {
        while (await isWritten(() => file.write(block, 0, size))) {
          // Until nothing of this size fits any more.
        }
      }
    } finally {
      await file.close()
    }
  }

  /** How many bytes are free. */
  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#mountPoint)
    return bavail * bsize
  }

  /** Gives back what `fill` took. */
  async empty(): Promise<void> {
    await rm(join(this.#mountPoint, FILLER), { force: true })
  }

  /** Unmounts it, once nobody uses it any more. */
  async remove(): Promise<void> {
    await mustRun('umount', [this.#mountPoint])
    await removeFolder(this.#mountPoint)
  }
}

async function isWritten(write: () => Promise<{ bytesWritten: number }>): Promise<boolean> {
  try {
    return (await write()).bytesWritten > 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
