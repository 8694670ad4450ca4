import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { ENTRY } from './command.ts'
import { endWith, environmentWith, freePort, hasEnded, type Variables } from './process.ts'
import { mustHold } from './waiting.ts'

const START_MILLISECONDS = 60_000
const READY_MILLISECONDS = 3_000

/** A gateway in a process of its own, always on the same port, however often it is started. */
export class Gateway {
  readonly name: string
  readonly url: string
  /** Every line that it wrote, of all the times that it ran. */
  readonly log: string[] = []
  readonly #variables: Variables
  #child: ChildProcess | undefined
  #isServing = false

  private constructor(name: string, port: number, variables: Variables) {
    this.name = name
    this.url = `http://127.0.0.1:${port}`
    this.#variables = { ...variables, HOST: '127.0.0.1', PORT: String(port) }
  }

  /** Starts a gateway on a free port, and answers once it serves. */
  static async start(name: string, variables: Variables): Promise<Gateway> {
    const gateway = new Gateway(name, await freePort(), variables)
    await gateway.start()
    return gateway
  }

  /** Where its operations are sent. */
  get graphqlUrl(): string {
    return `${this.url}/graphql`
  }

  /** The process; 0 where it does not run. */
  get pid(): number {
    return this.isRunning ? (this.#child?.pid ?? 0) : 0
  }

  get isRunning(): boolean {
    return this.#child !== undefined && !hasEnded(this.#child)
  }

  /** Starts it again, and answers once it serves. Throws the end of its log where it ends instead. */
  async start(): Promise<void> {
    this.spawn()
    await mustHold(`gateway ${this.name} serves`, START_MILLISECONDS, () => {
      if (!this.isRunning) {
        throw new Error(`Gateway ${this.name} ended: ${this.log.slice(-5).join('\n')}`)
      }
      return this.#isServing
    })
  }

  /** Starts it again, and waits for nothing. */
  spawn(): void {
    this.#isServing = false
    const child = spawn(process.execPath, [ENTRY, 'start'], {
      env: environmentWith(this.#variables),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.log.push(line)
        if (child === this.#child && line.includes('Pledgeline is at')) this.#isServing = true
      })
    }
    this.#child = child
  }

  /** Whether it says that it can serve. */
  async isReady(): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(READY_MILLISECONDS)
      const response = await fetch(`${this.url}/health/ready`, { signal })
      await response.arrayBuffer()
      return response.status === 200
    } catch {
      return false
    }
  }

  /** Ends it with a signal: SIGKILL at once, SIGTERM after what is open. Answers once it has ended. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.#child) return
    // A process that stands still hears of SIGTERM only when it goes on.
    if (signal !== 'SIGKILL') this.resume()
    await endWith(this.#child, signal)
  }

  /** Has it stand still in the middle of whatever it does. */
  pause(): void {
    if (this.isRunning) this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    if (this.isRunning) this.#child?.kill('SIGCONT')
  }
}
