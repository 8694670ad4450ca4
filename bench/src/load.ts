import { Client } from 'undici'
import type { CheckedRequest, Round, RoundReply, RoundResult } from './message.ts'

// The load generator, which is a process of its own: told of a round by a message, it answers with one.

process.on('message', (round: Round) => {
  run(round).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: String(error) }),
  )
})

function reply(message: RoundReply): void {
  process.send?.(message)
}

async function run(round: Round): Promise<RoundResult> {
  const { port, requests, connections, warmUpSeconds, seconds } = round
  const clients = Array.from(
    { length: connections },
    () => new Client(`http://127.0.0.1:${String(port)}`, { pipelining: 1 }),
  )
  const from = performance.now() + warmUpSeconds * 1_000
  const until = from + seconds * 1_000
  const latencies: number[] = []
  let next = 0
  const keepAsking = async (client: Client) => {
    for (;;) {
      const request = requests[next++ % requests.length]
      const sentAt = performance.now()
      if (!request || sentAt >= until) return
      await send(client, request)
      const answeredAt = performance.now()
      if (answeredAt >= from && answeredAt < until) latencies.push(answeredAt - sentAt)
    }
  }
  try {
    await Promise.all(clients.map(keepAsking))
  } finally {
    await Promise.all(clients.map((client) => client.destroy()))
  }
  latencies.sort((one, other) => one - other)
  return {
    requestsPerSecond: latencies.length / seconds,
    p99Milliseconds: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
  }
}

/** Sends a request; rejects unless the answer has status 200 and the length of the checked one. */
function send(client: Client, request: CheckedRequest): Promise<void> {
  const { method, path, headers, body = null, answerBytes } = request
  return new Promise((resolve, reject) => {
    let status = 0
    let bytes = 0
    client.dispatch(
      { method, path, headers, body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode
        },
        onResponseData: (_controller, chunk) => {
          bytes += chunk.length
        },
        onResponseEnd: () => {
          if (status === 200 && bytes === answerBytes) resolve()
          else reject(wrongAnswer(path, `${String(status)} with ${String(bytes)} bytes`))
        },
        onResponseError: (_controller, error) => {
          reject(error)
        },
      },
    )
  })
}

function wrongAnswer(path: string, got: string): Error {
  return new Error(`${path} was answered differently under load: ${got}`)
}
