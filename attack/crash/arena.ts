import { setTimeout } from 'node:timers/promises'
import { ask } from '../support/client.ts'
import type { Gateway } from '../support/gateway.ts'
import { randomFor } from '../support/random.ts'
import { waitUntil } from '../support/waiting.ts'
import type { Drafting } from './act.ts'
import { CANARY } from './cast.ts'
import type { Checking } from './check-pledge.ts'
import { ended, type Fault } from './fault.ts'
import { Follower } from './follower.ts'
import { checkFollowers } from './following.ts'
import { ImportLoad } from './import-load.ts'
import { Ledger } from './ledger.ts'
import { checkStored } from './oracle.ts'
import { BACK_IN_TIME, PLACED, PROMISES, SILENT_LOG, STILL_RUNNING } from './promise.ts'
import { readStored, type Stored } from './stored.ts'
import type { Trace } from './trace.ts'
import type { Verdict } from './verdict.ts'
import { Workload } from './workload.ts'
import type { World } from './world.ts'

const BACK_MILLISECONDS = 5_000
/** How long one waits for a gateway that is late, to learn how late it is, before it is started anew. */
const LATE_MILLISECONDS = 20_000
const SETTLE_MILLISECONDS = 6_000
const PLACE_MILLISECONDS = 15_000
const ERROR_LEVEL = '"level":50'
const PROBE_PAUSE_MILLISECONDS = 100

/** A world with everybody who works in it, where faults happen one after the other. */
export class Arena {
  readonly world: World
  readonly ledger = new Ledger()
  readonly followers: Follower[]
  readonly workload: Workload
  readonly imports: ImportLoad
  readonly #seed: number
  readonly #trace: Trace
  readonly #verdict: Verdict
  readonly #hasStandby: boolean
  #before: Stored | undefined
  /** How many lines of each gateway's log were looked through. */
  readonly #readLines = new Map<Gateway, number>()
  /** The longest that a gateway took to serve again, in milliseconds. */
  longestBack = 0

  constructor(seed: number, world: World, trace: Trace, verdict: Verdict) {
    this.#seed = seed
    this.world = world
    this.#hasStandby = world.standby !== undefined
    this.#trace = trace
    this.#verdict = verdict
    const { cast, gateways, actor, scoped } = world
    const drafting: Drafting = { cast, ledger: this.ledger, startedAt: Date.now() }
    const shared = { seed, trace, verdict }
    this.workload = new Workload({ ...shared, account: actor, gateways, drafting })
    this.imports = new ImportLoad({
      ...shared,
      cast,
      ledger: this.ledger,
      variables: world.importVariables,
    })
    const organization = cast.charities[0].uuid
    this.followers = [
      new Follower({ name: 'poller', kind: 'poller', account: actor, gateways, trace, verdict }, 0),
      ...gateways.map(
        (gateway, index) =>
          new Follower(
            {
              ...{ name: `subscriber of ${gateway.name}`, kind: 'subscriber' },
              ...{ account: actor, gateways, trace, verdict },
            },
            index,
          ),
      ),
      new Follower(
        {
          ...{ name: 'scoped subscriber', kind: 'subscriber', account: scoped, organization },
          ...{ gateways, trace, verdict },
        },
        1,
      ),
    ]
    for (const follower of this.followers) follower.begin()
  }

