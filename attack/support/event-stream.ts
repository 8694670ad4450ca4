import type { Account, GraphQLProblem } from './client.ts'

/** One result of a subscription. */
export interface StreamResult<Data> {
  readonly data?: Data | null
  readonly errors?: readonly GraphQLProblem[]
}

/** How a subscription came to its end. */
export type StreamEnd =
  /** The server said that there is no more. */
  | { readonly kind: 'complete' }
  /** The connection was lost, or left. */
  | { readonly kind: 'lost' }
  /** It was refused before it began. */
  | { readonly kind: 'refused'; readonly status: number; readonly text: string }

export interface StreamOptions<Data> {
  readonly account: Account
  readonly query: string
  readonly variables: object
  readonly onResult: (result: StreamResult<Data>) => void
  /** Called with whatever is heard, comments too: the connection lives. */
  readonly onSound?: () => void
  readonly signal: AbortSignal
}

/** Follows a subscription by Server-Sent Events to its end. Never rejects. */
export async function follow<Data>(
  graphqlUrl: string,
  { account, query, variables, onResult, onSound, signal }: StreamOptions<Data>,
): Promise<StreamEnd> {
  try {
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await account.token()}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: JSON.stringify({ query, variables }),
      signal,
    })
    const { status, body } = response
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !body) {
      return { kind: 'refused', status, text: await response.text() }
    }
    let isComplete = false
    for await (const event of eventsOf(body)) {
      onSound?.()
      if (event.name === 'complete') isComplete = true
      if (event.name === 'next') onResult(JSON.parse(event.data) as StreamResult<Data>)
    }
    return { kind: isComplete ? 'complete' : 'lost' }
  } catch {
    return { kind: 'lost' }
  }
}

interface StreamEvent {
  readonly name: string
  readonly data: string
}

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) yield eventOf(part)
  }
}

function eventOf(part: string): StreamEvent {
  const valueOf = (field: string) =>
    part
      .split('\n')
      .filter((line) => line.startsWith(`${field}: `))
      .map((line) => line.slice(field.length + 2))
      .join('\n')
  return { name: valueOf('event'), data: valueOf('data') }
}
