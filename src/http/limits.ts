/** How much a process takes on. 0 sets no bound. */
export interface Limits {
  /** The largest request body. */
  readonly maxBodyBytes: number
  /** For how long a request may take to arrive: its headers, and then its body. */
  readonly bodyTimeoutMilliseconds: number
  /** How many bytes of bodies one account may have in work. */
  readonly maxBodyBytesPerAccount: number
  /** How many bytes of bodies the process may have in work. */
  readonly maxBodyBytesInFlight: number
  /** How many queries are answered at once; mutations have as many places of their own. */
  readonly maxConcurrentOperations: number
  /** How many queries may wait for a place; as many mutations may, apart from them. */
  readonly maxQueuedOperations: number
  /** For how long an operation may wait for a place. */
  readonly maxQueueWaitMilliseconds: number
  /** How late the process may generally be with its work before it takes on no more. */
  readonly maxEventLoopDelayMilliseconds: number
  /** How many operations of one account may be in work or wait. */
  readonly maxOperationsPerAccount: number
  readonly maxSubscriptionsPerAccount: number
  readonly maxSubscriptions: number
}

/** Bounds that ordinary work does not meet. */
export const DEFAULT_LIMITS: Limits = {
  maxBodyBytes: 2_097_152,
  bodyTimeoutMilliseconds: 10_000,
  maxBodyBytesPerAccount: 8_388_608,
  maxBodyBytesInFlight: 33_554_432,
  maxConcurrentOperations: 32,
  maxQueuedOperations: 128,
  maxQueueWaitMilliseconds: 1_000,
  maxEventLoopDelayMilliseconds: 500,
  maxOperationsPerAccount: 32,
  maxSubscriptionsPerAccount: 100,
  maxSubscriptions: 1_000,
}

/** What the listening socket bounds, before a request is one. 0 sets no bound. */
export interface ConnectionLimits {
  /** For how long a request may take to arrive: its headers, and then its body. */
  readonly bodyTimeoutMilliseconds: number
  /** How large the target and the headers of a request may be together. */
  readonly maxHeaderBytes: number
  /** How many headers a request may have. */
  readonly maxHeaders: number
  /** How many requests of one connection may wait for the one before them. */
  readonly maxPipelinedRequests: number
  /** For how long a client may take nothing of an answer that is there. */
  readonly answerTimeoutMilliseconds: number
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  bodyTimeoutMilliseconds: DEFAULT_LIMITS.bodyTimeoutMilliseconds,
  maxHeaderBytes: 16_384,
  maxHeaders: 100,
  maxPipelinedRequests: 16,
  answerTimeoutMilliseconds: 30_000,
}
