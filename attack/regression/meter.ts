import { Agent } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { Account } from '../support/client.ts'
import type { Gateway } from '../support/gateway.ts'
import {
  childrenOf,
  forgetPeak,
  ownMegabytes,
  peakMegabytes,
  processorSeconds,
  residentMegabytes,
} from './process-memory.ts'
import { post, send } from './request.ts'

const SAMPLE_MILLISECONDS = 100
const PROBE_MILLISECONDS = 20
const PROBE_GIVES_UP_MILLISECONDS = 15_000

/** What an attack did to everybody else. */
export interface Damage {
  /** By how much the gateway's memory rose at most, in megabytes. */
  readonly gatewayMegabytes: number
  /** How much memory of its own the largest process of Postgres had at most, in megabytes. */
  readonly backendMegabytes: number
  /** The longest that `viewer { email }` of another account waited. Infinity where it got no answer. */
  readonly viewerMilliseconds: number
  /** The longest that /health/live waited: for so long the gateway did nothing else. */
  readonly liveMilliseconds: number
  /** For how long Postgres kept processors busy, in seconds. */
  readonly postgresSeconds: number
  readonly hasSurvived: boolean
}

export interface Watched {
  readonly gateway: Gateway
  readonly postmaster: number
  /** Whose requests are measured: another account than that which attacks. */
  readonly bystander: Account
}

/** Measures what is done to a gateway, its database and another client of it, from its making until `stop`. */
export class Meter {
  readonly #watched: Watched
  readonly #pid: number
  readonly #restingMegabytes: number
  readonly #busyBefore: number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 })
  readonly #tasks: Promise<void>[]
  #isMeasuring = true
  #peak = 0
  #backend = 0
  #viewer = 0
  #live = 0

  constructor(watched: Watched) {
    this.#watched = watched
    this.#pid = watched.gateway.pid
    forgetPeak(this.#pid)
    this.#restingMegabytes = residentMegabytes(this.#pid)
    this.#busyBefore = processorSeconds(watched.postmaster)
    this.#tasks = [this.#sample(), this.#askViewer(), this.#askLive()]
  }

  /** Ends measuring, once what was asked last is answered. */
  async stop(): Promise<Damage> {
    this.#isMeasuring = false
    await Promise.all(this.#tasks)
    this.#agent.destroy()
    this.#look()
    return {
      gatewayMegabytes: this.#peak - this.#restingMegabytes,
      backendMegabytes: this.#backend,
      viewerMilliseconds: this.#viewer,
      liveMilliseconds: this.#live,
      postgresSeconds: processorSeconds(this.#watched.postmaster) - this.#busyBefore,
      hasSurvived: this.#watched.gateway.pid === this.#pid,
    }
  }

  async #sample(): Promise<void> {
    while (this.#isMeasuring) {
      this.#look()
      await setTimeout(SAMPLE_MILLISECONDS)
    }
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, peakMegabytes(this.#pid))
    const backends = childrenOf(this.#watched.postmaster).map(ownMegabytes)
    this.#backend = Math.max(this.#backend, ...backends)
  }

  async #askViewer(): Promise<void> {
    const { gateway, bystander } = this.#watched
    const options = { agent: this.#agent, giveUpMilliseconds: PROBE_GIVES_UP_MILLISECONDS }
    while (this.#isMeasuring) {
      const operation = { query: '{ viewer { email } }' }
      const { status, milliseconds } = await post(gateway.graphqlUrl, bystander, operation, options)
      this.#viewer = Math.max(this.#viewer, status === 200 ? milliseconds : Infinity)
      await setTimeout(PROBE_MILLISECONDS)
    }
  }

  async #askLive(): Promise<void> {
    const options = { agent: this.#agent, giveUpMilliseconds: PROBE_GIVES_UP_MILLISECONDS }
    while (this.#isMeasuring) {
      const { status, milliseconds } = await send(
        `${this.#watched.gateway.url}/health/live`,
        options,
      )
      this.#live = Math.max(this.#live, status === 200 ? milliseconds : Infinity)
      await setTimeout(PROBE_MILLISECONDS)
    }
  }
}
