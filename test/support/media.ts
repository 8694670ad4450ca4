import type { MediaType } from '../../src/core/media.ts'
import { putSignatures } from '../../src/demo/signature.ts'

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

/** The same sound after a tag of so many bytes, with a footer or without. */
export function withId3(mp3: Buffer, tagBytes: number, hasFooter = false): Buffer {
  const size = [21, 14, 7, 0].map((bits) => (tagBytes >> bits) & 0x7f)
  const about = Buffer.from([4, 0, hasFooter ? 0x10 : 0, ...size])
  return Buffer.concat([
    Buffer.from('ID3'),
    about,
    Buffer.alloc(tagBytes),
    ...(hasFooter ? [Buffer.from('3DI'), about] : []),
    mp3,
  ])
}

/** A frame of MPEG layer III that begins with this header, given in hexadecimal, and is so long. */
export function mpegFrame(header: string, bytes: number, content = ''): Buffer {
  const frame = Buffer.alloc(bytes)
  frame.write(header, 'hex')
  if (content !== '') frame.write(content, 36)
  return frame
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
