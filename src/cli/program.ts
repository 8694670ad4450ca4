import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { readConfig } from '../config.ts'
import { DEFAULT_DEMO_PLEDGES, DEFAULT_DEMO_SEED } from '../demo/load.ts'
import { DEFAULT_TOKEN_TTL_SECONDS } from '../http/token.ts'
import type { CreateOptions, TokenOptions } from './account.ts'
import { tell } from './output.ts'
import { describeProblem } from './problem.ts'

const NAME = 'pledgeline'

/**
 * Runs one command and answers the exit code. What is wrong is told in one line.
 * `start` answers as soon as it serves, and goes on.
 */
export async function run(words: readonly string[]): Promise<number> {
  let exitCode = 0
  const program = createProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(words, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.code === 'commander.help') tell(`${NAME}: name a command; --help lists them`)
      return error.exitCode
    }
    tell(`${NAME}: ${describeProblem(error)}`)
    return 1
  }
}

/** Every command loads what it needs only when it runs: asking for help takes no database. */
function createProgram(setExitCode: (code: number) => void): Command {
  const program = new Command(NAME)
    .description('A GraphQL gateway over the calls and pledges of fundraising.')
    .version(readVersion())
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      // Only the line that says what is wrong, and never the whole help in its place.
      writeErr: () => undefined,
      outputError: (text) => {
        tell(`${NAME}: ${text.trim().replace(/^error: /, '')}`)
      },
    })
    .addHelpText('after', '\nThe settings are environment variables; the README lists them.')

  program
    .command('start')
    .description('serves, until it is told to end')
    .option('--migrate', 'bring the schema on Postgres up to date first')
    .action(async ({ migrate = false }: { migrate?: boolean }) => {
      const { start } = await import('./start.ts')
      await start(readConfig(), migrate)
    })

  program
    .command('migrate')
    .description('brings the schema up to date; several may do so at once')
    .action(async () => {
      const { runMigrate } = await import('./migrate.ts')
      await runMigrate(readConfig())
    })

  program
    .command('demo')
    .description('loads demo data into a database without pledges')
    .option('--pledges <number>', 'how many pledges', wholeNumber, DEFAULT_DEMO_PLEDGES)
    .option('--seed <number>', 'the same seed gives the same data', wholeNumber, DEFAULT_DEMO_SEED)
    .action(async (options: { pledges: number; seed: number }) => {
      const { runDemo } = await import('./demo.ts')
      await runDemo(readConfig(), options)
    })

  program
    .command('import')
    .description('imports NDJSON; exits with 1 when a line failed, 2 when the file cannot be read')
    .argument('<file>', 'the file, or - for standard input')
    .action(async (file: string) => {
      const { importFile } = await import('./import.ts')
      setExitCode(await importFile(readConfig(), file))
    })

  addAccountCommands(program)
  addPersonCommands(program)

  program
    .command('token')
    .description('signs a token locally, as a client would, and prints it')
    .requiredOption('--email <email>', "the account's email")
    .requiredOption('--kid <id>', "the key's id")
    .requiredOption('--key <file>', 'the private key, as PKCS8 PEM')
    .option('--ttl <seconds>', 'how long it is valid', wholeNumber, DEFAULT_TOKEN_TTL_SECONDS)
    .action(async (options: TokenOptions) => {
      const { runToken } = await import('./account.ts')
      await runToken(options)
    })

  return program
}

function addAccountCommands(program: Command): void {
  const account = program.command('account').description('service accounts and their keys')

  account
    .command('create')
    .description('creates an account and prints its first key, once, as JSON')
    .requiredOption('--email <email>', 'the email that names it')
    .requiredOption('--organizations <list>', 'all, or UUIDs separated by commas')
    .requiredOption('--permissions <list>', 'all, or permissions separated by commas')
    .action(async (options: CreateOptions) => {
      const { runCreate } = await import('./account.ts')
      await runCreate(readConfig(), options)
    })

  account
    .command('list')
    .description('prints every account with its keys, as a line of JSON each')
    .action(async () => {
      const { runList } = await import('./account.ts')
      await runList(readConfig())
    })

  account
    .command('add-key')
    .description('gives an account one more key, and prints it, once, as JSON')
    .requiredOption('--email <email>', "the account's email")
    .action(async (options: { email: string }) => {
      const { runAddKey } = await import('./account.ts')
      await runAddKey(readConfig(), options)
    })

  account
    .command('revoke-key')
    .description('takes a key out of force, in running servers within 30 seconds')
    .requiredOption('--kid <id>', "the key's id")
    .action(async (options: { kid: string }) => {
      const { runRevokeKey } = await import('./account.ts')
      await runRevokeKey(readConfig(), options)
    })

  account
    .command('disable')
    .description('shuts an account out, in running servers within 30 seconds')
    .requiredOption('--email <email>', "the account's email")
    .action(async (options: { email: string }) => {
      const { runDisable } = await import('./account.ts')
      await runDisable(readConfig(), options)
    })
}

function addPersonCommands(program: Command): void {
  program
    .command('person')
    .description('donors, as far as the operator has to do with one')
    .command('erase')
    .description("clears a donor's personal data, theirs and their pledges' and calls', for good")
    .requiredOption('--uuid <uuid>', "the person's UUID")
    .action(async (options: { uuid: string }) => {
      const { runErase } = await import('./person.ts')
      await runErase(readConfig(), options)
    })
}

/** Whether a number is in range is for the command to say. */
function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
