import { type Gateway } from './execution.ts'

/** Reads the feed as a consumer does that keeps its cursor: page after page, from where it was. */
export class FeedReader {
  readonly actors: (string | null)[] = []
  cursor: string | null = null
  readonly #gateway: Gateway

  constructor(gateway: Gateway) {
    this.#gateway = gateway
  }

  /** Reads on until nothing is left. */
  async readOn(): Promise<void> {
    for (;;) {
      const { data, errors } = await this.#gateway.execute(
        'query ($after: String) { changes(after: $after, first: 7) { edges { cursor node { actor } } pageInfo { hasNextPage } } }',
        { after: this.cursor },
      )
      if (errors) throw errors[0]!
      const { edges, pageInfo } = data.changes
      for (const { cursor, node } of edges) {
        this.actors.push(node.actor)
        this.cursor = cursor
      }
      if (!pageInfo.hasNextPage) return
    }
  }
}
