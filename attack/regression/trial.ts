import type { Gateway } from '../support/gateway.ts'
import type { Variables } from '../support/process.ts'
import { type Damage, Meter } from './meter.ts'
import { BOUND } from './regression.ts'
import { bodyOf, codesOf, type Operation, post, type Reply } from './request.ts'
import type { Target, Tenant } from './target.ts'
import type { Account } from '../support/client.ts'

const REFUSAL_TRIES = 3
const TOO_LARGE = 'OPERATION_TOO_LARGE'

/** One thing that must hold, whether it does, and what was measured. */
export interface Finding {
  readonly what: string
  readonly holds: boolean
  readonly measured: string
}

/** One attack while it runs: what it works with, and what was found. */
export class Trial {
  readonly target: Target
  readonly findings: Finding[] = []
  readonly #cleanUps: (() => Promise<unknown>)[] = []
  #database: string | undefined

  constructor(target: Target) {
    this.target = target
  }

  get attacker(): Account {
    return this.target.attacker
  }

  /** One of the two organizations that have an account of their own. */
  tenant(index: 0 | 1): Tenant & { readonly account: Account } {
    const tenant = this.target.tenants[index]
    if (!tenant) throw new Error('the demo data have fewer than two organizations with pledges')
    return tenant
  }

  /** Notes something that must hold. */
  must(what: string, holds: boolean, measured: string | number): void {
    this.findings.push({ what, holds, measured: String(measured) })
  }

  /** The database of this attack: a copy of the demo data, made when it is first asked for. */
  async database(): Promise<string> {
    if (this.#database === undefined) {
      const database = await this.target.copyDemo()
      this.#database = database
      this.#cleanUps.push(() => this.target.dropCopy(database))
    }
    return this.#database
  }

  /** A statement on the database of this attack. */
  async query<Row extends object>(statement: string): Promise<Row[]> {
    return this.target.cluster.query<Row>(statement, await this.database())
  }

  /** Starts a gateway on this attack's database, which ends with the attack. */
  async gateway(variables: Variables = {}): Promise<Gateway> {
    const gateway = await this.target.startGateway(await this.database(), variables)
    this.afterwards(() => gateway.end('SIGKILL'))
    return gateway
  }

  /** Has something be done once the attack is over, the last one first. */
  afterwards(cleanUp: () => Promise<unknown>): void {
    this.#cleanUps.push(cleanUp)
  }

  /** Undoes whatever the attack has made. */
  async cleanUp(): Promise<void> {
    for (const cleanUp of this.#cleanUps.reverse()) await cleanUp()
  }

  /** Does something while it is measured what that does to others. */
  async measure<Value>(
    gateway: Gateway,
    act: () => Promise<Value>,
  ): Promise<{ readonly value: Value; readonly damage: Damage }> {
    const { postmaster, bystander } = this.target
    const meter = new Meter({ gateway, postmaster, bystander })
    const value = await act()
    return { value, damage: await meter.stop() }
  }

  /** Notes whether what was done to others is within the bounds for one request. */
  mustBeBearable(what: string, damage: Damage): void {
    const { viewerMilliseconds, liveMilliseconds, gatewayMegabytes, backendMegabytes } = damage
    const checks = [
      [
        `viewer waits ≤ ${BOUND.waitMilliseconds} ms`,
        viewerMilliseconds,
        BOUND.waitMilliseconds,
        'ms',
      ],
      [
        `loop blocked ≤ ${BOUND.waitMilliseconds} ms`,
        liveMilliseconds,
        BOUND.waitMilliseconds,
        'ms',
      ],
      [
        `gateway rises ≤ ${BOUND.gatewayMegabytes} MB`,
        gatewayMegabytes,
        BOUND.gatewayMegabytes,
        'MB',
      ],
      [`backend ≤ ${BOUND.backendMegabytes} MB`, backendMegabytes, BOUND.backendMegabytes, 'MB'],
    ] as const
    for (const [name, measured, bound, unit] of checks) {
      this.must(`${what}: ${name}`, measured <= bound, `${Math.round(measured)} ${unit}`)
    }
    this.must(`${what}: gateway survives`, damage.hasSurvived, String(damage.hasSurvived))
  }

  /** Sends an operation that is too large several times. It is refused quickly, in figures, and at no cost. */
  async mustRefuse(what: string, gateway: Gateway, operation: Operation): Promise<void> {
    const { value: replies, damage } = await this.measure(gateway, async () => {
      const collected: Reply[] = []
      for (let turn = 0; turn < REFUSAL_TRIES; turn += 1) {
        const reply = await post(gateway.graphqlUrl, this.attacker, operation)
        collected.push(reply)
        if (reply.status === 0) break
      }
      return collected
    })
    const [reply] = replies
    if (!reply) throw new Error('nothing was sent')
    this.mustTellCost(what, reply)
    // The quickest counts: what else the machine does at the moment is not the gateway's affair.
    const quickest = Math.min(...replies.map(({ milliseconds }) => milliseconds))
    const isAnswered = replies.every(({ status }) => status !== 0)
    this.must(
      `${what}: refused within ${BOUND.refusalMilliseconds} ms`,
      isAnswered && quickest <= BOUND.refusalMilliseconds,
      `${Math.round(quickest)} ms, ${reply.bytes} bytes, HTTP ${reply.status}`,
    )
    this.mustBeBearable(what, damage)
  }

  /** The answer is a refusal that tells what was asked for and what is allowed. */
  mustTellCost(what: string, reply: Reply): void {
    const extensions = bodyOf(reply)?.errors?.[0]?.extensions
    const cost = extensions?.['cost'] as { requested?: unknown; limit?: unknown } | undefined
    this.must(
      `${what}: ${TOO_LARGE} with its cost`,
      extensions?.['code'] === TOO_LARGE &&
        typeof cost?.requested === 'number' &&
        typeof cost.limit === 'number',
      `${codesOf(reply).join(', ') || `HTTP ${reply.status}`} ${JSON.stringify(cost ?? {})}`,
    )
  }
}
