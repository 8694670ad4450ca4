import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MILLISECONDS = 20
const LOOK_INTERVAL_MILLISECONDS = 500
const NANOSECONDS_PER_MILLISECOND = 1_000_000
const HALF = 50

/** Tells whether a process is late with its work. */
export interface EventLoopWatch {
  isLate(): boolean
  stop(): void
}

/**
 * Watches how late the event loop comes to what is due. Late is where half of the time it is later than that: a
 * single piece of work that takes long is no overload. 0 is never late.
 */
export function watchEventLoop(mostMilliseconds: number): EventLoopWatch {
  if (mostMilliseconds === 0) return { isLate: () => false, stop: () => undefined }
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MILLISECONDS })
  const most = (RESOLUTION_MILLISECONDS + mostMilliseconds) * NANOSECONDS_PER_MILLISECOND
  let isLate = false
  delays.enable()
  const timer = setInterval(() => {
    isLate = delays.percentile(HALF) > most
    delays.reset()
  }, LOOK_INTERVAL_MILLISECONDS).unref()
  return {
    isLate: () => isLate,
    stop() {
      clearInterval(timer)
      delays.disable()
    },
  }
}