  /** Lets a fault happen while everybody works, and checks all promises after it. */
  async round(number: number, name: string, fault: Fault): Promise<void> {
    const random = randomFor(this.#seed, 'fault', number, name)
    const round = `round ${number} (${name})`
    const { world, workload, imports, ledger } = this
    const { unavailable, lost } = workload
    const acknowledged = ledger.count('acknowledged')
    this.#trace.note('round', { number, fault: name })
    workload.resume()
    imports.resume()
    await setTimeout(random.integer(700, 3_000))
    this.#trace.note('fault begins')
    await fault(random, { ...this.#hands, world, workload, imports, ledger })
    this.#trace.note('fault is over')
    const back = await this.#untilBack()
    await setTimeout(random.integer(300, 1_000))
    await Promise.all([workload.pause(SETTLE_MILLISECONDS), imports.pause(SETTLE_MILLISECONDS)])
    await this.#check()
    const broken = this.#verdict.failed
    for (const promise of PROMISES) this.#verdict.judge(promise, round)
    const result = this.#verdict.failed === broken ? 'holds' : 'VIOLATED'
    this.#trace.say(
      `${round}: ${result}; back in ${back} ms, +${ledger.count('acknowledged') - acknowledged} acts, ${workload.unavailable - unavailable} unavailable, ${workload.lost - lost} lost`,
    )
    for (const way of world.ways) way.endMutedAtServer()
    if (this.#hasStandby && !world.standby) await world.addStandby()
  }

  /** Ends everybody, and the world. */
  async end(): Promise<void> {
    await Promise.all([this.workload.pause(0), this.imports.pause(0)])
    await Promise.all(this.followers.map((follower) => follower.end()))
    await this.world.remove()
  }

  get #hands() {
    return { trace: this.#trace, verdict: this.#verdict }
  }

  /** Waits until every gateway serves again, and answers how long that took for the last one. */
  async #untilBack(): Promise<number> {
    for (const gateway of ended(this.world)) {
      const tail = gateway.log.slice(-3).join(' ').slice(-600)
      this.#verdict.find(STILL_RUNNING, `gateway ${gateway.name} ended by itself: ${tail}`)
      await gateway.start()
    }
    const waits = await Promise.all(this.world.gateways.map((gateway) => this.#backAfter(gateway)))
    const longest = Math.max(...waits)
    this.longestBack = Math.max(this.longestBack, longest)
    return longest
  }

  async #backAfter(gateway: Gateway): Promise<number> {
    const missing = new Set(['reads', 'acts', 'readiness'])
    const began = performance.now()
    const serves = async () => {
      // Each attempt is given up soon: one that hangs must not hide that the next one would be answered.
      const signal = () => AbortSignal.timeout(BACK_MILLISECONDS / 2)
      if (missing.has('readiness') && (await gateway.isReady())) missing.delete('readiness')
      if (missing.has('reads') && (await this.#isRead(gateway, signal()))) missing.delete('reads')
      if (missing.has('acts') && (await this.workload.probe(gateway, signal()))) {
        missing.delete('acts')
      }
      return missing.size === 0
    }
    const limit = BACK_MILLISECONDS + LATE_MILLISECONDS
    const took = await waitUntil(limit, serves, PROBE_PAUSE_MILLISECONDS)
    const waited = took ?? Math.round(performance.now() - began)
    this.#verdict.expect(BACK_IN_TIME, took !== undefined && took <= BACK_MILLISECONDS, () => {
      return took === undefined
        ? `gateway ${gateway.name}: no ${[...missing].join(', ')} in ${waited} ms`
        : `gateway ${gateway.name} serves after ${waited} ms`
    })
    if (took === undefined) {
      await gateway.end('SIGKILL')
      await gateway.start()
    }
    return waited
  }

  async #isRead(gateway: Gateway, signal: AbortSignal): Promise<boolean> {
    try {
      const { status } = await ask(gateway.graphqlUrl, '{ pledges(first: 1) { totalCount } }', {
        account: this.world.actor,
        signal,
      })
      return status === 200
    } catch {
      return false
    }
  }

  async #check(): Promise<void> {
    const { world, ledger } = this
    const placed = await waitUntil(PLACE_MILLISECONDS, () => this.#isPlaced(), 250)
    this.#verdict.expect(PLACED, placed !== undefined, () => {
      return `there are changes without a place after ${PLACE_MILLISECONDS} ms`
    })
    const stored = await readStored(world.url)
    const checking: Checking = {
      cast: world.cast,
      verdict: this.#verdict,
      actor: world.actor.email,
      files: await world.storedFiles(),
    }
    checkStored(checking, ledger, stored, this.#before)
    await checkFollowers(this.followers, stored, world.timesBehind, this.#verdict)
    this.#checkLogs()
    this.#before = stored
  }

  async #isPlaced(): Promise<boolean> {
    const [row] = await this.world.primary.query<{ waits: boolean }>(
      'select exists (select from changes where position is null) as waits',
      new URL(this.world.url).pathname.slice(1),
    )
    return row?.waits === false
  }

  #checkLogs(): void {
    for (const gateway of this.world.gateways) {
      const lines = gateway.log.slice(this.#readLines.get(gateway) ?? 0)
      this.#readLines.set(gateway, gateway.log.length)
      for (const line of lines) {
        // What is masked to a client is told here.
        if (line.includes(ERROR_LEVEL)) this.#trace.note('log', { gateway: gateway.name, line })
        this.#verdict.expect(SILENT_LOG, !line.includes(CANARY), () => {
          return `gateway ${gateway.name}: ${line.slice(0, 600)}`
        })
      }
    }
  }
}
