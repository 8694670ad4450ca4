import type { FuzzRequest } from './distortion.ts'

const MOST_TRIES = 40

/** Leaves out parts of a request's body as long as what is wrong stays so. */
export async function minimized(
  request: FuzzRequest,
  isFaulty: (request: FuzzRequest) => Promise<boolean>,
): Promise<FuzzRequest> {
  let smallest = request
  let tries = 0
  for (const parts of [2, 4, 8, 16]) {
    for (let part = 0; part < parts; part += 1) {
      if (tries >= MOST_TRIES) return smallest
      tries += 1
      const { body } = smallest
      const [from, to] = [
        Math.floor((body.length * part) / parts),
        Math.floor((body.length * (part + 1)) / parts),
      ]
      const shorter = Buffer.concat([body.subarray(0, from), body.subarray(to)])
      const candidate = { ...smallest, body: shorter }
      if (shorter.length > 0 && (await isFaulty(candidate))) smallest = candidate
    }
  }
  return smallest
}
