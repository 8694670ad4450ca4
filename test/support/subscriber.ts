/** One event of a subscription to the feed, as a client gets it. */
export interface FeedEvent {
  readonly cursor: string
  readonly node: Readonly<Record<string, unknown>> & { readonly actor: string | null }
}

export interface Problem {
  readonly message: string
  readonly extensions: Readonly<Record<string, unknown>>
}

export interface SubscriberOptions {
  readonly token: string
  readonly after?: string | null | undefined
  readonly filter?: object
  /** What is selected of each edge, beside its cursor and who did it. */
  readonly selection?: string
  /** How the request is sent: to an app in this process, or over the network. */
  readonly send: (init: RequestInit) => Promise<Response>
}

/** A client that follows the feed. */
export class Subscriber {
  readonly events: FeedEvent[] = []
  readonly problems: Problem[] = []
  /** The comments that keep the connection open. */
  heartbeats = 0
  /** Whether the server said that there will be no more, and did not just go away. */
  isComplete = false
  isOver = false
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #waiting = new Set<() => void>()

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader
  }

  /** Begins to follow, and answers once the stream is open. */
  static async open({
    token,
    send,
    selection = '',
    ...variables
  }: SubscriberOptions): Promise<Subscriber> {
    const query = `subscription ($after: String, $filter: ChangeFilter) { changes(after: $after, filter: $filter) { cursor node { actor } ${selection} } }`
    const response = await send({
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query, variables }),
    })
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      throw new Error(`${response.status} ${await response.text()}`)
    }
    const subscriber = new Subscriber(response.body!.getReader())
    void subscriber.#run()
    // Whatever it says first says that it is open.
    await subscriber.until(({ heartbeats, isOver }) => heartbeats > 0 || isOver)
    return subscriber
  }

  get actors(): (string | null)[] {
    return this.events.map(({ node }) => node.actor)
  }

  get lastCursor(): string | undefined {
    return this.events.at(-1)?.cursor
  }

  /** Waits until something holds of it. */
  async until(condition: (subscriber: this) => boolean): Promise<void> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }

  /** Waits for so many events altogether, or for the end. */
  untilCount(count: number): Promise<void> {
    return this.until(({ events, isOver }) => events.length >= count || isOver)
  }

  untilOver(): Promise<void> {
    return this.until(({ isOver }) => isOver)
  }

  /** Goes away without a word. */
  async leave(): Promise<void> {
    await this.#reader.cancel()
    await this.untilOver()
  }

  async #run(): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    try {
      for (;;) {
        const { done, value } = await this.#reader.read()
        if (done) break
        const parts = (rest + decoder.decode(value, { stream: true })).split('\n\n')
        rest = parts.pop() ?? ''
        for (const part of parts) this.#take(part)
        this.#wake()
      }
    } catch {
      // A server that is killed cuts the stream off.
    }
    this.isOver = true
    this.#wake()
  }

  #take(part: string): void {
    const lines = part.split('\n')
    this.heartbeats += lines.filter((line) => line.startsWith(':')).length
    if (lines.includes('event: complete')) this.isComplete = true
    if (!lines.includes('event: next')) return
    const text = lines.find((line) => line.startsWith('data: '))!.slice('data: '.length)
    const { data, errors = [] } = JSON.parse(text) as {
      data?: { changes: FeedEvent } | null
      errors?: Problem[]
    }
    this.problems.push(...errors)
    if (data) this.events.push(data.changes)
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) {
      this.#waiting.delete(wake)
      wake()
    }
  }
}
