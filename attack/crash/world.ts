import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Account } from '../support/client.ts'
import { Cluster, type ClusterOptions } from '../support/cluster.ts'
import { mustRunCommand } from '../support/command.ts'
import { makeFolder, removeFolder } from '../support/folder.ts'
import { Gateway } from '../support/gateway.ts'
import type { Variables } from '../support/process.ts'
import { Proxy } from '../support/proxy.ts'
import { mustHold } from '../support/waiting.ts'
import { type Cast, makeCast } from './cast.ts'

const GATEWAYS = 2
const SYNCHRONOUS_MILLISECONDS = 60_000
const ALL_STANDBYS = "'*'"
const NO_STANDBY = "''"
const DATABASE = 'pledgeline'

export interface WorldOptions {
  readonly seed: number
  /** Whether a second server follows the first one, so that it can take over. */
  readonly hasStandby: boolean
  readonly cluster?: ClusterOptions
  /** A folder in which the database keeps its tables; that of the cluster when absent. */
  readonly tableFolder?: string
}

/** Everything that a run starts: servers, the ways to them, gateways and accounts. */
export class World {
  readonly cast: Cast
  readonly folder: string
  primary: Cluster
  standby: Cluster | undefined
  /** The way from the standby to the primary. */
  readonly replication: Proxy
  /** The ways to the primary: one for each gateway, and the last one for imports. */
  readonly ways: Proxy[] = []
  readonly gateways: Gateway[] = []
  /** How often another server went on that did not have everything that was acknowledged. */
  timesBehind = 0
  #actor: Account | undefined
  #scoped: Account | undefined

  private constructor(folder: string, cast: Cast, primary: Cluster, replication: Proxy) {
    this.folder = folder
    this.cast = cast
    this.primary = primary
    this.replication = replication
  }

  /** Starts everything, migrated and with the records that acts are about. */
  static async start({ seed, hasStandby, cluster, tableFolder }: WorldOptions): Promise<World> {
    const folder = await makeFolder('crash')
    const primary = await Cluster.create(cluster)
    await primary.start()
    const world = new World(folder, makeCast(seed), primary, await Proxy.open(primary.port))
    try {
      await world.#fill(tableFolder)
      if (hasStandby) await world.addStandby()
      await world.#startGateways()
    } catch (error) {
      await world.remove()
      throw error
    }
    return world
  }

  /** The account that acts and follows everything. */
  get actor(): Account {
    if (!this.#actor) throw new Error('there is no account yet')
    return this.#actor
  }

  /** An account that sees the records of the first charity alone. */
  get scoped(): Account {
    if (!this.#scoped) throw new Error('there is no account yet')
    return this.#scoped
  }

  /** The database, past every way that can be disturbed. */
  get url(): string {
    return this.primary.url(DATABASE)
  }

  /** What a process of ours is told, with its own way to the database. */
  variables(way: Proxy): Variables {
    return {
      DATABASE_URL: `postgres://postgres@127.0.0.1:${way.port}/${DATABASE}`,
      DATA_DIR: join(this.folder, 'data'),
      STORAGE_URL: pathToFileURL(this.#files).href,
      LOG_LEVEL: 'info',
    }
  }

  get importVariables(): Variables {
    const way = this.ways[GATEWAYS]
    if (!way) throw new Error('there is no way for imports yet')
    return this.variables(way)
  }

  /** The keys of the files that are stored. */
  async storedFiles(): Promise<Set<string>> {
    const names = await readdir(this.#files, { recursive: true }).catch(() => [])
    return new Set(names)
  }

  get #files(): string {
    return join(this.folder, 'files')
  }

  async #fill(tableFolder: string | undefined): Promise<void> {
    const place = tableFolder === undefined ? '' : 'tablespace small'
    if (tableFolder !== undefined) {
      await this.primary.query(`create tablespace small location '${tableFolder}'`)
    }
    await this.primary.query(`create database ${DATABASE} ${place}`)
    for (let way = 0; way <= GATEWAYS; way += 1) this.ways.push(await Proxy.open(this.primary.port))
    const variables = this.importVariables
    await mustRunCommand(['migrate'], { variables })
    await mustRunCommand(['import', '-'], { variables, input: this.cast.lines.join('\n') })
    this.#actor = await Account.create('crash@attack.example', variables)
    this.#scoped = await Account.create('scoped@attack.example', variables, {
      organizations: this.cast.charities[0].uuid,
    })
  }

  async #startGateways(): Promise<void> {
    const started = this.ways
      .slice(0, GATEWAYS)
      .map((way, index) => Gateway.start(String(index + 1), this.variables(way)))
    this.gateways.push(...(await Promise.all(started)))
  }

  /** Makes a standby of the present primary, which from then on acknowledges nothing that the standby has not. */
  async addStandby(): Promise<void> {
    this.replication.lead(this.primary.port)
    this.standby = await this.primary.createStandby({ port: this.replication.port })
    await this.standby.start()
    await this.primary.reload({ synchronous_standby_names: ALL_STANDBYS })
    await this.untilSynchronous()
  }

  /** Waits until the standby has everything that anybody may have seen. */
  async untilSynchronous(): Promise<void> {
    const [{ lsn } = { lsn: '0/0' }] = await this.primary.query<{ lsn: string }>(
      'select pg_current_wal_lsn()::text as lsn',
    )
    await mustHold('the standby is synchronous', SYNCHRONOUS_MILLISECONDS, async () => {
      const [row] = await this.primary.query<{ has: boolean }>(
        `select sync_state = 'sync' and flush_lsn >= '${lsn}' as has from pg_stat_replication`,
      )
      return row?.has === true
    })
  }

  /** Lets the primary acknowledge what the standby does not have, and the standby have nothing more. */
  async leaveStandbyBehind(): Promise<void> {
    await this.untilSynchronous()
    await this.primary.reload({ synchronous_standby_names: NO_STANDBY })
    this.replication.freeze()
  }

  /** The primary dies, and the standby takes over: new connections lead to it. */
  async failOver(): Promise<void> {
    const { standby, primary } = this
    if (!standby) throw new Error('there is no standby')
    await primary.kill()
    await standby.promote()
    for (const way of this.ways) way.lead(standby.port)
    this.primary = standby
    this.standby = undefined
    this.replication.closeConnections()
    this.replication.thaw()
    await primary.remove()
  }

  /** Ends everything, and leaves nothing behind. */
  async remove(): Promise<void> {
    for (const gateway of this.gateways) await gateway.end('SIGKILL')
    for (const way of [...this.ways, this.replication]) await way.close()
    await this.standby?.remove()
    await this.primary.remove()
    await removeFolder(this.folder)
  }
}
