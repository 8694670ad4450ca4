import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { group, oneOf } from '../core/field.ts'
import { EXTENSIONS, MEDIA_TYPES, type MediaType, recognizeMedia } from '../core/media.ts'

export const LARGEST_SIGNATURE_BYTES = 1_048_576

/** For how long a link to a signature lets its holder read it. */
export const SIGNATURE_LINK_SECONDS = 3_600

// What some recorders call an MP3.
const MP3_ALIAS = 'audio/mp3'

/** What a signature may be, in words. */
export const SIGNATURE_FORMAT = `a PNG, JPEG, WebP, PDF or MP3 file of 1 to ${LARGEST_SIGNATURE_BYTES} bytes`

export const SIGNATURE_BASE64_FORMAT = `${SIGNATURE_FORMAT} that is all there, in standard base64 (RFC 4648, section 4): padded with =, without line breaks and without a data: prefix`

export const SIGNATURE_CONTENT_TYPES = [...MEDIA_TYPES, MP3_ALIAS] as const

const RANDOM_BYTES = 10
const DIGEST_HEX_DIGITS = 40
const LONGEST_BASE64 = Math.ceil(LARGEST_SIGNATURE_BYTES / 3) * 4

/** Proof of consent as it came in, with the type that its content has. */
export interface Signature {
  readonly bytes: Uint8Array
  readonly contentType: MediaType
  /** Without a dot. */
  readonly extension: string
}

/**
 * Where a pledge's new signature is stored: under a name that nothing else has, so that whoever stores a file
 * may also delete it, and that nobody guesses. The name begins with what tells this file of this pledge.
 */
export function newSignatureKey(pledgeUuid: string, { bytes, extension }: Signature): string {
  const digest = createHash('sha256').update(`${pledgeUuid}\n`).update(bytes).digest('hex')
  const random = randomBytes(RANDOM_BYTES).toString('hex')
  return `signatures/${digest.slice(0, DIGEST_HEX_DIGITS)}-${random}.${extension}`
}

/** Whether two keys are of the same file of the same pledge. */
export function isSameSignature(one: string, other: string): boolean {
  const digest = digestIn(one)
  return digest !== undefined && digest === digestIn(other)
}

function digestIn(key: string): string | undefined {
  return /^signatures\/([0-9a-f]+)-/.exec(key)?.[1]
}

/**
 * A signature as it is sent in, answered with its bytes. It looks into the file, which takes a moment: the
 * schema that has this field is read with `readInputAsync`.
 */
export function signatureField() {
  return group({ contentType: oneOf(SIGNATURE_CONTENT_TYPES), base64: fileField() }).transform(
    ({ contentType, base64: signature }, context): Signature => {
      const claimed = contentType === MP3_ALIAS ? 'audio/mpeg' : contentType
      if (claimed === signature.contentType) return signature
      context.addIssue({
        code: 'custom',
        path: ['contentType'],
        message: `is not accepted: it must be ${signature.contentType}, which is what the file is`,
      })
      return z.NEVER
    },
  )
}

function fileField() {
  return z.unknown().transform(async (input, context): Promise<Signature> => {
    const bytes = typeof input === 'string' ? readBase64(input) : undefined
    const contentType = bytes && (await recognizeMedia(bytes))
    if (contentType) return { bytes, contentType, extension: EXTENSIONS[contentType] }
    const verb = input === undefined || input === null ? 'is required' : 'is not accepted'
    context.addIssue({ code: 'custom', message: `${verb}: it must be ${SIGNATURE_BASE64_FORMAT}` })
    return z.NEVER
  })
}

/** Reads base64 of a size that is accepted; undefined for anything but the one way to write these bytes. */
function readBase64(text: string): Uint8Array | undefined {
  if (text.length === 0 || text.length > LONGEST_BASE64) return undefined
  const bytes = Buffer.from(text, 'base64')
  const isStrict = bytes.toString('base64') === text
  return isStrict && bytes.length <= LARGEST_SIGNATURE_BYTES ? bytes : undefined
}
