import { setTimeout } from 'node:timers/promises'
import { type Account, ask, isUnavailable } from '../support/client.ts'
import { follow, type StreamResult } from '../support/event-stream.ts'
import type { Gateway } from '../support/gateway.ts'
import { ANSWERED_HONESTLY } from './promise.ts'
import type { Trace } from './trace.ts'
import type { Verdict } from './verdict.ts'

const POLL_PAUSE_MILLISECONDS = 700
const RETRY_PAUSE_MILLISECONDS = 250
const POLL_PATIENCE_MILLISECONDS = 5_000

const PAGE =
  'query ($after: String) { changes(first: 100, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage } } }'
const STREAM = 'subscription ($after: String) { changes(after: $after) { cursor node { id } } }'

interface Edge {
  readonly cursor: string
  readonly node: { readonly id: string }
}

interface Page {
  readonly changes: {
    readonly edges: readonly Edge[]
    readonly pageInfo: { readonly hasNextPage: boolean }
  }
}

export interface FollowerOptions {
  readonly name: string
  readonly kind: 'poller' | 'subscriber'
  readonly account: Account
  /** The organization that its account sees; absent where that is all of them. */
  readonly organization?: string
  /** The gateways; it goes to the next one whenever one does not serve it. */
  readonly gateways: readonly Gateway[]
  readonly trace: Trace
  readonly verdict: Verdict
}

/** A consumer of the feed as the README describes it: it keeps what it got, and goes on after its last cursor. */
export class Follower {
  readonly options: FollowerOptions
  #events: Edge[] = []
  /** How often it was told that the feed is not the one that it knows. */
  timesTold = 0
  /** How many events came in all, those included that it forgot when it was told. */
  eventCount = 0
  #gateway: number
  /** Whether its last cursor may be one that is refused, which a page tells most plainly. */
  #isToRead = false
  readonly #end = new AbortController()
  #connection = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: FollowerOptions, firstGateway: number) {
    this.options = options
    this.#gateway = firstGateway
  }

  /** The changes that it got, by their ids, in the order in which it got them. */
  get ids(): string[] {
    return this.#events.map(({ node }) => node.id)
  }

  get length(): number {
    return this.#events.length
  }

  begin(): void {
    this.#running = this.options.kind === 'poller' ? this.#poll() : this.#subscribe()
  }

  async end(): Promise<void> {
    this.#end.abort()
    this.#connection.abort()
    await this.#running
  }

  /** Forgets everything, and begins with the first change: so that one mistake is not found again and again. */
  beginAnew(): void {
    this.#events = []
    this.#connection.abort()
  }

  get #cursor(): string | null {
    return this.#events.at(-1)?.cursor ?? null
  }

  get #url(): string {
    const { gateways } = this.options
    return gateways[this.#gateway % gateways.length]?.graphqlUrl ?? ''
  }

  /** As a method, because it changes while one waits. */
  #isOver(): boolean {
    return this.#end.signal.aborted
  }

  async #poll(): Promise<void> {
    while (!this.#isOver()) {
      const hasMore = await this.#readPage()
      if (!hasMore) await this.#pause(POLL_PAUSE_MILLISECONDS)
    }
  }

  /** Follows from its last cursor; before that reads up to the end where it has none, or was told to. */
  async #subscribe(): Promise<void> {
    while (!this.#isOver()) {
      while (!this.#isOver() && (this.#cursor === null || this.#isToRead)) {
        const hasMore = await this.#readPage()
        if (!hasMore && this.#cursor !== null) this.#isToRead = false
      }
      if (!this.#isOver()) await this.#followOnce()
      await this.#pause(RETRY_PAUSE_MILLISECONDS)
    }
  }

  /** Reads a page, and answers whether there is another one. */
  async #readPage(): Promise<boolean> {
    const after = this.#cursor
    this.#connection = new AbortController()
    const signal = AbortSignal.any([
      this.#end.signal,
      this.#connection.signal,
      AbortSignal.timeout(POLL_PATIENCE_MILLISECONDS),
    ])
    const { account, verdict, name } = this.options
    try {
      const answer = await ask<Page>(this.#url, PAGE, { account, variables: { after }, signal })
      const page = answer.body?.data?.changes
      if (answer.status === 200 && page) {
        if (after !== this.#cursor) return true
        for (const edge of page.edges) this.#take(edge)
        return page.pageInfo.hasNextPage
      }
      if (isGone(answer.body)) {
        this.#stepBack(answer.text)
        return true
      }
      verdict.expect(ANSWERED_HONESTLY, isUnavailable(answer), () => {
        return `follower ${name} was answered ${answer.status} ${answer.text.slice(0, 300)}`
      })
    } catch {
      // The connection was lost, or took too long.
    }
    this.#gateway += 1
    await this.#pause(RETRY_PAUSE_MILLISECONDS)
    return false
  }

  async #followOnce(): Promise<void> {
    const { account, verdict, name } = this.options
    this.#connection = new AbortController()
    const after = this.#cursor
    const { timesTold } = this
    const end = await follow<{ changes: Edge }>(this.#url, {
      account,
      query: STREAM,
      variables: { after },
      signal: AbortSignal.any([this.#end.signal, this.#connection.signal]),
      onResult: (result) => {
        const { data, errors } = result
        if (data && this.#events.length > 0) this.#take(data.changes)
        if (errors) {
          const isTold = !isUnavailable({ status: 503, body: { errors } }) && !isExpired(result)
          if (isTold) this.#tell(`stream: ${JSON.stringify(errors)}`)
        }
      },
    })
    if (this.#isOver() || this.timesTold > timesTold) return
    this.#gateway += 1
    if (end.kind !== 'refused') return
    const body = bodyOf(end.text)
    if (isGone(body)) {
      this.#stepBack(end.text)
      return
    }
    verdict.expect(ANSWERED_HONESTLY, isUnavailable({ status: end.status, body }), () => {
      return `follower ${name} was refused: ${end.status} ${end.text.slice(0, 300)}`
    })
  }

  #take(edge: Edge): void {
    this.#events.push(edge)
    this.eventCount += 1
  }

  #tell(text: string): void {
    this.timesTold += 1
    this.#isToRead = true
    const { name, trace } = this.options
    trace.note('told', { follower: name, text: text.slice(0, 300), at: this.#events.length })
  }

  /** Its last cursor is refused, because its change is gone: forgets that change, and tries the one before it. */
  #stepBack(text: string): void {
    this.#tell(text)
    this.#events.pop()
  }

  async #pause(milliseconds: number): Promise<void> {
    try {
      await setTimeout(milliseconds, undefined, { signal: this.#end.signal })
    } catch {
      // It ends.
    }
  }
}

type Body = Awaited<ReturnType<typeof ask>>['body']

/** Whether a cursor is refused because its change is not there any more. */
function isGone(body: Body): boolean {
  const errors = body?.errors ?? []
  return (
    errors.length > 0 && errors.every(({ extensions }) => extensions?.['code'] === 'BAD_USER_INPUT')
  )
}

function isExpired({ errors = [] }: StreamResult<unknown>): boolean {
  return errors.some(({ extensions }) => extensions?.['code'] === 'UNAUTHENTICATED')
}

/** A refusal of a subscription is either JSON or one event with it. */
function bodyOf(text: string): Body {
  try {
    return JSON.parse(text) as Body
  } catch {
    return undefined
  }
}
