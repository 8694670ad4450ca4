import { decodeProtectedHeader, errors, importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose'
import { normalizeEmail } from '../account/rules.ts'

const ALGORITHM = 'RS256'

/** How far the clocks of a client and of this server may be apart. */
export const CLOCK_TOLERANCE_SECONDS = 30

export const DEFAULT_TOKEN_TTL_SECONDS = 900

/** The longest time for which a token may be valid, unless an operator says otherwise. */
export const DEFAULT_MAX_TOKEN_AGE_SECONDS = 3_600

const KID = /^[\w.-]{1,64}$/

const HEADER_MEMBERS: ReadonlySet<string> = new Set(['kid', 'alg', 'typ'])

export interface TokenRequest {
  readonly email: string
  readonly kid: string
  /** PKCS8, as PEM. */
  readonly privateKey: string
  readonly ttlSeconds: number
}

/** Signs a token in an account's name, as its client does. Throws when the key is no RSA key in PKCS8. */
export async function signToken(request: TokenRequest, now: Date): Promise<string> {
  const { email, kid, privateKey, ttlSeconds } = request
  const issuedAt = Math.floor(now.getTime() / 1000)
  return await new SignJWT({ email })
    .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
    .setIssuer(email)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .sign(await importPKCS8(privateKey, ALGORITHM))
}

/**
 * The id of the key that a token says it is signed with. Undefined for what is no token, or has any other
 * header than ours: what a header may ask for beyond that (keys of its own, extensions) is never looked at.
 */
export function readKeyId(token: string): string | undefined {
  try {
    const header = decodeProtectedHeader(token)
    const isOurs =
      header.alg === ALGORITHM &&
      (header.typ === undefined || header.typ === 'JWT') &&
      Object.keys(header).every((member) => HEADER_MEMBERS.has(member))
    return isOurs && typeof header.kid === 'string' && KID.test(header.kid) ? header.kid : undefined
  } catch {
    return undefined
  }
}

export interface TokenRules {
  /** The account that the key belongs to. */
  readonly email: string
  /** SPKI, as PEM. */
  readonly publicKey: string
  /** The longest time that a token may be valid, from when it was issued. */
  readonly maxAgeSeconds: number
  readonly now: Date
}

/**
 * Verifies a token's signature and claims. Answers when it expires, by the token's own clock, in seconds
 * since the Unix epoch; undefined when it is not valid now.
 */
export async function verifyToken(token: string, rules: TokenRules): Promise<number | undefined> {
  const key = await importSPKI(rules.publicKey, ALGORITHM)
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: rules.now,
    })
    const { iss, email, iat, exp } = payload
    if (!isAccount(iss, rules.email) || !isAccount(email, rules.email)) return undefined
    if (!isInteger(iat) || !isInteger(exp)) return undefined
    const isInTime = iat <= rules.now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS
    const ageSeconds = exp - iat
    return isInTime && ageSeconds > 0 && ageSeconds <= rules.maxAgeSeconds ? exp : undefined
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** Whether a token that expires then is still accepted now. */
export function isUnexpired(expiresAtSeconds: number, now: Date): boolean {
  return expiresAtSeconds + CLOCK_TOLERANCE_SECONDS > now.getTime() / 1000
}

function isAccount(claim: unknown, email: string): boolean {
  return typeof claim === 'string' && normalizeEmail(claim) === email
}

function isInteger(claim: unknown): claim is number {
  return Number.isSafeInteger(claim)
}
