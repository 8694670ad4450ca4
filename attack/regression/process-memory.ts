import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const KILOBYTES = 1_024
// What /proc calls a tick is a hundredth of a second on every Linux that Node runs on.
const TICKS_OF_A_SECOND = 100
const PARENT = 1
const USER_TIME = 11
const SYSTEM_TIME = 12
const CHILDREN_USER_TIME = 13
const CHILDREN_SYSTEM_TIME = 14

/** The memory that a process has in use, in megabytes; 0 where it has ended. */
export function residentMegabytes(pid: number): number {
  return statusOf(pid, 'VmRSS')
}

/** The most memory that a process has had in use since its peak was forgotten, in megabytes. */
export function peakMegabytes(pid: number): number {
  return statusOf(pid, 'VmHWM')
}

/** Has the kernel forget the peak of a process, so that the next one can be seen. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** The memory that a process shares with nobody, in megabytes; 0 where it has ended. */
export function ownMegabytes(pid: number): number {
  return statusOf(pid, 'RssAnon')
}

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => numbersOf(child)[PARENT] === pid)
}

/** How long a process and its children, those that have ended too, have kept processors busy, in seconds. */
export function processorSeconds(pid: number): number {
  const own = numbersOf(pid)
  const ticks = [pid, ...childrenOf(pid)].flatMap((each) => {
    const numbers = numbersOf(each)
    return [numbers[USER_TIME] ?? 0, numbers[SYSTEM_TIME] ?? 0]
  })
  ticks.push(own[CHILDREN_USER_TIME] ?? 0, own[CHILDREN_SYSTEM_TIME] ?? 0)
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_OF_A_SECOND
}

function statusOf(pid: number, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(contentOf(`/proc/${pid}/status`))
  return Number(line?.[1] ?? 0) / KILOBYTES
}

/** What /proc says of a process after its name, which may hold spaces. */
function numbersOf(pid: number): number[] {
  const text = contentOf(`/proc/${pid}/stat`)
  const [, ...numbers] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return [0, ...numbers.map(Number)]
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
