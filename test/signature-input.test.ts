import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { group, readInputAsync } from '../src/core/field.ts'
import { MEDIA_TYPES, type MediaType } from '../src/core/media.ts'
import { InvalidInputError } from '../src/core/user-error.ts'
import {
  LARGEST_SIGNATURE_BYTES,
  isSameSignature,
  newSignatureKey,
  type Signature,
  SIGNATURE_BASE64_FORMAT,
  SIGNATURE_CONTENT_TYPES,
  signatureField,
} from '../src/signature/rules.ts'
import { mpegFrame, sampleFiles, withId3 } from './support/media.ts'

const schema = group({ signature: signatureField().nullish() })

const PLEDGE_UUID = randomUUID()
const SIGNATURE: Signature = {
  bytes: Buffer.from('one'),
  contentType: 'image/png',
  extension: 'png',
}

const ID3V1 = Buffer.from('TAG'.padEnd(128))
const KBPS_64 = 'fffb54c0'
// At 44,100 Hz, which makes some frames a byte longer.
const PADDED = 'fffb92c0'
const MPEG_2 = 'fff314c0'

let files: Record<MediaType, Buffer>

beforeAll(async () => {
  files = await sampleFiles()
})

const read = (contentType: unknown, base64: unknown) =>
  readInputAsync(schema, { signature: { contentType, base64 } })

/** What is wrong with an input, as path: message. */
async function issuesOf(reading: Promise<unknown>): Promise<string[]> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InvalidInputError)
  const { issues } = error as InvalidInputError
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const REFUSED = [`signature.base64: is not accepted: it must be ${SIGNATURE_BASE64_FORMAT}`]

