import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Owner } from './folder.ts'

const KEPT_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'LANG'] as const

/** Variables of a process, beside those that every process needs. */
export type Variables = Readonly<Record<string, string>>

export interface Outcome {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly variables?: Variables
  readonly input?: string
  readonly owner?: Owner | undefined
  readonly folder?: string
  /** Is handed the process once it runs, so that it can be killed. */
  readonly onStart?: (child: ChildProcess) => void
}

/** The environment of a process: nothing of ours that could change what it does. */
export function environmentWith(variables: Variables = {}): NodeJS.ProcessEnv {
  const kept = KEPT_VARIABLES.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), ...variables }
}

/** Runs a program to its end. Rejects only where it cannot be started. */
export async function run(
  program: string,
  words: readonly string[],
  { variables, input = '', owner, folder, onStart }: RunOptions = {},
): Promise<Outcome> {
  const options: SpawnOptions = {
    env: environmentWith(variables),
    stdio: 'pipe',
    ...owner,
    ...(folder !== undefined && { cwd: folder }),
  }
  const child = spawn(program, words, options)
  onStart?.(child)
  const { stdin, stdout, stderr } = child
  if (!stdin || !stdout || !stderr) throw new Error(`${program} has no pipes`)
  // A program that does not read its input may end before all of it is written.
  stdin.on('error', () => undefined)
  stdin.end(input)
  const [out, err, [code]] = await Promise.all([
    text(stdout),
    text(stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, stdout: out, stderr: err }
}

/** Runs a program to its end. Throws what it says where it fails. */
export async function mustRun(
  program: string,
  words: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(program, words, options)
  if (code !== 0) {
    throw new Error(`${program} ${words.join(' ')} ended with ${String(code)}: ${stderr}${stdout}`)
  }
  return stdout
}

/** A port of this machine on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Whether a process has ended, of itself or by a signal. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/** Sends a signal to a process, and answers once it has ended. */
export async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
