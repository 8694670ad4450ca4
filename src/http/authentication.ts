import { LRUCache } from 'lru-cache'
import { type AccountKey, findKey } from '../account/commands.ts'
import type { Actor } from '../core/actor.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../db/database.ts'
import { isUnexpired, readKeyId, verifyToken } from './token.ts'

export interface AuthenticationOptions {
  readonly database: Database
  readonly clock: Clock
  /** The longest `exp - iat` that is accepted. */
  readonly maxTokenAgeSeconds: number
}

/** Finds out who a request comes from. */
export interface Authentication {
  /**
   * The account whose valid token an Authorization header carries; undefined for anything else.
   * Answers at once where everything is known already. Rejects when the database cannot be reached.
   */
  actorOf(authorization: string | null): Actor | undefined | Promise<Actor | undefined>
  /**
   * The same account as it is by now, for what such a header has opened. What is open ends when the token
   * expires: that clocks may differ helps a token in, and does not make it last longer.
   */
  renew(authorization: string | null): Promise<Actor | undefined>
}

// Shutting out and revoking take effect within 30 seconds; this leaves most of that to spare.
const KEY_TTL_MILLISECONDS = 10_000

const MOST_KEYS = 10_000
const MOST_ABSENT_KEYS = 10_000
const MOST_TOKENS = 10_000
const LONGEST_HEADER = 4_096

const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i

/** Which of the database's connections look a key up. */
type KeyLane = 'keys' | 'followers'

/** A token whose signature and claims were found valid. */
interface VerifiedToken {
  readonly kid: string
  /** What it was verified with. */
  readonly publicKey: string
  readonly expiresAtSeconds: number
}

/** What the database had under an id: a key in force, or none. */
interface Finding {
  readonly key: AccountKey | undefined
  readonly foundAt: Date
}

/** Reads tokens, and remembers for a while what it had to look up or to verify for them. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { clock, maxTokenAgeSeconds } = options
  const keyOf = createKeyCache(options)
  const tokens = new LRUCache<string, VerifiedToken>({ max: MOST_TOKENS })

  async function verify(token: string, key: AccountKey): Promise<Actor | undefined> {
    const { kid, publicKey, actor } = key
    const expiresAtSeconds = await verifyToken(token, {
      email: actor.email,
      publicKey,
      maxAgeSeconds: maxTokenAgeSeconds,
      now: clock(),
    })
    if (expiresAtSeconds === undefined) return undefined
    tokens.set(token, { kid, publicKey, expiresAtSeconds })
    return actor
  }

  function accept(token: string, key: AccountKey | undefined) {
    const verified = tokens.get(token)
    if (!verified) return key && verify(token, key)
    if (verified.publicKey === key?.publicKey && isUnexpired(verified.expiresAtSeconds, clock())) {
      return key.actor
    }
    tokens.delete(token)
    return undefined
  }

  const find = (authorization: string | null, lane: KeyLane) => {
    const token = tokenIn(authorization)
    if (token === undefined) return undefined
    const kid = tokens.get(token)?.kid ?? readKeyId(token)
    if (kid === undefined) return undefined
    const key = keyOf(kid, lane)
    return key instanceof Promise ? key.then((found) => accept(token, found)) : accept(token, key)
  }

  return {
    actorOf: (authorization) => find(authorization, 'keys'),
    async renew(authorization) {
      const actor = await find(authorization, 'followers')
      const expiresAtSeconds = tokens.get(tokenIn(authorization) ?? '')?.expiresAtSeconds ?? 0
      return expiresAtSeconds > clock().getTime() / 1000 ? actor : undefined
    },
  }
}

function tokenIn(authorization: string | null): string | undefined {
  if (authorization === null || authorization.length > LONGEST_HEADER) return undefined
  return BEARER.exec(authorization)?.[1]
}

/**
 * Looks keys up, at most once in a while, and once for everybody who asks at the same time. Ids without a
 * key are remembered apart, so that a flood of invented ones drives no real one out.
 */
function createKeyCache({ database, clock }: AuthenticationOptions) {
  const inForce = new LRUCache<string, Finding>({ max: MOST_KEYS })
  const absent = new LRUCache<string, Finding>({ max: MOST_ABSENT_KEYS })
  // Apart, so that a request does not wait in the queue of those who follow.
  const underWay = {
    keys: new Map<string, Promise<AccountKey | undefined>>(),
    followers: new Map<string, Promise<AccountKey | undefined>>(),
  }

  async function lookUp(kid: string, lane: KeyLane): Promise<AccountKey | undefined> {
    try {
      const foundAt = clock()
      const key = await findKey(database, kid, lane)
      const [found, other] = key ? [inForce, absent] : [absent, inForce]
      found.set(kid, { key, foundAt })
      other.delete(kid)
      return key
    } finally {
      underWay[lane].delete(kid)
    }
  }

  return (kid: string, lane: KeyLane): AccountKey | undefined | Promise<AccountKey | undefined> => {
    const finding = inForce.get(kid) ?? absent.get(kid)
    if (finding && isFresh(finding, clock())) return finding.key
    let lookup = underWay[lane].get(kid)
    if (!lookup) {
      lookup = lookUp(kid, lane)
      underWay[lane].set(kid, lookup)
    }
    return lookup
  }
}

/** A clock that was set back must not make a finding last longer: only the recent past is fresh. */
function isFresh({ foundAt }: Finding, now: Date): boolean {
  const age = now.getTime() - foundAt.getTime()
  return age >= 0 && age < KEY_TTL_MILLISECONDS
}
