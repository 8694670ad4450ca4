import { setTimeout } from 'node:timers/promises'

const POLL_MILLISECONDS = 50

/**
 * Asks again and again until the answer is true, or the time is over. Answers after how many milliseconds that
 * was; undefined where it never was.
 */
export async function waitUntil(
  limitMilliseconds: number,
  holds: () => boolean | Promise<boolean>,
  pollMilliseconds = POLL_MILLISECONDS,
): Promise<number | undefined> {
  const began = performance.now()
  for (;;) {
    if (await holds()) return Math.round(performance.now() - began)
    if (performance.now() - began > limitMilliseconds) return undefined
    await setTimeout(pollMilliseconds)
  }
}

/** Waits until something holds. Throws where that takes too long. */
export async function mustHold(
  what: string,
  limitMilliseconds: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const waited = await waitUntil(limitMilliseconds, holds)
  if (waited === undefined) throw new Error(`${what}: not within ${limitMilliseconds} ms`)
}
