/** The kinds of file that are told apart by what is in them. */
export const MEDIA_TYPES = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'application/pdf',
  'audio/mpeg',
] as const
export type MediaType = (typeof MEDIA_TYPES)[number]

export const EXTENSIONS: Readonly<Record<MediaType, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'audio/mpeg': 'mp3',
}

// A reader of PDF looks for the end of one this far back.
const PDF_END_WITHIN_BYTES = 1_024

const ID3_HEADER_BYTES = 10
const ID3_FOOTER_BYTES = 10
const ID3_HAS_FOOTER = 0x10
const MPEG_HEADER_BYTES = 4
const KILOBITS_OF_MPEG_1 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const KILOBITS_OF_MPEG_2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const HERTZ_OF_MPEG_1 = [44_100, 48_000, 32_000]

const IS_WHOLE: Readonly<Record<Exclude<MediaType, 'audio/mpeg'>, (file: Buffer) => boolean>> = {
  'image/png': isWholePng,
  'image/jpeg': isWholeJpeg,
  'image/webp': isWholeWebp,
  'application/pdf': isWholePdf,
}

/**
 * What kind of file this is, by its content. Undefined for any other kind, and for one that only begins like
 * one of them: whose frame, from the first part to the mark of its end, is not all there.
 */
export async function recognizeMedia(bytes: Uint8Array): Promise<MediaType | undefined> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // The one kind that begins with no mark of its own: only its frames say what it is.
  if (isWholeMp3(file)) return 'audio/mpeg'
  // Most processes never need it, and it would take time from the start of each.
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(bytes)
  const type = MEDIA_TYPES.find((each) => each === found?.mime)
  return type && type !== 'audio/mpeg' && IS_WHOLE[type](file) ? type : undefined
}

/** Image data between a header and an end: what comes after the end is nothing to a reader. */
function isWholePng(file: Buffer): boolean {
  let hasData = false
  for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    const chunk = file.toString('latin1', at + 4, at + 8)
    if (at === 8 && chunk !== 'IHDR') return false
    if (chunk === 'IDAT') hasData = true
    if (chunk === 'IEND') return hasData
  }
  return false
}

/** Segments up to a scan, one of which says how large the image is, and then the mark of the end. */
function isWholeJpeg(file: Buffer): boolean {
  let hasFrame = false
  for (let at = 2; at + 4 <= file.length && file[at] === 0xff;) {
    const marker = file.readUInt8(at + 1)
    if (marker === 0xda) return hasFrame && file.indexOf('ffd9', at, 'hex') !== -1
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) hasFrame = true
    // A marker may be preceded by any number of fill bytes.
    at += marker === 0xff ? 1 : 2 + file.readUInt16BE(at + 2)
  }
  return false
}

/** As long as it says, and with image data. */
function isWholeWebp(file: Buffer): boolean {
  return (
    file.length >= 20 &&
    8 + file.readUInt32LE(4) <= file.length &&
    /^VP8[ LX]$/.test(file.toString('latin1', 12, 16))
  )
}

function isWholePdf(file: Buffer): boolean {
  const end = file.toString('latin1', Math.max(0, file.length - PDF_END_WITHIN_BYTES))
  return end.includes('startxref') && end.includes('%%EOF')
}

/** Whole frames of sound from the tags before them, where there are any, to the end or a tag after them. */
function isWholeMp3(file: Buffer): boolean {
  let at = 0
  while (file.toString('latin1', at, at + 3) === 'ID3') {
    at = afterZeros(file, at + id3Bytes(file, at))
  }
  let frames = 0
  for (let bytes; (bytes = mpegFrameBytes(file, at)) > 0; at += bytes) frames += 1
  const end = afterZeros(file, at)
  if (end !== file.length && !isTag(file, end)) return false
  // Chance may make one header, which zeros after it do not confirm as another one or the end do.
  return frames > 1 || (frames === 1 && end === at)
}

/** How long the ID3v2 tag is that begins here; its size is told in seven bits of each byte. */
function id3Bytes(file: Buffer, at: number): number {
  const [flags = 0, a = 0, b = 0, c = 0, d = 0] = file.subarray(at + 5, at + ID3_HEADER_BYTES)
  const footerBytes = flags & ID3_HAS_FOOTER ? ID3_FOOTER_BYTES : 0
  return ID3_HEADER_BYTES + ((a << 21) | (b << 14) | (c << 7) | d) + footerBytes
}

function afterZeros(file: Buffer, start: number): number {
  let at = start
  while (file[at] === 0) at += 1
  return at
}

/** How long the frame of MPEG layer III is that begins here; 0 where none does. */
function mpegFrameBytes(file: Buffer, at: number): number {
  if (at + MPEG_HEADER_BYTES > file.length) return 0
  const header = file.readUInt32BE(at)
  const version = (header >>> 19) & 3
  const isMpeg1 = version === 3
  const isLayer3 = ((header >>> 17) & 3) === 1
  if (header >>> 21 !== 0x7ff || version === 1 || !isLayer3) return 0
  const kilobits = (isMpeg1 ? KILOBITS_OF_MPEG_1 : KILOBITS_OF_MPEG_2)[((header >>> 12) & 15) - 1]
  const hertzOfMpeg1 = HERTZ_OF_MPEG_1[(header >>> 10) & 3]
  if (kilobits === undefined || hertzOfMpeg1 === undefined) return 0
  const hertz = isMpeg1 ? hertzOfMpeg1 : hertzOfMpeg1 / (version === 2 ? 2 : 4)
  const padding = (header >>> 9) & 1
  return Math.floor(((isMpeg1 ? 144_000 : 72_000) * kilobits) / hertz) + padding
}

/** Whether a tag begins here, of the kinds that come after the sound. */
function isTag(file: Buffer, at: number): boolean {
  return /^(TAG|ID3|APETAGEX|LYRICS)/.test(file.toString('latin1', at, at + 8))
}
