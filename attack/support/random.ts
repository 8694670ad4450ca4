import { createHash } from 'node:crypto'
import { Random } from '../../src/demo/random.ts'

const SEED_BYTES = 4

/**
 * A sequence of choices for one purpose, the same for the same seed. Each purpose has its own sequence: how many
 * choices one part of a run makes, which depends on the machine, must not change those of another part.
 */
export function randomFor(seed: number, ...purpose: readonly (string | number)[]): Random {
  const digest = createHash('sha256')
    .update([seed, ...purpose].join('/'))
    .digest()
  return new Random(digest.readUIntBE(0, SEED_BYTES))
}

/** A UUID of version 4 that is the same for the same seed and purpose. */
export function uuidFor(seed: number, ...purpose: readonly (string | number)[]): string {
  const digest = createHash('sha256')
    .update([seed, ...purpose].join('/'))
    .digest('hex')
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}
