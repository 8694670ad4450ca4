import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Round, RoundReply, RoundResult } from './message.ts'

/** The process that sends requests. */
export interface LoadGenerator {
  /** Rejects when any request fails or is answered differently from before. */
  run(round: Round): Promise<RoundResult>
  stop(): void
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)))
  const end = once(child, 'exit').then(() => [{ error: 'the load generator has ended' }])
  return {
    async run(round) {
      child.send(round)
      const [reply] = (await Promise.race([once(child, 'message'), end])) as [RoundReply]
      if (reply.result) return reply.result
      throw new Error(reply.error)
    },
    stop: () => child.kill(),
  }
}
