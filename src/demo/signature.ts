import { crc32, deflateSync } from 'node:zlib'
import { EXTENSIONS, type MediaType } from '../core/media.ts'
import type { RecruitmentType } from '../pledge/rules.ts'
import { Random } from './random.ts'

interface Sample {
  readonly key: string
  readonly contentType: MediaType
  readonly draw: () => Buffer
}

interface Point {
  readonly x: number
  readonly y: number
}

const DRAWN = [1, 2, 3, 4].map((seed) => sample(`drawn-${seed}`, 'image/png', () => drawn(seed)))
const FORM = sample('form', 'application/pdf', () => form(5))
const RECORDING = sample('recording', 'audio/mpeg', silence)

const WITHOUT_ONE_IN = 10
const FORM_ONE_IN = 12
const RECORDING_ONE_IN = 6

const WIDTH_PIXELS = 320
const HEIGHT_PIXELS = 120
const PEN_RADIUS_PIXELS = 1.4
const STEPS = 1_200

// A frame of MPEG 1 layer III with 32 kbit/s and one channel of 48 kHz. Nothing but zeros after it is silence.
const SILENT_FRAME_HEADER = [0xff, 0xfb, 0x14, 0xc0]
const SILENT_FRAME_BYTES = 96
const SILENT_FRAMES = 125

/**
 * Where the proof of consent of a managed pledge is; null for one in ten, unless it is a complete one. It follows
 * from the pledge's UUID, so that giving one takes no random choice from anything else.
 */
export function signatureKeyOf(
  uuid: string,
  type: RecruitmentType,
  isComplete: boolean,
): string | null {
  const number = Number.parseInt(uuid.slice(0, 8), 16)
  if (number % WITHOUT_ONE_IN === 0 && !isComplete) return null
  const choice = Math.floor(number / WITHOUT_ONE_IN)
  if (type === 'D2D' && choice % RECORDING_ONE_IN === 0) return RECORDING.key
  if (choice % FORM_ONE_IN === 1) return FORM.key
  return DRAWN[choice % DRAWN.length]?.key ?? null
}

/** Stores the few files that all pledges share. */
export async function putSignatures(
  put: (key: string, bytes: Uint8Array, contentType: string) => Promise<void>,
): Promise<void> {
  for (const { key, contentType, draw } of [...DRAWN, FORM, RECORDING]) {
    await put(key, draw(), contentType)
  }
}

function sample(name: string, contentType: MediaType, draw: () => Buffer): Sample {
  return { key: `signatures/demo-${name}.${EXTENSIONS[contentType]}`, contentType, draw }
}

/** What a pen leaves behind that goes round and round while the hand moves to the right. */
function scribble(seed: number): Point[] {
  const random = new Random(seed)
  const turns = 5 + 4 * random.fraction()
  const [slant, swing, drift] = [random.fraction(), random.fraction(), random.fraction()]
  return Array.from({ length: STEPS }, (_, step) => {
    const along = step / STEPS
    const angle = 2 * Math.PI * turns * along
    const height = 12 + 26 * Math.abs(Math.sin(Math.PI * (along * (2 + drift) + swing)))
    return {
      x: 24 + (WIDTH_PIXELS - 64) * along + (8 + 6 * slant) * Math.sin(angle) + height * 0.2,
      y: HEIGHT_PIXELS / 2 - height * Math.cos(angle + slant) * (1 - 0.4 * along),
    }
  })
}

/** A scribble in dark blue on white, as a PNG of two colours. */
function drawn(seed: number): Buffer {
  const rowBytes = 1 + WIDTH_PIXELS / 8
  const rows = Buffer.alloc(rowBytes * HEIGHT_PIXELS)
  for (const { x, y } of scribble(seed)) {
    for (let row = Math.ceil(y - PEN_RADIUS_PIXELS); row <= y + PEN_RADIUS_PIXELS; row += 1) {
      const reach = Math.sqrt(PEN_RADIUS_PIXELS ** 2 - (row - y) ** 2)
      for (let column = Math.ceil(x - reach); column <= x + reach; column += 1) {
        const at = row * rowBytes + 1 + (column >> 3)
        rows[at] = (rows[at] ?? 0) | (0x80 >> (column & 7))
      }
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH_PIXELS, 0)
  header.writeUInt32BE(HEIGHT_PIXELS, 4)
  header.set([1, 3], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([255, 255, 255, 24, 32, 96])),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data])
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, check])
}

/** A page that says what it is, with a scribble below, as a PDF. */
function form(seed: number): Buffer {
  const [first, ...rest] = scribble(seed)
    .filter((_, step) => step % 4 === 0)
    .map(({ x, y }) => `${(60 + x).toFixed(1)} ${(700 - y).toFixed(1)}`)
  const content = `BT /F1 14 Tf 60 740 Td (Direct debit mandate \\(made up\\)) Tj ET\n1.5 w 0.1 0.13 0.38 RG\n${first} m ${rest.map((point) => `${point} l`).join(' ')} S`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = '%PDF-1.4\n'
  const places = objects.map((object, index) => {
    const place = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(place).padStart(10, '0')} 00000 n \n`
  })
  const size = objects.length + 1
  return Buffer.from(
    `${file}xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`,
    'latin1',
  )
}

/** Three seconds in which nobody says anything, as an MP3. */
function silence(): Buffer {
  const frame = Buffer.alloc(SILENT_FRAME_BYTES)
  frame.set(SILENT_FRAME_HEADER)
  return Buffer.concat(Array<Buffer>(SILENT_FRAMES).fill(frame))
}
