import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const ROOT = join(import.meta.dirname, '../..')

const KEPT_VARIABLES = ['PATH', 'HOME', 'TMPDIR']

/** The environment variables of a command, beside what every process needs. */
export type Settings = Readonly<Record<string, string>>

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of ours to its end. */
export async function runCommand(
  words: readonly string[],
  settings: Settings,
  input = '',
): Promise<Outcome> {
  const child = spawnCommand(words, settings)
  // A command that does not read its input may end before all of it is written.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ])
  return { code, stdout, stderr }
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string
  /** What it has logged so far. */
  readonly log: readonly { readonly level: number; readonly msg: string }[]
  /** Sends it a signal, and answers its exit code once it has ended: null when the signal ended it. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>
}

const running = new Set<ServerProcess>()

/** Ends the servers that a failed test left behind. */
export async function endServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.end('SIGKILL')))
}

/** Starts a server on a free port, and answers once it serves. Throws what it says when it ends instead. */
export async function startServer(
  settings: Settings,
  words: readonly string[] = ['start'],
): Promise<ServerProcess> {
  const child = spawnCommand(words, { PORT: '0', ...settings })
  const log: ServerProcess['log'][number][] = []
  const closed = once(child, 'close') as Promise<[number | null]>
  const stderr = text(child.stderr)
  const url = await new Promise<string>((resolve, reject) => {
    void closed.then(async () => {
      reject(new Error(await stderr))
    })
    readLines(child, (line) => {
      const entry = JSON.parse(line) as ServerProcess['log'][number]
      log.push(entry)
      const [found] = /http:\/\/\S+/.exec(entry.msg) ?? []
      if (found) resolve(found)
    })
  })
  const server: ServerProcess = {
    url,
    log,
    async end(signal) {
      child.kill(signal)
      const [code] = await closed
      running.delete(server)
      return code
    },
  }
  running.add(server)
  return server
}

function spawnCommand(words: readonly string[], settings: Settings) {
  const kept = KEPT_VARIABLES.map((name) => [name, process.env[name] ?? ''])
  return spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'src/main.ts'), ...words], {
    cwd: ROOT,
    env: { ...Object.fromEntries(kept), ...settings } as NodeJS.ProcessEnv,
  })
}

function readLines({ stdout }: ChildProcessWithoutNullStreams, take: (line: string) => void): void {
  let rest = ''
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
  })
}
