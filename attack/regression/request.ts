import { Agent, request } from 'node:http'
import type { Account, GraphQLProblem } from '../support/client.ts'

const LONGEST_KEPT_BYTES = 67_108_864
const GIVE_UP_MILLISECONDS = 30_000

export interface SendOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly giveUpMilliseconds?: number
  /** Leaves, as a client does that closes its connection, once this is aborted. */
  readonly leaving?: AbortSignal
  readonly agent?: Agent
}

/** What came back for a request. */
export interface Reply {
  /** 0 where nothing came back: the client gave up or left, or the connection was lost. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: number
  readonly milliseconds: number
  /** The body, up to a bound. */
  readonly text: string
}

/** Sends one request over a connection of its own. Never rejects: a lost connection is an answer too. */
export function send(url: string, options: SendOptions = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body, agent } = options
  const { giveUpMilliseconds = GIVE_UP_MILLISECONDS, leaving } = options
  const began = performance.now()
  return new Promise((resolve) => {
    let status = 0
    let bytes = 0
    let received: Reply['headers'] = {}
    const chunks: Buffer[] = []
    const end = (isWhole: boolean) => {
      clearTimeout(timer)
      const text = Buffer.concat(chunks).toString()
      const milliseconds = performance.now() - began
      resolve({ status: isWhole ? status : 0, headers: received, bytes, milliseconds, text })
    }
    const outgoing = request(url, { method, headers, agent: agent ?? false }, (response) => {
      status = response.statusCode ?? 0
      received = response.headers
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= LONGEST_KEPT_BYTES) chunks.push(chunk)
        else outgoing.destroy()
      })
      response.on('end', () => {
        end(true)
      })
      response.on('error', () => {
        end(false)
      })
    })
    const leave = () => {
      outgoing.destroy()
      end(false)
    }
    const timer = setTimeout(leave, giveUpMilliseconds)
    leaving?.addEventListener('abort', leave, { once: true })
    outgoing.on('error', () => {
      end(false)
    })
    outgoing.end(body)
  })
}

/** An operation and its variables, as a client posts them. */
export interface Operation {
  readonly query: string
  readonly variables?: object
}

/** Posts an operation. */
export async function post(
  graphqlUrl: string,
  account: Account | undefined,
  operation: Operation,
  options: SendOptions = {},
): Promise<Reply> {
  return send(graphqlUrl, {
    method: 'POST',
    body: JSON.stringify(operation),
    ...options,
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(account && { authorization: `Bearer ${await account.token()}` }),
      ...options.headers,
    },
  })
}

/** The body of a GraphQL answer. */
export interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly GraphQLProblem[]
}

/** The body as JSON; undefined where it is none. */
export function bodyOf({ text }: Reply): Body | undefined {
  try {
    return JSON.parse(text) as Body
  } catch {
    return undefined
  }
}

/** The codes of the errors in an answer, each once. */
export function codesOf(reply: Reply): string[] {
  const codes = bodyOf(reply)?.errors?.map(({ extensions }) => String(extensions?.['code']))
  return [...new Set(codes)]
}
