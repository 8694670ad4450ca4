import { GRAPHIQL_OPERATIONS } from './graphiql-operations.ts'

/** The page on which a browser tries operations. */
export interface Graphiql {
  respond(NewResponse: typeof Response): Promise<Response>
}

const TOKEN_PLACE = '__TOKEN__'

// The page can drag its tabs, and moves one away under the pointer when it is first pressed: it must stay to be
// clicked.
const STYLE = '<style>.graphiql-tab { transform: none !important; }</style>'

/**
 * Makes the page, with all that it loads in it, so that it works without a network.
 * With `signToken` it opens with a fresh token; without, whoever opens it has to bring one.
 */
export function createGraphiql(signToken?: () => Promise<string>): Graphiql {
  let page: Promise<readonly string[]> | undefined
  return {
    async respond(NewResponse) {
      page ??= render(signToken !== undefined)
      const parts = await page
      const body = signToken ? parts.join(await signToken()) : parts.join('')
      return new NewResponse(body, {
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Cache-Control': 'no-store',
          'X-Frame-Options': 'DENY',
        },
      })
    },
  }
}

/** Renders the page in two parts, which belong before and after the token. */
async function render(hasToken: boolean): Promise<readonly string[]> {
  // Some nine megabytes, which are loaded only when somebody opens the page.
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
  return html.replace('</head>', `${STYLE}</head>`).split(TOKEN_PLACE)
}
