import type { Reply } from '../regression/request.ts'
import { bodyOf } from '../regression/request.ts'
import { CANARY, type FuzzRequest } from './distortion.ts'

const SLOWEST_MILLISECONDS = 5_000
const UNAVAILABLE = 'SERVICE_UNAVAILABLE'
const INTERNAL = 'INTERNAL_SERVER_ERROR'
const FIRST_SERVER_STATUS = 500

/** Says what is wrong with an answer; undefined where nothing is. */
export function faultOf(request: FuzzRequest, reply: Reply): string | undefined {
  const { status, milliseconds, text } = reply
  if (status === 0) return 'the connection was lost, or there was no answer in time'
  if (milliseconds > SLOWEST_MILLISECONDS) return `it took ${Math.round(milliseconds)} ms`
  const errors = errorsOf(reply)
  const codes = errors.map(({ extensions }) => extensions?.['code'])
  if (status >= FIRST_SERVER_STATUS && !(status === 503 && codes.includes(UNAVAILABLE))) {
    return `HTTP ${status}`
  }
  if (codes.includes(INTERNAL)) return INTERNAL
  if (codes.some((code) => typeof code !== 'string')) return 'an error without a code'
  if (request.hasCanary && JSON.stringify(errors).includes(CANARY))
    return 'an error repeats the input'
  if (text.includes('node_modules') || text.includes('    at ')) return 'the answer shows a stack'
  return undefined
}

/** Says what is wrong with a line of the log; undefined where nothing is. */
export function faultOfLine(line: string): string | undefined {
  if (line.includes(CANARY)) return 'the log repeats the input'
  if (/"level":(?:50|60|"(?:error|fatal)")/.test(line)) return 'the log has an error'
  return undefined
}

/** The errors of an answer, or of each event where it is a stream. */
function errorsOf(reply: Reply) {
  const events = [...reply.text.matchAll(/^data: ?(\{.*\})$/gm)].map(([, data = '']) => data)
  const texts = events.length > 0 ? events : [reply.text]
  return texts.flatMap((text) => {
    const errors: unknown = bodyOf({ ...reply, text })?.errors
    return Array.isArray(errors)
      ? (errors as NonNullable<ReturnType<typeof bodyOf>>['errors'] & object)
      : []
  })
}
