import { isDeepStrictEqual } from 'node:util'
import type { CheckedRequest, HttpRequest } from './message.ts'
import { ask, type Peer } from './peer.ts'

const AT_ONCE = 8

/**
 * Asks every peer every request once and compares the answers, which must be the same but for how cursors
 * are written. Answers each peer's requests with the length of what came back.
 */
export async function agree(
  peers: readonly Peer[],
  requestsOf: ReadonlyMap<Peer, readonly HttpRequest[]>,
): Promise<Map<Peer, CheckedRequest[]>> {
  const checked = new Map<Peer, CheckedRequest[]>()
  let expected: unknown[] | undefined
  for (const peer of peers) {
    const requests = requestsOf.get(peer) ?? []
    const answers = await askAll(peer, requests)
    const contents = answers.map(({ text }) => contentOf(text))
    expected ??= contents
    const differing = contents.findIndex(
      (content, index) => !isDeepStrictEqual(content, expected?.[index]),
    )
    if (differing !== -1) {
      throw new Error(
        [
          `${peer.name} answers differently from ${peers[0]?.name ?? 'nobody'}`,
          requests[differing]?.path,
          JSON.stringify(expected[differing]),
          JSON.stringify(contents[differing]),
        ].join('\n'),
      )
    }
    checked.set(
      peer,
      requests.map((request, index) => ({
        ...request,
        answerBytes: answers[index]?.byteLength ?? Number.NaN,
      })),
    )
  }
  return checked
}

async function askAll({ server }: Peer, requests: readonly HttpRequest[]) {
  const answers: { text: string; byteLength: number }[] = []
  for (let from = 0; from < requests.length; from += AT_ONCE) {
    const some = requests.slice(from, from + AT_ONCE)
    answers.push(...(await Promise.all(some.map((request) => ask(server, request)))))
  }
  return answers
}

/** An answer with every cursor replaced by whether there is one; errors and empty answers are refused. */
function contentOf(text: string): unknown {
  const content: unknown = JSON.parse(text, (key, value: unknown) =>
    key === 'endCursor' ? typeof value === 'string' && value !== '' : value,
  )
  const { data, errors } = content as { data?: Record<string, unknown>; errors?: unknown }
  if (errors !== undefined || !data || Object.values(data).includes(null)) {
    throw new Error(`not an answer to compare: ${text.slice(0, 1_000)}`)
  }
  return content
}
