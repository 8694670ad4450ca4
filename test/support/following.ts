import type { Database } from '../../src/db/database.ts'
import { schema } from '../../src/schema.ts'
import { type RecordedChange, recordAct } from './changes.ts'
import { openTestDatabase } from './database.ts'
import { createGateway } from './execution.ts'
import { createTestAccount, type Gateway, openGateway, tokenOf } from './gateway.ts'
import { insertPledge, type Pledge } from './records.ts'
import { Subscriber, type SubscriberOptions } from './subscriber.ts'

/** Sends requests to a gateway without a port. */
export function sendTo({ app }: Gateway) {
  return async (init: RequestInit): Promise<Response> =>
    await app.fetch(new Request('http://localhost/graphql', init))
}

/** A gateway on a database with a pledge that changes, and clients that follow. */
export class Following {
  readonly database: Database
  readonly pledge: Pledge
  readonly gateway: Gateway
  readonly token: string
  readonly #subscribers: Subscriber[] = []
  #recorded = 0

  private constructor(database: Database, pledge: Pledge, token: string) {
    this.database = database
    this.pledge = pledge
    this.gateway = openGateway(database, schema)
    this.token = token
  }

  static async open(): Promise<Following> {
    const database = await openTestDatabase()
    const pledge = await insertPledge(database)
    return new Following(database, pledge, await tokenOf(await createTestAccount(database)))
  }

  /** Follows the feed: of everything, by an account that may see it, unless the test says otherwise. */
  async follow(
    options: Partial<SubscriberOptions> = {},
    gateway = this.gateway,
  ): Promise<Subscriber> {
    const subscriber = await Subscriber.open({
      token: this.token,
      send: sendTo(gateway),
      ...options,
    })
    this.#subscribers.push(subscriber)
    return subscriber
  }

  /** Records so many changes, one act after the other, and answers their actors. */
  async record(
    count: number,
    of: RecordedChange = { pledgeUuid: this.pledge.uuid },
  ): Promise<string[]> {
    const actors = Array.from({ length: count }, () => `actor ${(this.#recorded += 1)}`)
    for (const actor of actors) await recordAct(this.database, { ...of, actor })
    return actors
  }

  /** The newest edges of the feed, oldest first. */
  async newest(count: number): Promise<{ cursor: string; node: { actor: string } }[]> {
    const { data } = await createGateway({ database: this.database }).execute(
      `{ changes(last: ${count}) { edges { cursor node { actor } } } }`,
    )
    return data.changes.edges
  }

  async leaveAll(): Promise<void> {
    await Promise.all(this.#subscribers.splice(0).map((subscriber) => subscriber.leave()))
  }

  async close(): Promise<void> {
    await this.leaveAll()
    await this.database.close()
  }
}
