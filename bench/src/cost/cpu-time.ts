import { readdirSync, readFileSync } from 'node:fs'

const NANOSECONDS_IN_MICROSECOND = 1_000

/**
 * The microseconds that a process has run on a processor; undefined where there is no such process. Linux counts them
 * to the nanosecond, and other processes on the machine cannot add to them. The time until an answer comes would have
 * their turns in it.
 */
export function cpuTimeOf(pid: number): number | undefined {
  const tasks = `/proc/${String(pid)}/task`
  try {
    let nanoseconds = 0
    for (const task of readdirSync(tasks)) {
      const [running] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')
      nanoseconds += Number(running)
    }
    return nanoseconds / NANOSECONDS_IN_MICROSECOND
  } catch {
    return undefined
  }
}
