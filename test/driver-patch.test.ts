import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { openProxy } from './support/proxy.ts'

/** What the patch adds to the driver, which its own types do not know. */
type PatchedOptions = postgres.Options<Record<string, never>> & {
  readonly ondata?: () => void
}

const QUERY_CANCELED = '57014'

// Each test fails with the published driver. One that does not fail any more tells that a part of the patch can go.
describe.runIf(isOnPostgres())('of the driver, the patch makes that', () => {
  let server: PostgresDatabase
  let open: postgres.Sql[]

  beforeEach(async () => {
    server = await createPostgres()
    open = []
  })
  afterEach(async () => {
    await Promise.all(open.map((client) => client.end({ timeout: 1 })))
    await server.drop()
  })

  function connect(url = server.url, options: PatchedOptions = {}): postgres.Sql {
    const client = postgres(url, { max: 1, fetch_types: false, backoff: () => 0, ...options })
    open.push(client)
    return client
  }

  /** Cancels a statement. The driver's own type says that this answers nothing. */
  function cancel(statement: { cancel(): unknown }): unknown {
    return statement.cancel()
  }

  test('a transaction whose connection breaks rejects, and does not end the process', async () => {
    const proxy = await openProxy(server.url)
    const client = connect(proxy.url)
    const uncaught: unknown[] = []
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.on('uncaughtException', (error) => uncaught.push(error))
    try {
      const transaction = client.begin(async (own) => {
        const sleeping = own`select pg_sleep(60)`.execute()
        await proxy.cut()
        await sleeping
      })
      await expect(transaction).rejects.toThrow(/CONNECTION_CLOSED|ECONNRESET/)
      // A write that was put off runs in the next turns of the event loop.
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const listener of listeners) process.on('uncaughtException', listener)
    }
    expect(uncaught).toEqual([])
  })

  test('a cancellation tells when it is over, so that it meets no other statement', async () => {
    const client = connect()
    const sleeping = client`select pg_sleep(60)`.execute()
    const error = sleeping.catch((reason: unknown) => reason)
    await connect()`select 1`
    const cancelling = cancel(sleeping)
    expect(cancelling).toBeInstanceOf(Promise)
    await cancelling
    expect(await error).toMatchObject({ code: QUERY_CANCELED })
    expect(await client`select 7 as n`).toEqual([{ n: 7 }])
  })

  test('a cancellation goes to the host on which its statement runs', async () => {
    const proxy = await openProxy(server.url)
    await proxy.cut()
    const { host } = new URL(server.url)
    const both = server.url.replace(host, `${new URL(proxy.url).host},${host}`)
    const client = connect(both)
    await client`select 1`
    const sleeping = client`select pg_sleep(60)`.execute()
    const error = sleeping.catch((reason: unknown) => reason)
    await connect()`select 1`
    await cancel(sleeping)
    expect(await error).toMatchObject({ code: QUERY_CANCELED })
  })

  test('whoever asks hears of every byte that the server sends', async () => {
    let heard = 0
    const client = connect(server.url, { ondata: () => (heard += 1) })
    await client`select 1`
    const before = heard
    await client`select 2`
    expect(heard).toBeGreaterThan(before)
  })
})
