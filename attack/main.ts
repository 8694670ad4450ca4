import { Command, InvalidArgumentError } from 'commander'
import { runCrash } from './crash/run.ts'
import { runFuzz } from './fuzz/run.ts'
import { type Count, runRegressions } from './regression/run.ts'
import { build } from './support/command.ts'
import { print } from './support/output.ts'

interface TimedOptions {
  readonly seed: number
  readonly minutes: number
}

/** How long each part of a run is, in minutes. What is bounded so is what a random part does; regressions are all run. */
const SHORT = { fuzz: 1, crash: 2 } as const

/** What takes longer than the time of a run that is made for every change. */
const LONG_REGRESSIONS: ReadonlySet<string> = new Set(['migration-lock', 'unfinished-body'])

const program = new Command('attack').description(
  'Attacks gateways that it starts itself, on Postgres servers that it starts itself, and says what they withstood.',
)
program
  .enablePositionalOptions()
  .option('--ci', 'the regressions alone, without those that take longest')
  .option('--seed <number>', 'of what is random', whole, randomSeed())
  .action(async (options: { ci?: true; seed: number }) => {
    const { seed } = options
    // What is random finds new faults, and a change must not wait for those of others.
    if (options.ci) {
      await attack([() => runRegressions([], LONG_REGRESSIONS)])
      return
    }
    await attack([
      () => runRegressions([]),
      () => runFuzz({ seed, minutes: SHORT.fuzz }),
      () => runCrash({ seed, minutes: SHORT.crash }),
    ])
  })
program
  .command('regression [names...]')
  .description('each known attack and fault, or those whose name contains a word')
  .action((names: string[]) => attack([() => runRegressions(names)]))
timed('fuzz', 'random operations and requests', runFuzz)
timed('crash', 'a random workload while gateways, Postgres and the network fail', runCrash)
await program.parseAsync()

function timed(name: string, what: string, run: (options: TimedOptions) => Promise<Count>): void {
  program
    .command(name)
    .description(what)
    .option('--seed <number>', 'the same seed makes the same choices', whole, randomSeed())
    .option('--minutes <number>', 'how long', positive, 1)
    .action((options: TimedOptions) => attack([() => run(options)]))
}

async function attack(parts: readonly (() => Promise<Count>)[]): Promise<void> {
  await build()
  let passed = 0
  let failed = 0
  for (const part of parts) {
    const count = await part()
    passed += count.passed
    failed += count.failed
  }
  print(`${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

function whole(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

function randomSeed(): number {
  return Math.floor(Math.random() * 1_000_000_000)
}
