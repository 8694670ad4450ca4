import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// What no command prints.
const END = '--- end of the command, with exit code'
const OUTPUT = new RegExp(`^(.*)${END} (\\d+)\\n$`, 's')

// How a shell tells that a command ended by the interrupt that it was sent.
const INTERRUPTED = 130

/** One shell in which commands are run after each other, and at most one server behind them. */
export class Shell {
  readonly #bash: ChildProcessWithoutNullStreams
  readonly #folder = mkdtempSync(join(tmpdir(), 'pledgeline-shell-'))
  readonly #log = join(this.#folder, 'server.log')

  constructor(folder: string, environment: Record<string, string>) {
    this.#bash = spawn('bash', ['--norc'], {
      cwd: folder,
      env: { ...process.env, ...environment },
    })
    // Whatever is started in the background gets a process group, by which all of it is ended.
    this.#bash.stdin.write('set -m; exec 2>&1\n')
    this.#bash.stdout.setEncoding('utf8')
    this.#bash.stderr.resume()
  }

  /** Runs commands to their end. What they export is there for the next ones. */
  async run(commands: string): Promise<{ readonly output: string; readonly code: number }> {
    this.#bash.stdin.write(`{\n${commands}\n} </dev/null; echo "${END} $?"\n`)
    let printed = ''
    for await (const chunk of this.#bash.stdout.iterator({ destroyOnReturn: false })) {
      printed += String(chunk)
      const [, output, code] = OUTPUT.exec(printed) ?? []
      if (output !== undefined) return { output, code: Number(code) }
    }
    throw new Error(`the shell ended: ${printed}`)
  }

  /** Starts commands that do not end. */
  async startServer(commands: string): Promise<void> {
    await this.run(`(\n${commands}\n) >'${this.#log}' 2>&1 & server=$!`)
  }

  async isServerRunning(): Promise<boolean> {
    return (await this.run('kill -0 "$server" 2>/dev/null')).code === 0
  }

  /** Interrupts the server, as a terminal does, and answers its exit code once all of it has ended. */
  async stopServer(): Promise<number> {
    const { code } = await this.run('kill -INT -- -"$server"; wait "$server"')
    return code === INTERRUPTED ? 0 : code
  }

  serverLog(): string {
    return readFileSync(this.#log, 'utf8')
  }

  /** Ends the shell, with the server where it still runs. */
  async close(): Promise<void> {
    await this.run('[ -z "$(jobs -p)" ] || kill -INT -- $(jobs -p | sed s/^/-/)')
    this.#bash.stdin.end()
    rmSync(this.#folder, { recursive: true })
  }
}
