import { fileURLToPath } from 'node:url'
import type { HttpRequest } from './message.ts'
import { type OperationName, operationText } from './operation.ts'
import { type Running, startServer } from './process.ts'
import { SCOPE_HEADER } from './settings.ts'
import type { Series, Subject } from './subject.ts'

export type PeerName = 'limit' | 'Pledgeline' | 'plugin-drizzle'

/** A running server, and how it is asked. */
export interface Peer {
  readonly name: PeerName
  readonly server: Running
  /** The requests of an operation, to be sent over and over in their order. */
  requests(operation: OperationName, series: Series, subject: Subject): Promise<HttpRequest[]>
}

const POOL_SIZE = '10'

/** Starts the hand-written server. */
export async function startLimit(databaseUrl: string): Promise<Peer> {
  const server = await startServer(ownServer('limit'), environmentOf(databaseUrl))
  const get = (path: string, series: Series): HttpRequest => ({
    method: 'GET',
    path,
    headers: scopeHeaders(series),
  })
  return {
    name: 'limit',
    server,
    requests(operation, series, { uuids, position }) {
      switch (operation) {
        case 'nested-page':
          return Promise.resolve([get('/nested-page', series)])
        case 'one-pledge':
          return Promise.resolve(uuids.map((uuid) => get(`/one-pledge/${uuid}`, series)))
        case 'deep-page':
          return Promise.resolve([get(`/deep-page/${position.createdAt}/${position.uuid}`, series)])
      }
    },
  }
}

/** Starts the gateway that Pothos's plugin for Drizzle makes. */
export async function startPluginDrizzle(databaseUrl: string): Promise<Peer> {
  const server = await startServer(ownServer('pothos'), environmentOf(databaseUrl))
  return graphqlPeer('plugin-drizzle', server, scopeHeaders)
}

/** Starts Pledgeline from its built entry, to be asked with a token for each series. */
export async function startPledgeline(
  entry: string,
  nodeOptions: readonly string[],
  databaseUrl: string,
  tokenOf: (series: Series) => string,
): Promise<Peer> {
  const server = await startServer([...nodeOptions, entry, 'start'], environmentOf(databaseUrl))
  return graphqlPeer('Pledgeline', server, (series) => ({
    authorization: `Bearer ${tokenOf(series)}`,
  }))
}

function graphqlPeer(
  name: PeerName,
  server: Running,
  headersOf: (series: Series) => Record<string, string>,
): Peer {
  const post = (
    series: Series,
    operation: OperationName | 'cursor',
    variables: Record<string, unknown>,
  ): HttpRequest => ({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', ...headersOf(series) },
    body: JSON.stringify({ query: operationText(operation), variables }),
  })
  return {
    name,
    server,
    async requests(operation, series, { uuids, position }) {
      switch (operation) {
        case 'nested-page':
          return [post(series, operation, {})]
        case 'one-pledge':
          return uuids.map((uuid) => post(series, operation, { uuid }))
        case 'deep-page': {
          const at = Date.parse(position.createdAt)
          const filter = {
            createdAfter: new Date(at - 1).toISOString(),
            createdBefore: new Date(at + 1).toISOString(),
          }
          const page = await ask(server, post(series, 'cursor', { filter }))
          return [post(series, operation, { after: cursorOf(page.text, position.uuid) })]
        }
      }
    },
  }
}

/** Sends one request and answers what came back. Rejects unless it was answered with 200. */
export async function ask(
  { port }: Running,
  { method, path, headers, body }: HttpRequest,
): Promise<{ text: string; byteLength: number }> {
  const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  const text = bytes.toString()
  if (response.status !== 200) {
    throw new Error(`${method} ${path} was answered with ${String(response.status)}: ${text}`)
  }
  return { text, byteLength: bytes.length }
}

function cursorOf(page: string, uuid: string): string {
  const { data } = JSON.parse(page) as {
    data: { pledges: { edges: { cursor: string; node: { uuid: string } }[] } }
  }
  const edge = data.pledges.edges.find(({ node }) => node.uuid === uuid)
  if (!edge) throw new Error(`no edge has the pledge ${uuid}: ${page}`)
  return edge.cursor
}

function ownServer(folder: 'limit' | 'pothos'): string[] {
  const file = fileURLToPath(new URL(`${folder}/server.ts`, import.meta.url))
  return [...process.execArgv, file]
}

function environmentOf(databaseUrl: string): Record<string, string> {
  return { DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: POOL_SIZE }
}

function scopeHeaders({ scope }: Series): Record<string, string> {
  return scope === 'all' ? {} : { [SCOPE_HEADER]: scope.join(',') }
}
