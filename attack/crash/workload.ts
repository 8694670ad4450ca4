import { setTimeout } from 'node:timers/promises'
import type { Account, Answer } from '../support/client.ts'
import { ask, isUnavailable } from '../support/client.ts'
import type { Gateway } from '../support/gateway.ts'
import { randomFor } from '../support/random.ts'
import { documentOf, type Draft, draft, draftPledge, type Drafting } from './act.ts'
import { CANARY } from './cast.ts'
import type { Act, Ledger } from './ledger.ts'
import { ANSWERED_HONESTLY, ANSWERED_IN_TIME, KEPT } from './promise.ts'
import type { Trace } from './trace.ts'
import type { Verdict } from './verdict.ts'

const WORKERS = 5
/** More than a gateway has connections. */
const CROWD = 30
const LONGEST_PAUSE_MILLISECONDS = 250
/** Longer than any answer may take: an operation is told to try again after 30 seconds. */
const PATIENCE_MILLISECONDS = 33_000
/** How often two clients send the same act at the same time. */
const TWICE = 0.12
/** How often a client asks again for what it does not know to be done. */
const AGAIN = 0.6

export interface WorkloadOptions {
  readonly seed: number
  readonly account: Account
  readonly gateways: readonly Gateway[]
  readonly drafting: Drafting
  readonly trace: Trace
  readonly verdict: Verdict
}

interface ActAnswer {
  readonly act: {
    readonly __typename: string
    readonly message?: string
    readonly record?: { readonly uuid: string; readonly updatedAt: string }
  } | null
}

/** Clients that act on pledges and calls, by whichever gateway. */
export class Workload {
  readonly #options: WorkloadOptions
  readonly #ledger: Ledger
  /** How many acts each client has chosen: the choice of each has a sequence of its own. */
  readonly #chosen = new Array<number>(WORKERS).fill(0)
  #giveUp = new AbortController()
  #isPaused = true
  #running: Promise<unknown> = Promise.resolve()
  #probes = 0
  unavailable = 0
  lost = 0
  refused = 0

  constructor(options: WorkloadOptions) {
    this.#options = options
    this.#ledger = options.drafting.ledger
  }

  /** Has every client begin. */
  resume(): void {
    this.#isPaused = false
    this.#giveUp = new AbortController()
    this.#running = Promise.all(this.#chosen.map((_, worker) => this.#work(worker)))
  }

  /** Lets no client begin anything more, and answers once all have their answers or have waited so long. */
  async pause(patienceMilliseconds: number): Promise<void> {
    this.#isPaused = true
    const giveUp = this.#giveUp
    const timer = globalThis.setTimeout(() => {
      giveUp.abort()
    }, patienceMilliseconds)
    await this.#running
    clearTimeout(timer)
  }

  async #work(worker: number): Promise<void> {
    const { seed, drafting, gateways } = this.#options
    while (!this.#isPaused) {
      this.#chosen[worker] = (this.#chosen[worker] ?? 0) + 1
      const random = randomFor(seed, 'act', worker, this.#chosen[worker] ?? 0)
      const pause = random.integer(0, LONGEST_PAUSE_MILLISECONDS)
      const first = random.integer(0, gateways.length - 1)
      const isTwice = random.isLucky(TWICE)
      const isAgain = random.isLucky(AGAIN)
      const chosen = draft(random, drafting)
      const send = (index: number) => this.send(chosen, gateways[index % gateways.length])
      const acts = await Promise.all(isTwice ? [send(first), send(first + 1)] : [send(first)])
      const isUnknown = acts.every(({ outcome }) => outcome === 'unknown')
      await setTimeout(pause)
      if (isUnknown && isAgain && chosen.kind.startsWith('create')) await send(first + 1)
    }
  }

