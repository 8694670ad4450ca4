import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { agree } from './agreement.ts'
import { type LoadGenerator, startLoadGenerator } from './load-generator.ts'
import type { RoundResult } from './message.ts'
import { OPERATIONS } from './operation.ts'
import {
  type Peer,
  type PeerName,
  startLimit,
  startPledgeline,
  startPluginDrizzle,
} from './peer.ts'
import { createAccount, disableAccount, pledgeline, type Account } from './pledgeline.ts'
import { belowFloor, type Measurement, reportTable } from './report.ts'
import { required } from './settings.ts'
import { countPledges, findSeries, findSubject, type Series } from './subject.ts'

interface Options {
  readonly rounds: number
  readonly seconds: number
  readonly quick?: true
  readonly pledgeline: string
  readonly nodeOption: readonly string[]
}

const PLEDGES = 200_000
const CONNECTIONS = 16
const WARM_UP_SECONDS = 2
const QUICK = { rounds: 1, seconds: 1 }

const command = new Command('bench')
  .description('Compares Pledgeline with a hand-written limit, on the database of DATABASE_URL.')
  .option('--rounds <count>', 'rounds of each peer', positive, 5)
  .option('--seconds <count>', 'length of a round', positive, 6)
  .option('--quick', 'one short round: whether it works, not how fast')
  .option('--pledgeline <file>', 'the entry of the build to measure', builtEntry())
  .option('--node-option <option>', 'for the process of Pledgeline, such as --cpu-prof', listed, [])
  .parse()

try {
  await main(command.opts<Options>())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

async function main(options: Options): Promise<void> {
  const databaseUrl = required('DATABASE_URL')
  if (!existsSync(options.pledgeline)) {
    throw new Error(`${options.pledgeline} is missing: run \`npm run build\` in the project's root`)
  }
  const commandLine = { entry: options.pledgeline, databaseUrl }
  await prepareData(commandLine)
  const allSeries = await findSeries(databaseUrl)
  const accounts = new Map<Series, Account>()
  const peers: Peer[] = []
  const load = startLoadGenerator()
  try {
    const run = randomBytes(4).toString('hex')
    for (const [index, series] of allSeries.entries()) {
      const email = `bench-${run}-${String(index)}@pledgeline.example`
      accounts.set(series, await createAccount(commandLine, series, email))
    }
    const tokenOf = (series: Series) => accounts.get(series)?.token ?? ''
    peers.push(await startLimit(databaseUrl))
    peers.push(await startPledgeline(options.pledgeline, options.nodeOption, databaseUrl, tokenOf))
    peers.push(await startPluginDrizzle(databaseUrl))
    const measurements: Measurement[] = []
    for (const series of allSeries) {
      measurements.push(...(await measure(peers, load, series, databaseUrl, options)))
    }
    print(`\n${reportTable(measurements)}\n`)
    print(
      `${String(CONNECTIONS)} connections; Node ${process.version}; servers, Postgres and load on ${String(cpus().length)} cores.`,
    )
    for (const { operation, series } of belowFloor(measurements)) {
      print(`Below its floor: ${operation.title}, ${series.title}.`)
    }
  } finally {
    load.stop()
    await Promise.all(peers.map(({ server }) => server.stop()))
    for (const account of accounts.values()) await disableAccount(commandLine, account)
  }
}

/** Loads the demo data where the database has no pledges yet. */
async function prepareData(commandLine: { entry: string; databaseUrl: string }): Promise<void> {
  const found = await countPledges(commandLine.databaseUrl)
  if (found === undefined) await pledgeline(commandLine, 'migrate')
  if (found === undefined || found === 0) {
    print(`Loading ${String(PLEDGES)} pledges …`)
    await pledgeline(commandLine, 'demo', '--pledges', String(PLEDGES))
  } else if (found !== PLEDGES) {
    print(`The database has ${String(found)} pledges, not ${String(PLEDGES)}.`)
  }
}

async function measure(
  peers: readonly Peer[],
  load: LoadGenerator,
  series: Series,
  databaseUrl: string,
  options: Options,
): Promise<Measurement[]> {
  const { rounds: count, seconds } = options.quick ? QUICK : options
  const subject = await findSubject(databaseUrl, series)
  const measurements: Measurement[] = []
  for (const operation of OPERATIONS) {
    const requests = new Map(
      await Promise.all(
        peers.map(
          async (peer) => [peer, await peer.requests(operation.name, series, subject)] as const,
        ),
      ),
    )
    const checked = await agree(peers, requests)
    const rounds: Map<PeerName, RoundResult>[] = []
    for (let round = 0; round < count; round += 1) {
      const results = new Map<PeerName, RoundResult>()
      for (const peer of peers) {
        const result = await load.run({
          port: peer.server.port,
          requests: checked.get(peer) ?? [],
          connections: CONNECTIONS,
          warmUpSeconds: WARM_UP_SECONDS,
          seconds,
        })
        results.set(peer.name, result)
      }
      rounds.push(results)
      const figures = [...results].map(
        ([name, { requestsPerSecond }]) => `${name} ${requestsPerSecond.toFixed(0)}`,
      )
      print(`${operation.title}, ${series.title}: ${figures.join(', ')}`)
    }
    measurements.push({ operation, series, rounds })
  }
  return measurements
}

function builtEntry(): string {
  return fileURLToPath(new URL('../../bin/pledgeline.js', import.meta.url))
}

function positive(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new InvalidArgumentError('It must be a whole number above 0.')
}

function listed(text: string, before: readonly string[]): string[] {
  return [...before, text]
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
