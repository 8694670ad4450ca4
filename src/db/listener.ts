import { setTimeout } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import type { Lane } from './lane.ts'

export interface ListenOptions {
  /** Its connection tells by itself what it hears. */
  readonly lane: Lane
  readonly channel: string
  /** Is called whenever listening has begun: what was notified before was not heard. */
  readonly onBegin: () => void
  /** Ends it. */
  readonly over: AbortSignal
}

// A connection that only listens says nothing by itself: networks forget it, and nobody would notice.
const PULSE_MILLISECONDS = 10_000
const PAUSE_BEFORE_NEXT_TRY_MILLISECONDS = 200

/** Listens on a channel until it is told to stop, over a new connection whenever one is lost. */
export async function keepListening({
  lane,
  channel,
  onBegin,
  over,
}: ListenOptions): Promise<void> {
  while (!over.aborted) {
    try {
      await lane.use(async (connection) => {
        await connection.run(`listen "${channel}"`)
        onBegin()
        await untilLost(connection, over)
      })
    } catch {
      // A server that is out of reach is tried again.
    }
    await pause(PAUSE_BEFORE_NEXT_TRY_MILLISECONDS, over)
  }
}

async function untilLost(connection: Connection, over: AbortSignal): Promise<void> {
  const end = AbortSignal.any([connection.lost, over])
  for (;;) {
    await pause(PULSE_MILLISECONDS, end)
    if (end.aborted) return
    await connection.run('select 1')
  }
}

async function pause(milliseconds: number, over: AbortSignal): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { ref: false, signal: over })
  } catch (error) {
    if (!over.aborted) throw error
  }
}