  /** Asks a gateway for a new pledge, as one who wants to know whether it serves. Answers whether it did. */
  async probe(gateway: Gateway, signal: AbortSignal): Promise<boolean> {
    this.#probes += 1
    const { seed, drafting } = this.#options
    const random = randomFor(seed, 'probe', this.#probes)
    const act = await this.send(
      draftPledge(random, drafting, this.#ledger.nextNumber()),
      gateway,
      signal,
    )
    return act.outcome === 'acknowledged'
  }

  /** Has many ask a gateway at once, so that all of its connections are in use, and go away after a while. */
  async flood(gateway: Gateway, milliseconds: number): Promise<void> {
    const { account } = this.#options
    const signal = AbortSignal.timeout(milliseconds)
    const read = async () => {
      try {
        await ask(gateway.graphqlUrl, '{ calls(first: 1) { totalCount } }', { account, signal })
      } catch {
        // It is the crowd that matters, and not what it is answered.
      }
    }
    await Promise.all(Array.from({ length: CROWD }, read))
  }

  /** Sends an act, and writes down what became of it. Never rejects. */
  async send(chosen: Draft, gateway: Gateway | undefined, signal?: AbortSignal): Promise<Act> {
    const act = this.#ledger.begin(chosen)
    if (!gateway) return act
    const { account, trace, verdict } = this.#options
    const giveUp = AbortSignal.any([
      this.#giveUp.signal,
      AbortSignal.timeout(PATIENCE_MILLISECONDS),
      ...(signal ? [signal] : []),
    ])
    const { number, kind, uuid, input } = chosen
    let told: string
    try {
      const answer = await ask<ActAnswer>(gateway.graphqlUrl, documentOf(kind), {
        account,
        variables: { input },
        signal: giveUp,
      })
      told = this.#take(act, answer)
    } catch (error) {
      this.lost += 1
      told = `lost: ${error instanceof Error ? error.name : String(error)}`
      const waited = performance.now() - act.beganAt
      verdict.expect(ANSWERED_IN_TIME, waited < PATIENCE_MILLISECONDS || !gateway.isRunning, () => {
        return `act ${number} (${kind}) was not answered by gateway ${gateway.name} in ${Math.round(waited)} ms`
      })
    }
    const took = Math.round(performance.now() - act.beganAt)
    trace.note('act', { number, kind, uuid, gateway: gateway.name, told, took })
    return act
  }

  #take(act: Act, answer: Answer<ActAnswer>): string {
    const { data, errors } = answer.body ?? {}
    const done = data?.act
    if (answer.status === 200 && done && errors === undefined) {
      return this.#takeResult(act, done)
    }
    this.unavailable += 1
    const { verdict } = this.#options
    verdict.expect(ANSWERED_HONESTLY, isUnavailable(answer), () => {
      return `act ${act.number} (${act.kind}) was answered ${answer.status} ${answer.text.slice(0, 300)}`
    })
    return `unavailable: ${answer.text.slice(0, 120)}`
  }

  #takeResult(act: Act, { __typename, record, message }: NonNullable<ActAnswer['act']>): string {
    const { verdict } = this.#options
    if (__typename.endsWith('Payload')) {
      const updatedAt = record && Date.parse(record.updatedAt)
      this.#ledger.settle(act, 'acknowledged', updatedAt)
      return 'acknowledged'
    }
    this.refused += 1
    this.#ledger.settle(act, 'refused')
    // Written down by `settle` alone where an answer does not count.
    if (__typename.endsWith('ConflictError')) act.isConflict = act.outcome === 'refused'
    const known = this.#ledger.entry(act.uuid)?.acts ?? []
    const isKnown = known.some(
      ({ kind, outcome, endedAt }) =>
        kind.startsWith('create') && outcome === 'acknowledged' && endedAt < act.beganAt,
    )
    verdict.expect(KEPT, !(isKnown && __typename === 'NotFoundError'), () => {
      return `act ${act.number} (${act.kind}) finds no ${act.uuid}, whose creation was acknowledged`
    })
    verdict.expect(ANSWERED_HONESTLY, isExpected(act, __typename), () => {
      return `act ${act.number} (${act.kind}) was refused: ${__typename} ${String(message).replaceAll(CANARY, '…').slice(0, 200)}`
    })
    return __typename
  }
}

/** Whether an act that is right in itself may be refused like this: the state of its record decides it. */
function isExpected({ kind }: Act, typename: string): boolean {
  switch (typename) {
    case 'NotFoundError':
      return !kind.startsWith('create')
    case 'PledgeConflictError':
    case 'CallConflictError':
      return kind.startsWith('create')
    case 'PledgeTransitionError':
    case 'CallTransitionError':
      return true
    case 'InvalidInputError':
      // The end of a pledge that has ended, the end before the start, and a pledge that is lost, which a call names.
      return kind === 'endPledge' || kind === 'createCall' || kind === 'expireCallLater'
    default:
      return false
  }
}
