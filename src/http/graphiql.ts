import { GRAPHIQL_OPERATIONS } from './graphiql-operations.ts'
import { createPart, type Part } from './graphiql-part.ts'

/** The page on which a browser tries operations. */
export interface Graphiql {
  /** The page; with a token only for a client that names this machine as its host. */
  respond(NewResponse: typeof Response, isLocal: boolean): Promise<Response>
  /** What the page loads from this path; undefined where nothing is there. */
  respondPart(
    path: string,
    request: Request,
    NewResponse: typeof Response,
  ): Promise<Response | undefined>
}

/** What the paths of everything begin with that the page loads. */
export const GRAPHIQL_PATH = '/graphiql/'

/** The page itself, in the pieces between which a token belongs, and what it loads. */
interface Page {
  readonly pieces: readonly string[]
  readonly parts: ReadonlyMap<string, Part>
}

const TOKEN_PLACE = '__TOKEN__'

/** Where the token would be, for a person to read who came by another name of this machine. */
const NO_TOKEN =
  '<a token of yours; this page brings one only where its address begins with http://localhost>'

// The page can drag its tabs, and moves one away under the pointer when it is first pressed: it must stay to be
// clicked.
const STYLE = '.graphiql-tab { transform: none !important; }'

/**
 * Makes the page, which loads nothing from elsewhere, so that it works without a network.
 * With `signToken` it opens with a fresh token; without, whoever opens it has to bring one.
 */
export function createGraphiql(signToken?: () => Promise<string>): Graphiql {
  let page: Promise<Page> | undefined
  // Some nine megabytes, which are loaded only when somebody opens the page.
  const load = () => (page ??= render(signToken !== undefined))
  return {
    async respond(NewResponse, isLocal) {
      const { pieces } = await load()
      const token = signToken && isLocal ? await signToken() : NO_TOKEN
      return new NewResponse(pieces.join(signToken ? inScript(token) : ''), {
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Cache-Control': 'no-store',
          'X-Frame-Options': 'DENY',
        },
      })
    },
    async respondPart(path, request, NewResponse) {
      const { parts } = await load()
      return parts.get(path.slice(GRAPHIQL_PATH.length))?.respond(request, NewResponse)
    },
  }
}

/** Renders the page, and takes all out of it that is the same for everybody. */
async function render(hasToken: boolean): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const html = renderGraphiQL({
    title: 'Pledgeline',
    defaultTabs: GRAPHIQL_OPERATIONS.map(({ query, variables }) => ({
      query,
      variables: variables ? JSON.stringify(variables, null, 2) : null,
    })),
    // The page ignores what the first tab has as its own headers, and tabs without any get these.
    ...(hasToken && {
      defaultHeaders: JSON.stringify({ Authorization: `Bearer ${TOKEN_PLACE}` }, null, 2),
    }),
    // A subscription, too: with GET it would need a header against forged requests.
    method: 'POST',
    // A stored token would win over the fresh one, long after it has expired.
    shouldPersistHeaders: false,
  })
  const [beforeIcon, icon, afterIcon] = cut(html, 'href="data:image/x-icon;base64,', '" />')
  const [beforeStyle, style, afterStyle] = cut(afterIcon, '<style>', '</style>')
  const [beforeScript, script, call] = cut(
    afterStyle,
    '<script>',
    'YogaGraphiQL.renderYogaGraphiQL(\n',
  )
  const parts = {
    icon: createPart(Buffer.from(icon, 'base64'), 'ico', 'image/x-icon'),
    style: createPart(`${style}\n${STYLE}`, 'css', 'text/css; charset=utf-8'),
    script: createPart(script, 'js', 'text/javascript; charset=utf-8'),
  }
  // From where the page is, so that all is found behind a proxy that puts something before the path too.
  const nameOf = ({ name }: Part) => `${GRAPHIQL_PATH.slice(1)}${name}`
  const shell = [
    `${beforeIcon}href="${nameOf(parts.icon)}" />`,
    `${beforeStyle}<link rel="stylesheet" href="${nameOf(parts.style)}" />`,
    `${beforeScript}<script src="${nameOf(parts.script)}"></script>`,
    `<script>YogaGraphiQL.renderYogaGraphiQL(${call}`,
  ].join('')
  return {
    pieces: shell.split(TOKEN_PLACE),
    parts: new Map(Object.values(parts).map((part) => [part.name, part])),
  }
}

/** What is before, between and after two marks; the mark at the end is looked for from the end. */
function cut(text: string, from: string, to: string): [string, string, string] {
  const start = text.indexOf(from)
  const end = from === '<script>' ? text.lastIndexOf(to) : text.indexOf(to, start + from.length)
  if (start === -1 || end === -1)
    throw new Error(`GraphiQL's page is made in another way: no ${from}`)
  return [text.slice(0, start), text.slice(start + from.length, end), text.slice(end + to.length)]
}

/** A text within a text within a script. */
function inScript(text: string): string {
  return text.replaceAll('<', '\\u003c')
}
