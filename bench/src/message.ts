/** A request as the load generator sends it. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** A request whose answer is known. */
export interface CheckedRequest extends HttpRequest {
  /** The length of the answer's body: one that differs is no answer. */
  readonly answerBytes: number
}

/** What the load generator is told to do: to send these requests over and over. */
export interface Round {
  readonly port: number
  readonly requests: readonly CheckedRequest[]
  readonly connections: number
  readonly warmUpSeconds: number
  readonly seconds: number
}

export interface RoundResult {
  readonly requestsPerSecond: number
  /** Milliseconds within which all but one in a hundred requests were answered. */
  readonly p99Milliseconds: number
}

export type RoundReply =
  | { readonly result: RoundResult; readonly error?: never }
  | { readonly error: string; readonly result?: never }
