import { settledWithin } from '../core/deadline.ts'
import { HeldUp } from '../db/problem.ts'

const queues = new WeakMap<object, Map<string, Promise<unknown>>>()

/**
 * Has what is done under one key take turns, in the order in which it was asked for, whether or not what came
 * before went well. Keys of different owners have nothing to do with each other.
 */
export async function inTurn<Result>(
  owner: object,
  key: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const queue = queues.get(owner) ?? new Map<string, Promise<unknown>>()
  queues.set(owner, queue)
  const before = queue.get(key)
  const own = before ? before.then(act) : act()
  const over = own.catch(() => undefined)
  queue.set(key, over)
  try {
    return await own
  } finally {
    if (queue.get(key) === over) queue.delete(key)
  }
}

/** Does something in turn, as `inTurn` does. Throws HeldUp where the turn does not come in time: then nothing is done. */
export async function inTurnWithin<Result>(
  milliseconds: number,
  owner: object,
  key: string,
  act: () => Promise<Result>,
): Promise<Result> {
  let hasGivenUp = false
  const begun = new Promise<{ readonly result: Promise<Result> }>((resolve) => {
    void inTurn(owner, key, async () => {
      if (hasGivenUp) return
      const result = act()
      resolve({ result })
      await result.catch(() => undefined)
    })
  })
  try {
    const { result } = await settledWithin(milliseconds, begun, () => new HeldUp())
    return await result
  } catch (error) {
    hasGivenUp = true
    throw error
  }
}
