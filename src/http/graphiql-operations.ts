/** An operation that somebody can run as it stands. */
export interface ReadyMadeOperation {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** What the tabs of the page show, from left to right. */
export const GRAPHIQL_OPERATIONS: readonly ReadyMadeOperation[] = [
  { query: `query A { __typename }` },
  { query: `query B { __typename }`, variables: { first: 5 } },
]
