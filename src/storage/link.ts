import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { SIGNATURE_LINK_SECONDS } from '../signature/rules.ts'
import { linkSecrets } from '../signature/table.ts'

const PURPOSE = 'files'
const SECRET_BYTES = 32

// Milliseconds since the epoch, as a link of ours says them: no other text has the same meaning.
const EXPIRES = /^[1-9]\d{0,14}$/

/** Signs links, and tells its own from all others. */
export interface LinkSigner {
  /** The query of a link to this key that was made now. */
  queryFor(key: string, now: Date): string | Promise<string>
  /** Until when the query lets in to the key; undefined where it is not signed, or for another key. */
  expiryOf(key: string, query: URLSearchParams): Promise<Date | undefined>
}

/** Makes a signer with the secret that all processes on the database share. */
export function createLinkSigner(database: Database): LinkSigner {
  let secret: string | undefined
  let underWay: Promise<string> | undefined

  function secretOf(): Promise<string> {
    underWay ??= findSecret(database)
      .then((found) => (secret = found))
      .finally(() => {
        underWay = undefined
      })
    return underWay
  }

  return {
    queryFor(key, now) {
      const expires = String(now.getTime() + SIGNATURE_LINK_SECONDS * 1000)
      const write = (known: string) => `expires=${expires}&signature=${sign(known, key, expires)}`
      return secret === undefined ? secretOf().then(write) : write(secret)
    },
    async expiryOf(key, query) {
      const expires = query.get('expires') ?? ''
      const signature = query.get('signature') ?? ''
      if (!EXPIRES.test(expires) || signature === '') return undefined
      const expected = sign(secret ?? (await secretOf()), key, expires)
      return isEqual(signature, expected) ? new Date(Number(expires)) : undefined
    },
  }
}

/** The shared secret, which is made by whoever needs it first. */
async function findSecret({ drizzle }: Database): Promise<string> {
  const find = () => drizzle.select().from(linkSecrets).where(eq(linkSecrets.purpose, PURPOSE))
  const [found] = await find()
  if (found) return found.secret
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  await drizzle.insert(linkSecrets).values({ purpose: PURPOSE, secret }).onConflictDoNothing()
  const [kept] = await find()
  return kept?.secret ?? secret
}

/** Neither part can have a line break, so that no two pairs sign alike. */
function sign(secret: string, key: string, expires: string): string {
  return createHmac('sha256', secret).update(`${key}\n${expires}`).digest('base64url')
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