describe('a signature', () => {
  test.each([
    ['image/png', 'png'],
    ['image/jpeg', 'jpg'],
    ['image/webp', 'webp'],
    ['application/pdf', 'pdf'],
    ['audio/mpeg', 'mp3'],
  ] as const)('may be %s', async (contentType, extension) => {
    const file = files[contentType]
    const { signature } = await read(contentType, file.toString('base64'))
    expect(signature).toMatchObject({ contentType, extension })
    expect(file.equals(signature!.bytes)).toBe(true)
  })

  test.each<[string, (mp3: Buffer) => Buffer]>([
    ['an empty tag before the sound', (mp3) => withId3(mp3, 0)],
    ['a tag', (mp3) => withId3(mp3, 300)],
    ['a long tag', (mp3) => withId3(mp3, 70_000)],
    ['two tags', (mp3) => withId3(withId3(mp3, 300), 20)],
    ['a tag that has a footer', (mp3) => withId3(mp3, 300, true)],
    ['three tags, one with a footer', (mp3) => withId3(withId3(withId3(mp3, 5), 9, true), 0)],
    ['padding after a tag', (mp3) => withId3(Buffer.concat([Buffer.alloc(77), mp3]), 300)],
    ['a tag after the sound', (mp3) => Buffer.concat([mp3, ID3V1])],
    ['a tag after one frame', (mp3) => Buffer.concat([mp3.subarray(0, 96), ID3V1])],
    ['an APE tag after the sound', (mp3) => Buffer.concat([mp3, Buffer.from('APETAGEX'), ID3V1])],
    ['lyrics after the sound', (mp3) => Buffer.concat([mp3, Buffer.from('LYRICSBEGIN'), ID3V1])],
    ['an ID3v2 tag after the sound', (mp3) => Buffer.concat([mp3, withId3(Buffer.alloc(0), 9)])],
    ['padding after the sound', (mp3) => Buffer.concat([mp3, Buffer.alloc(1_000)])],
    ['padding and a tag after it', (mp3) => Buffer.concat([mp3, Buffer.alloc(50), ID3V1])],
    ['one frame', (mp3) => mp3.subarray(0, 96)],
    ['a frame about the others', (mp3) => Buffer.concat([mpegFrame(KBPS_64, 192, 'Xing'), mp3])],
    [
      'frames of any bit rate',
      () => Buffer.concat([mpegFrame(KBPS_64, 192), mpegFrame(PADDED, 418)]),
    ],
    ['frames of MPEG 2', () => Buffer.concat([mpegFrame(MPEG_2, 24), mpegFrame(MPEG_2, 24)])],
  ])('may be an MP3 with %s', async (_, make) => {
    const mp3 = make(files['audio/mpeg'])
    const { signature } = await read('audio/mpeg', mp3.toString('base64'))
    expect(signature).toMatchObject({ contentType: 'audio/mpeg', extension: 'mp3' })
  })

  test('is no MP3 whose last frame is cut, whatever comes before and after', async () => {
    const mp3 = files['audio/mpeg']
    const lengths = [...Array.from({ length: 95 }, (_, cut) => mp3.length - 1 - cut), 95, 97, 191]
    for (const length of lengths) {
      const cut = mp3.subarray(0, length)
      const info = mpegFrame(KBPS_64, 192, 'Info')
      for (const file of [cut, withId3(cut, 30, true), Buffer.concat([info, cut])]) {
        expect(await issuesOf(read('audio/mpeg', file.toString('base64')))).toEqual(REFUSED)
      }
    }
    for (const end of ['TAG', '3DI', 'more', '\0more']) {
      const file = Buffer.concat([mp3.subarray(0, -50), Buffer.from(end.padEnd(40))])
      expect(await issuesOf(read('audio/mpeg', file.toString('base64')))).toEqual(REFUSED)
    }
  })

  test('may be called audio/mp3, and is stored as what that is', async () => {
    const { signature } = await read('audio/mp3', files['audio/mpeg'].toString('base64'))
    expect(signature?.contentType).toBe('audio/mpeg')
  })

  test('may be missing', async () => {
    expect(await readInputAsync(schema, {})).toEqual({})
    expect(await readInputAsync(schema, { signature: null })).toEqual({ signature: null })
  })

  test('may have as much as 1 MiB, and not a byte more', async () => {
    const ofBytes = (size: number) => {
      const rest = Buffer.alloc(size - files['image/png'].length)
      return Buffer.concat([files['image/png'], rest]).toString('base64')
    }
    expect(await read('image/png', ofBytes(LARGEST_SIGNATURE_BYTES))).toMatchObject({
      signature: { extension: 'png' },
    })
    for (const size of [1, 2, 3, 4]) {
      const base64 = ofBytes(LARGEST_SIGNATURE_BYTES + size)
      expect(await issuesOf(read('image/png', base64))).toEqual(REFUSED)
    }
  })

  test('is of the type that its content has', async () => {
    for (const actual of MEDIA_TYPES) {
      for (const claimed of MEDIA_TYPES.filter((type) => type !== actual)) {
        const reading = read(claimed, files[actual].toString('base64'))
        expect(await issuesOf(reading)).toEqual([
          `signature.contentType: is not accepted: it must be ${actual}, which is what the file is`,
        ])
      }
    }
  })

  test('is no other kind of file', async () => {
    const others = {
      gif: Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAA=', 'base64'),
      html: Buffer.from('<!doctype html><script>alert(1)</script>'),
      svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      zip: Buffer.from('504b0506'.padEnd(44, '0'), 'hex'),
      wav: Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'),
      aac: Buffer.from('fff15080001ffc'.repeat(8), 'hex'),
    }
    for (const file of Object.values(others)) {
      expect(await issuesOf(read('image/png', file.toString('base64')))).toEqual(REFUSED)
    }
  })

  test('is all there', async () => {
    for (const type of MEDIA_TYPES) {
      const file = files[type]
      for (const length of [3, 4, 8, 12, 16, 40]) {
        if (length >= file.length) continue
        const beginning = file.subarray(0, length).toString('base64')
        expect(await issuesOf(read(type, beginning))).toEqual(REFUSED)
      }
    }
    for (const type of ['image/png', 'image/jpeg', 'image/webp', 'application/pdf'] as const) {
      const cut = files[type].subarray(0, -7).toString('base64')
      expect(await issuesOf(read(type, cut))).toEqual(REFUSED)
    }
  })

  test('has more than the right beginning', async () => {
    const beginnings = {
      'image/png': '89504e470d0a1a0a',
      'image/jpeg': 'ffd8ffe0',
      'image/webp': '524946460000000057454250',
      'application/pdf': '255044462d312e34',
      'audio/mpeg': 'fffb14c0',
    }
    for (const [type, beginning] of Object.entries(beginnings)) {
      const file = Buffer.concat([Buffer.from(beginning, 'hex'), Buffer.alloc(2_000)])
      expect(await issuesOf(read(type, file.toString('base64')))).toEqual(REFUSED)
    }
    const tagAlone = withId3(Buffer.alloc(0), 500)
    expect(await issuesOf(read('audio/mpeg', tagAlone.toString('base64')))).toEqual(REFUSED)
  })

  test.each([
    ['nothing', ''],
    ['white space', ' '],
    ['no text', 5],
    ['an object', {}],
  ])('is not %s', async (_, base64) => {
    expect(await issuesOf(read('image/png', base64))).toEqual(REFUSED)
  })

  test('is in base64, written in the one way that RFC 4648 has for it', async () => {
    const file = files['image/webp']
    const base64 = file.toString('base64')
    expect(base64).toMatch(/==$/)
    const others = [
      base64.replace(/=+$/, ''),
      base64.replace(/=$/, ''),
      `${base64}=`,
      `${base64}\n`,
      ` ${base64}`,
      base64.replace(/.{20}/, '$&\r\n'),
      base64.replace(/.{20}/, '$&*'),
      `data:image/webp;base64,${base64}`,
      // The bits that no byte has are not zero.
      base64.replace(/.==$/, 'B=='),
      base64 + base64,
    ]
    for (const other of others) {
      expect(await issuesOf(read('image/webp', other))).toEqual(REFUSED)
    }
    const urlSafe = files['image/jpeg'].toString('base64').replaceAll('/', '_')
    expect(await issuesOf(read('image/jpeg', urlSafe))).toEqual(REFUSED)
  })

  test('is refused with everything that is wrong with it', async () => {
    const reading = readInputAsync(
      group({ signature: signatureField(), other: signatureField() }),
      {
        signature: { contentType: 'image/gif', base64: 'x', name: 'me' },
        other: { base64: null },
      },
    )
    const types = `one of ${SIGNATURE_CONTENT_TYPES.join(', ')}`
    const issues = await issuesOf(reading)
    expect(issues.sort()).toEqual([
      `other.base64: is required: it must be ${SIGNATURE_BASE64_FORMAT}`,
      `other.contentType: is required: it must be ${types}`,
      ...REFUSED,
      `signature.contentType: is not accepted: it must be ${types}`,
      'signature.name: is not a key here: the keys are contentType, base64',
    ])
  })

  test('is stored under a key that is never given twice', () => {
    const keys = Array.from({ length: 100 }, () => newSignatureKey(PLEDGE_UUID, SIGNATURE))
    expect(new Set(keys).size).toBe(100)
    for (const key of keys) expect(key).toMatch(/^signatures\/[0-9a-f]{40}-[0-9a-f]{20}\.png$/)
  })

  test('is known again by its key where it is the same file of the same pledge', () => {
    const key = newSignatureKey(PLEDGE_UUID, SIGNATURE)
    expect(isSameSignature(key, newSignatureKey(PLEDGE_UUID, SIGNATURE))).toBe(true)
    expect(isSameSignature(key, newSignatureKey(randomUUID(), SIGNATURE))).toBe(false)
    const other = { ...SIGNATURE, bytes: Buffer.from('another') }
    expect(isSameSignature(key, newSignatureKey(PLEDGE_UUID, other))).toBe(false)
    expect(isSameSignature('signatures/demo-form.pdf', 'signatures/demo-form.pdf')).toBe(false)
  })
})
