import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { giveToPostgres, makeFolder, postgresOwner, removeFolder } from './folder.ts'
import { endWith, environmentWith, freePort, hasEnded, mustRun } from './process.ts'
import { postgresPrograms } from './programs.ts'
import { mustHold, waitUntil } from './waiting.ts'

const START_MILLISECONDS = 60_000
const PROMOTE_MILLISECONDS = 30_000
const CONNECT_TIMEOUT_SECONDS = 2

export interface ClusterOptions {
  /** Settings of postgresql.conf, in the place of the usual ones. */
  readonly settings?: Readonly<Record<string, string>>
  /** How large a file of the log that Postgres writes ahead is. */
  readonly segmentMegabytes?: number
  /** An empty folder for that log; beside the tables when absent. */
  readonly logFolder?: string
}

// Small, so that several fit on one machine. Writes reach the disk before they are acknowledged, as in production:
// otherwise a killed server would prove nothing.
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "'127.0.0.1'",
  unix_socket_directories: "''",
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: "'32MB'",
  max_connections: '120',
  max_wal_size: "'256MB'",
  wal_level: 'replica',
  hot_standby: 'on',
  wal_receiver_timeout: "'5s'",
  wal_retrieve_retry_interval: "'200ms'",
}

/** A Postgres server of our own, with its data in a temporary folder. */
export class Cluster {
  readonly folder: string
  readonly port: number
  readonly #data: string
  #postmaster: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.port = port
    this.#data = join(folder, 'data')
  }

  /** Makes an empty cluster, which does not run yet. */
  static async create({
    settings,
    segmentMegabytes = 16,
    logFolder,
  }: ClusterOptions = {}): Promise<Cluster> {
    const cluster = await Cluster.#reserve()
    await mustRun(
      join(postgresPrograms(), 'initdb'),
      [
        ...['-D', cluster.#data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale', 'C'],
        ...['--no-sync', `--wal-segsize=${segmentMegabytes}`],
        ...(logFolder === undefined ? [] : ['--waldir', logFolder]),
      ],
      { owner: postgresOwner(), folder: cluster.folder },
    )
    await cluster.configure({ ...SETTINGS, port: String(cluster.port), ...settings })
    return cluster
  }

  /** Makes a copy of this cluster that follows it, by the way of an address. It does not run yet. */
  async createStandby(by: { readonly port: number }): Promise<Cluster> {
    const standby = await Cluster.#reserve()
    await mustRun(
      join(postgresPrograms(), 'pg_basebackup'),
      [
        ...['-D', standby.#data, '-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres'],
        ...['--checkpoint=fast', '--wal-method=stream', '--no-sync'],
      ],
      { owner: postgresOwner(), folder: standby.folder },
    )
    await standby.configure({
      port: String(standby.port),
      primary_conninfo: `'host=127.0.0.1 port=${by.port} user=postgres application_name=standby'`,
      synchronous_standby_names: "''",
    })
    await writeFile(join(standby.#data, 'standby.signal'), '')
    return standby
  }

  static async #reserve(): Promise<Cluster> {
    const folder = await makeFolder('postgres')
    await giveToPostgres(folder)
    return new Cluster(folder, await freePort())
  }

  /** The database of a name in this cluster. */
  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  /** Adds settings; the last value of each counts. They hold from the next start or `reload` on. */
  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
    await appendFile(join(this.#data, 'postgresql.conf'), lines.join(''))
  }

  /** Starts it, and answers once it takes connections. After a kill it recovers first. */
  async start(): Promise<void> {
    await mustHold(`Postgres in ${this.folder} starts`, START_MILLISECONDS, async () => {
      if (!this.#postmaster || hasEnded(this.#postmaster)) this.#spawn()
      return await this.isAnswering()
    })
  }

  #spawn(): void {
    const log = openSync(join(this.folder, 'log'), 'a')
    const child = spawn(join(postgresPrograms(), 'postgres'), ['-D', this.#data], {
      cwd: this.folder,
      env: environmentWith(),
      stdio: ['ignore', log, log],
      ...postgresOwner(),
    })
    closeSync(log)
    this.#postmaster = child
  }

  /** Whether it takes connections and answers. */
  async isAnswering(): Promise<boolean> {
    try {
      await this.query('select 1')
      return true
    } catch {
      return false
    }
  }

  /** Whether its process is there. */
  get isRunning(): boolean {
    return this.#postmaster !== undefined && !hasEnded(this.#postmaster)
  }

  /** Runs one statement on a connection of its own. */
  async query<Row extends object>(statement: string, database?: string): Promise<Row[]> {
    const sql = postgres(this.url(database), {
      max: 1,
      connect_timeout: CONNECT_TIMEOUT_SECONDS,
      fetch_types: false,
      onnotice: () => undefined,
    })
    try {
      return [...(await sql.unsafe<Row[]>(statement))]
    } finally {
      await sql.end({ timeout: 1 })
    }
  }

  /** Has it read its settings anew, and answers once it has. */
  async reload(settings: Readonly<Record<string, string>>): Promise<void> {
    await this.configure(settings)
    await this.query('select pg_reload_conf()')
    await mustHold('the settings are read anew', START_MILLISECONDS, async () => {
      for (const [name, value] of Object.entries(settings)) {
        const [row] = await this.query<{ now: string }>(`select current_setting('${name}') as now`)
        if (row?.now !== value.replaceAll("'", '')) return false
      }
      return true
    })
  }

  /** Ends it as an operator does who cannot wait: no connection is finished, and the next start recovers. */
  stopImmediately(): Promise<void> {
    return this.#end('SIGQUIT')
  }

  /** Ends its first process without a word, as a machine does that runs out of memory. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** Lets a process that serves a connection die, which has the server begin anew by itself. */
  async killBackend(applicationName: string): Promise<void> {
    const [found] = await this.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = '${applicationName}' order by random() limit 1`,
    )
    if (found) process.kill(found.pid, 'SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#postmaster) await endWith(this.#postmaster, signal)
  }

  /** Makes a standby the primary, and answers once it takes writes. */
  async promote(): Promise<void> {
    await this.query('select pg_promote(false)')
    await mustHold(`the standby in ${this.folder} is promoted`, PROMOTE_MILLISECONDS, async () => {
      const [row] = await this.query<{ waits: boolean }>('select pg_is_in_recovery() as waits')
      return row?.waits === false
    })
  }

  /** Ends it and removes what it has stored. */
  async remove(): Promise<void> {
    await this.stopImmediately()
    // The processes that serve connections outlive the first one for a moment, and write while they end.
    await waitUntil(START_MILLISECONDS, () => removed(this.folder), 200)
  }
}

async function removed(folder: string): Promise<boolean> {
  try {
    await removeFolder(folder)
    return true
  } catch {
    return false
  }
}
