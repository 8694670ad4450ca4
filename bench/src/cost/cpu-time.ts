import { readdirSync, readFileSync } from 'node:fs'

const NANOSECONDS_IN_MICROSECOND = 1_000

/**
 * The microseconds that some processes have run on a processor. Linux counts them to the nanosecond, and other
 * processes on the machine cannot add to them. The time until an answer comes would have their turns in it.
 */
export function cpuTimeOf(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + cpuTimeOfProcess(pid), 0)
}

function cpuTimeOfProcess(pid: number): number {
  const tasks = `/proc/${String(pid)}/task`
  let nanoseconds = 0
  for (const task of readdirSync(tasks)) {
    const [running] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')
    nanoseconds += Number(running)
  }
  return nanoseconds / NANOSECONDS_IN_MICROSECOND
}
