import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql'
import {
  correlationReport,
  decileTable,
  farthestReport,
  fittedTable,
  otherTable,
} from './cost/cost-report.ts'
import { type Accepted, accept, measure } from './cost/measurement.ts'
import { measureActs, measureIntrospection, measureScans } from './cost/other.ts'
import { readSchema } from './cost/priced-schema.ts'
import { RandomOperations } from './cost/random-operation.ts'
import { randomOf } from './cost/random.ts'
import { findRecords, type Records } from './cost/record.ts'
import { type Server, startMeasuredServer } from './cost/server.ts'
import { operationText } from './operation.ts'
import { createAccount, disableAccount, pledgeline } from './pledgeline.ts'
import { required } from './settings.ts'
import { countPledges, findSeries } from './subject.ts'

interface Options {
  readonly operations: number
  readonly rounds: number
  readonly seed: number
  readonly scoped?: true
  readonly acts?: true
  readonly json?: string
  readonly pledgeline: string
}

const PLEDGES = '20000'
const MOST_TRIES_PER_OPERATION = 5

const command = new Command('cost')
  .description('Shows how well the cost of operations and their time go together.')
  .option('--operations <count>', 'how many random operations are measured', positive, 500)
  .option('--rounds <count>', 'how often each is measured', positive, 6)
  .option('--seed <number>', 'other operations for another number', positive, 1)
  .option('--scoped', 'as an account with three organizations instead of all')
  .option('--acts', 'measure an act too, which changes pledges and fills the feed of changes')
  .option('--json <file>', 'where what was measured is written to as well')
  .option('--pledgeline <file>', 'the entry of the build to measure', builtEntry())
  .parse()

try {
  await main(command.opts<Options>())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function main(options: Options): Promise<void> {
  const databaseUrl = required('DATABASE_URL')
  const commandLine = { entry: options.pledgeline, databaseUrl }
  const found = await countPledges(databaseUrl)
  if (found === undefined) await pledgeline(commandLine, 'migrate')
  if (!found) await pledgeline(commandLine, 'demo', '--pledges', PLEDGES)
  const [all, , three] = await findSeries(databaseUrl)
  const series = options.scoped ? three : all
  if (!series) throw new Error('the database has no organizations')
  const email = `cost-${randomBytes(4).toString('hex')}@pledgeline.example`
  const account = await createAccount(commandLine, series, email)
  try {
    const server = await startMeasuredServer(options.pledgeline, databaseUrl, account)
    try {
      const records = await findRecords(server)
      const others = [
        await measureIntrospection(server),
        await measureScans(server),
        ...(options.acts ? [await measureActs(server)] : []),
      ]
      const accepted = await acceptedOperations(server, records, options)
      const measured = await measure(server, accepted, options.rounds, (round) => {
        process.stderr.write(`Round ${String(round)} of ${String(options.rounds)} …\n`)
      })
      if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(measured, asJson))
      print(correlationReport(measured))
      print(decileTable(measured))
      print(fittedTable(measured))
      print(otherTable(others))
      print(farthestReport(measured))
    } finally {
      await server.stop()
    }
  } finally {
    await disableAccount(commandLine, account)
  }
}

/** The random operations that the gateway accepts, after those of the bench itself. */
async function acceptedOperations(
  server: Server,
  records: Records,
  options: Options,
): Promise<Accepted[]> {
  const schema = readSchema()
  const accepted: Accepted[] = []
  const add = async (query: string, variables = {}) => {
    const one = await accept(server, schema, { query, variables })
    if (one) accepted.push(one)
    return one !== undefined
  }
  await add(operationText('nested-page'))
  const random = new RandomOperations(await servedSchema(server), records, randomOf(options.seed))
  let refused = 0
  while (accepted.length < options.operations) {
    const { query, variables } = random.next()
    if (await add(query, variables)) continue
    refused += 1
    if (refused > options.operations * MOST_TRIES_PER_OPERATION) {
      throw new Error('the gateway refuses nearly every operation')
    }
  }
  print(
    `${String(accepted.length)} operations, seed ${String(options.seed)}; ${String(refused)} others were refused.`,
  )
  return accepted
}

/** The schema as the gateway tells it. */
async function servedSchema(server: Server): Promise<GraphQLSchema> {
  const { data } = await server.ask({ query: getIntrospectionQuery(), variables: {} })
  if (!data) throw new Error('the gateway does not answer an introspection')
  return buildClientSchema(data as unknown as IntrospectionQuery)
}

function asJson(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value
}

function builtEntry(): string {
  return fileURLToPath(new URL('../../bin/pledgeline.js', import.meta.url))
}

function positive(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new InvalidArgumentError('It must be a whole number above 0.')
}

function print(text: string): void {
  process.stdout.write(`${text}\n\n`)
}
