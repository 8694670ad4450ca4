import { importPKCS8, SignJWT } from 'jose'
import { mustRunCommand } from './command.ts'
import type { Variables } from './process.ts'

const TOKEN_SECONDS = 900
const RENEWAL_SECONDS = 300

/** A service account, which signs its own tokens. */
export class Account {
  readonly email: string
  readonly #kid: string
  readonly #privateKey: string
  #token = ''
  #renewAt = 0

  private constructor(email: string, kid: string, privateKey: string) {
    this.email = email
    this.#kid = kid
    this.#privateKey = privateKey
  }

  /** Makes an account, by the command line of the program. */
  static async create(
    email: string,
    variables: Variables,
    { organizations = 'all', permissions = 'all' } = {},
  ): Promise<Account> {
    const printed = await mustRunCommand(
      [
        ...['account', 'create', '--email', email],
        ...['--organizations', organizations, '--permissions', permissions],
      ],
      { variables },
    )
    const { kid, privateKey } = JSON.parse(printed) as { kid: string; privateKey: string }
    return new Account(email, kid, privateKey)
  }

  /** A token that is valid for some minutes yet. */
  async token(): Promise<string> {
    const now = Math.floor(Date.now() / 1_000)
    if (now < this.#renewAt) return this.#token
    this.#token = await new SignJWT({ email: this.email })
      .setProtectedHeader({ alg: 'RS256', kid: this.#kid, typ: 'JWT' })
      .setIssuer(this.email)
      .setIssuedAt(now)
      .setExpirationTime(now + TOKEN_SECONDS)
      .sign(await importPKCS8(this.#privateKey, 'RS256'))
    this.#renewAt = now + RENEWAL_SECONDS
    return this.#token
  }
}

export interface GraphQLProblem {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** What came back for an operation. */
export interface Answer<Data = Record<string, unknown>> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Undefined where the body is no JSON. */
  readonly body:
    { readonly data?: Data | null; readonly errors?: readonly GraphQLProblem[] } | undefined
}

export interface AskOptions {
  readonly account?: Account | undefined
  readonly variables?: object
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends one operation. Rejects where the connection is lost before the answer is whole. */
export async function ask<Data = Record<string, unknown>>(
  graphqlUrl: string,
  query: string,
  { account, variables, signal, headers }: AskOptions = {},
): Promise<Answer<Data>> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(account && { authorization: `Bearer ${await account.token()}` }),
      ...headers,
    },
    body: JSON.stringify({ query, ...(variables && { variables }) }),
    ...(signal && { signal }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

function parsed<Data>(text: string): Answer<Data>['body'] {
  try {
    return JSON.parse(text) as Answer<Data>['body']
  } catch {
    return undefined
  }
}

/** Whether an answer is the honest word that the gateway cannot serve at the moment. */
export function isUnavailable({ status, body }: Pick<Answer<unknown>, 'status' | 'body'>): boolean {
  const errors = body?.errors ?? []
  return (
    status === 503 &&
    errors.length > 0 &&
    errors.every(({ extensions }) => extensions?.['code'] === 'SERVICE_UNAVAILABLE')
  )
}
