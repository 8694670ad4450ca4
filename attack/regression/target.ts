import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Account } from '../support/client.ts'
import { Cluster } from '../support/cluster.ts'
import { mustRunCommand } from '../support/command.ts'
import { makeFolder, removeFolder } from '../support/folder.ts'
import { Gateway } from '../support/gateway.ts'
import type { Variables } from '../support/process.ts'

const PLEDGES = 2_000
const DEMO = 'demo'

/** An organization with a person and a pledge of its own. */
export interface Tenant {
  readonly organization: string
  readonly person: string
  readonly pledge: string
}

/** A Postgres server with demo data, on which every attack has a database and gateways of its own. */
export class Target {
  readonly cluster: Cluster
  readonly folder: string
  readonly attacker: Account
  readonly bystander: Account
  /** Two organizations, each with an account that sees it alone. */
  readonly tenants: readonly (Tenant & { readonly account: Account })[]
  #databases = 0

  private constructor(
    cluster: Cluster,
    folder: string,
    [attacker, bystander]: readonly [Account, Account],
    tenants: Target['tenants'],
  ) {
    this.cluster = cluster
    this.folder = folder
    this.attacker = attacker
    this.bystander = bystander
    this.tenants = tenants
  }

  /** Makes the server and the demo data. */
  static async create(): Promise<Target> {
    const folder = await makeFolder('files')
    const cluster = await Cluster.create()
    try {
      await cluster.start()
      await cluster.query(`create database ${DEMO}`)
      const variables = { DATABASE_URL: cluster.url(DEMO), DATA_DIR: folder }
      await mustRunCommand(['migrate'], { variables })
      await mustRunCommand(['demo', '--pledges', String(PLEDGES)], { variables })
      const attacker = await Account.create('attacker@charity.example', variables)
      const bystander = await Account.create('bystander@charity.example', variables)
      const tenants = await createTenants(cluster, variables)
      return new Target(cluster, folder, [attacker, bystander], tenants)
    } catch (error) {
      await cluster.remove()
      await removeFolder(folder)
      throw error
    }
  }

  /** The first process of Postgres. */
  get postmaster(): number {
    const [pid] = readFileSync(join(this.cluster.folder, 'data/postmaster.pid'), 'utf8').split('\n')
    return Number(pid)
  }

  /** Makes a copy of the demo data, and answers the name of its database. */
  async copyDemo(): Promise<string> {
    this.#databases += 1
    const database = `attacked_${this.#databases}`
    await this.cluster.query(`create database ${database} template ${DEMO}`)
    return database
  }

  /** Removes a copy, whoever is still connected to it. */
  async dropCopy(database: string): Promise<void> {
    await this.cluster.query(`drop database if exists ${database} with (force)`)
  }

  /** Starts a gateway on a database of the server, or on whatever else the variables say. */
  startGateway(database: string, variables: Variables = {}): Promise<Gateway> {
    return Gateway.start(database, {
      DATABASE_URL: this.cluster.url(database),
      DATA_DIR: this.folder,
      ...variables,
    })
  }

  /** Ends the server and removes everything. */
  async remove(): Promise<void> {
    await this.cluster.remove()
    await removeFolder(this.folder)
  }
}

/** The two organizations with the most pledges that they own and recruited themselves or through another one. */
async function createTenants(cluster: Cluster, variables: Variables): Promise<Target['tenants']> {
  const found = await cluster.query<Tenant>(
    `select owning_organization_uuid as organization, min(person_uuid::text) as person,
            (array_agg(uuid::text order by uuid))[1] as pledge
       from pledges group by 1 order by count(*) desc limit 2`,
    DEMO,
  )
  const tenants = []
  for (const [index, tenant] of found.entries()) {
    const account = await Account.create(`tenant-${index}@charity.example`, variables, {
      organizations: tenant.organization,
    })
    tenants.push({ ...tenant, account })
  }
  return tenants
}
