import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { environmentWith } from './settings.ts'

const START_TIMEOUT_MILLISECONDS = 30_000
const STOP_TIMEOUT_MILLISECONDS = 15_000
const POLL_MILLISECONDS = 100

/** A server that this run has started. */
export interface Running {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Starts a server in a process of its own and waits until it answers. */
export async function startServer(
  command: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Running> {
  const port = await freePort()
  const child = spawn(process.execPath, command, {
    env: environmentWith({ ...variables, HOST: '127.0.0.1', PORT: String(port) }),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command.join(' ')} could not be started`)
  try {
    await isAnswering(child, `http://127.0.0.1:${String(port)}/health/ready`)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return { port, pid, stop: () => stop(child) }
}

/** A server without such a route is ready when it says so. */
async function isAnswering(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MILLISECONDS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} has ended`)
    const response = await fetch(url).catch(() => undefined)
    if (response && response.status < 500) return
    await delay(POLL_MILLISECONDS)
  }
  throw new Error(`${child.spawnargs.join(' ')} does not answer`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MILLISECONDS)
  await exit
  clearTimeout(timer)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
