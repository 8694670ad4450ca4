import { connect } from 'node:net'
import { BOUND, type Regression } from './regression.ts'
import { send } from './request.ts'

const REQUESTS = 150
const READS_MILLISECONDS = 6_000
const LARGEST_PAGE_BYTES = 4_194_304

/** Sends many requests at once over one connection, and reads nothing of what comes back. */
function pipeline(port: number): Promise<void> {
  const request = `GET /graphql HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n`
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.pause()
    socket.write(request.repeat(REQUESTS))
    setTimeout(() => {
      socket.destroy()
      resolve()
    }, READS_MILLISECONDS)
  })
}

export const graphiqlPage: Regression = {
  name: 'graphiql-page',
  was: 'GraphiQL’s page of 9 MB was built anew for each request: 150 of them on one connection took 830 MB, without a token.',
  must: 'The page is compressed once and kept by the browser, and a connection has one answer under way.',
  async attack(trial) {
    const gateway = await trial.gateway({ GRAPHIQL: 'on' })
    const accept = { accept: 'text/html', 'accept-encoding': 'gzip, br' }
    const url = gateway.graphqlUrl
    const page = await send(url, { headers: accept })
    trial.must(
      'the page comes compressed',
      page.status === 200 && page.bytes <= LARGEST_PAGE_BYTES,
      `HTTP ${page.status}, ${page.bytes} bytes, ${String(page.headers['content-encoding'])}`,
    )
    // The page has the token in it. What is large, and the same for everybody, the page loads.
    const [part = ''] = /graphiql\/[\w.-]+\.js/.exec(page.text) ?? []
    const partUrl = new URL(part, url).href
    const script = await send(partUrl, { headers: accept })
    const tag = script.headers['etag']
    const again = await send(partUrl, { headers: { ...accept, 'if-none-match': String(tag) } })
    trial.must('the browser keeps its script', again.status === 304, `HTTP ${again.status}`)
    const { damage } = await trial.measure(gateway, () => pipeline(Number(new URL(url).port)))
    trial.mustBeBearable(`${REQUESTS} pipelined requests`, damage)
    trial.must(
      'the pages share their memory',
      damage.gatewayMegabytes <= BOUND.gatewayMegabytes,
      `${Math.round(damage.gatewayMegabytes)} MB`,
    )
  },
}
