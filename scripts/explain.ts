import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { openDatabase } from '../src/cli/database.ts'
import { describeProblem } from '../src/cli/problem.ts'
import { readConfig } from '../src/config.ts'
import { parseUuid } from '../src/core/uuid.ts'
import { explainOperation } from './explained-operation.ts'

interface Options {
  readonly variables: Record<string, unknown>
  readonly operation?: string
  readonly organizations: 'all' | readonly string[]
}

const program = new Command('explain')
  .description(
    "Prints the SQL of each root field of a query, and Postgres's plan for it where DATABASE_URL is set.",
  )
  .argument('<file>', 'the file with the query; - reads standard input')
  .option('--variables <json>', 'the values of its variables, as a JSON object', readObject, {})
  .option('--operation <name>', 'which operation, where the file has several')
  .option('--organizations <uuids>', 'whose records the account sees', readScope, 'all')
  .action(async (file: string, { variables, operation, organizations }: Options) => {
    const source = readFileSync(file === '-' ? 0 : file, 'utf8')
    const config = readConfig()
    const database = config.databaseUrl ? await openDatabase(config) : undefined
    try {
      const request = { source, variables, organizations, database }
      process.stdout.write(await explainOperation({ ...request, operationName: operation }))
    } finally {
      await database?.close()
    }
  })

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`explain: ${describeProblem(error)}\n`)
  process.exitCode = 1
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {
    // The message below says what is accepted.
  }
  throw new InvalidArgumentError('a JSON object is needed.')
}

function readScope(text: string): Options['organizations'] {
  if (text === 'all') return 'all'
  return text.split(',').map((each) => {
    const uuid = parseUuid(each.trim())
    if (!uuid)
      throw new InvalidArgumentError('"all", or UUIDs with commas between them, are needed.')
    return uuid
  })
}
