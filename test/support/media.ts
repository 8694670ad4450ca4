import type { MediaType } from '../../src/core/media.ts'
import { putSignatures } from '../../src/db/demo/signature.ts'

/** The smallest files of their kinds that a browser shows or plays, or nearly so. */
export async function sampleFiles(): Promise<Record<MediaType, Buffer>> {
  const drawn = new Map<string, Buffer>()
  await putSignatures((_, bytes, contentType) => {
    drawn.set(contentType, Buffer.from(bytes))
    return Promise.resolve()
  })
  return {
    'image/png': drawn.get('image/png')!,
    'image/jpeg': JPEG,
    'image/webp': Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64'),
    'application/pdf': drawn.get('application/pdf')!,
    'audio/mpeg': drawn.get('audio/mpeg')!,
  }
}

/** The same sound after a tag of so many bytes. */
export function withId3(mp3: Buffer, tagBytes: number): Buffer {
  const size = [21, 14, 7, 0].map((bits) => (tagBytes >> bits) & 0x7f)
  return Buffer.concat([
    Buffer.from('ID3'),
    Buffer.from([4, 0, 0, ...size]),
    Buffer.alloc(tagBytes),
    mp3,
  ])
}

// Eight pixels by eight, as a browser writes them.
const JPEG = Buffer.from(
  [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////',
    '////////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////',
    '////////////////////////////////////wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAA',
    'AAT/xAAaEAACAgMAAAAAAAAAAAAAAAAAAQITAxEh/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAA',
    'AAAAAAAAAAD/2gAMAwEAAhEDEQA/AKUsl0m5KvXEAAP/2Q==',
  ].join(''),
  'base64',
)
