import postgres from 'postgres'
import type { Account } from '../pledgeline.ts'
import { type Running, startServer } from '../process.ts'
import { cpuTimeOf } from './cpu-time.ts'
import type { Operation } from './tally.ts'

const MICROSECONDS_IN_MILLISECOND = 1_000

export interface Answer {
  readonly data?: Readonly<Record<string, unknown>>
  readonly errors?: readonly { readonly message: string }[]
  readonly extensions?: { readonly cost?: { readonly requested: number; readonly limit: number } }
}

/** The measured gateway: it answers one operation at a time, and has one connection to Postgres for reads. */
export interface Server {
  ask(operation: Operation): Promise<Answer>
  /** Asks some operations, one after the other, and answers what each took on average. */
  timeOf(operations: readonly Operation[]): Promise<Time>
  stop(): Promise<void>
}

/** Microseconds. */
export interface Time {
  /** For which the gateway ran on a processor. */
  readonly gateway: number
  /** For which the backends of Postgres did. */
  readonly postgres: number
  /** Until the answer came. Other work on the machine adds to it. */
  readonly elapsed: number
}

/**
 * Starts the gateway. The URL names the connections, so that their backends can be found. Workers that help a backend
 * are turned off, because nobody could tell for whom they worked.
 */
export async function startMeasuredServer(
  entry: string,
  databaseUrl: string,
  { email, token }: Account,
): Promise<Server> {
  const url = new URL(databaseUrl)
  url.searchParams.set('application_name', email)
  url.searchParams.set('max_parallel_workers_per_gather', '0')
  const running = await startServer([entry, 'start'], {
    DATABASE_URL: url.href,
    DATABASE_POOL_SIZE: '1',
  })
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined })
  const backends = async () => {
    const rows = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity where application_name = ${email}`
    return rows.map(({ pid }) => pid)
  }
  const ask = (operation: Operation) => send(running, token, operation)
  return {
    ask,
    async timeOf(operations) {
      const pids = await backends()
      const bodies = operations.map((operation) => JSON.stringify(operation))
      const before = readClocks(running, pids)
      for (const body of bodies) await post(running, token, body)
      const after = readClocks(running, pids)
      const mean = (total: number) => total / operations.length
      return {
        gateway: mean(after.gateway - before.gateway),
        postgres: mean(timeBetween(before.backends, after.backends)),
        elapsed: mean(after.elapsed - before.elapsed),
      }
    },
    async stop() {
      await sql.end()
      await running.stop()
    },
  }
}

interface Clocks {
  readonly gateway: number
  readonly backends: ReadonlyMap<number, number>
  readonly elapsed: number
}

function readClocks({ pid }: Running, backends: readonly number[]): Clocks {
  const times = new Map<number, number>()
  for (const backend of backends) {
    const time = cpuTimeOf(backend)
    if (time !== undefined) times.set(backend, time)
  }
  const gateway = cpuTimeOf(pid)
  if (gateway === undefined || (backends.length > 0 && times.size === 0)) {
    throw new Error('Postgres must run on this machine, and the machine on Linux')
  }
  return { gateway, backends: times, elapsed: performance.now() * MICROSECONDS_IN_MILLISECOND }
}

/** A connection for something else than reads may end at any time: its backend counts for nothing. */
function timeBetween(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): number {
  let total = 0
  for (const [backend, time] of after) total += time - (before.get(backend) ?? time)
  return total
}

async function send(running: Running, token: string, operation: Operation): Promise<Answer> {
  const text = await post(running, token, JSON.stringify(operation))
  return JSON.parse(text) as Answer
}

async function post({ port }: Running, token: string, body: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/graphql`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'graphql-cost': 'report',
    },
    body,
  })
  return await response.text()
}
