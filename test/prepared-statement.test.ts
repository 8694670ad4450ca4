import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { organizations } from '../src/organization/table.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'

const MOST_PREPARED_STATEMENTS = 100

/** The letters by which a client's messages begin: P parses a statement, B runs one, and S or H ends a trip. */
function lettersIn(sent: Buffer): string {
  let letters = ''
  for (let at = 0; at < sent.length; at += 1 + sent.readInt32BE(at + 1)) {
    letters += String.fromCharCode(sent[at]!)
  }
  return letters
}

describe.runIf(isOnPostgres())('on each connection', () => {
  let origin: PostgresDatabase
  let database: Database
  let chunks: Buffer[] = []
  let stop: () => void

  beforeAll(async () => {
    origin = await createPostgres()
    await migratePostgres(origin.url)
    const url = new URL(origin.url)
    const target = { host: url.hostname, port: Number(url.port || 5432) }
    const server = createServer((client) => {
      const upstream = connect(target)
      client.on('data', (chunk) => chunks.push(chunk)).pipe(upstream)
      upstream.pipe(client)
      client.on('error', () => upstream.destroy())
      upstream.on('error', () => client.destroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    stop = () => server.close()
    database = openPostgres({ url: url.href, poolSize: 1 })
    // What opening a connection takes is not looked at.
    await Promise.all([
      database.drizzle.execute('select 1'),
      database.read({ text: 'select null', isPrepared: false }, []),
    ])
  })

  afterAll(async () => {
    await database.close()
    stop()
    await origin.drop()
  })

  /** What is sent while something is done. */
  const sentBy = async (work: () => Promise<unknown>) => {
    chunks = []
    await work()
    return lettersIn(Buffer.concat(chunks))
  }

  test('what acts send often is parsed once, and is one round trip from then on', async () => {
    const find = () => database.drizzle.select().from(organizations).limit(3)
    const first = await sentBy(find)
    expect(first).toBe('PDHBES')
    await find()
    await find()
    expect(await sentBy(find)).toBe('BES')
    const inTransaction = () =>
      database.drizzle.transaction((transaction) =>
        transaction.select().from(organizations).limit(3),
      )
    expect(await sentBy(inTransaction)).toBe('QBESQ')
  })

  test('so many statements are kept parsed, and the oldest are dropped again', async () => {
    const read = (nth: number) =>
      database.read({ text: `select $1::text || '${nth}'`, isPrepared: true }, ['read '])
    for (let round = 0; round < 2; round += 1) {
      for (let nth = 0; nth < 3 * MOST_PREPARED_STATEMENTS; nth += 1) {
        expect(await read(nth)).toBe(`read ${nth}`)
      }
    }
    const kept = { text: 'select count(*)::text from pg_prepared_statements', isPrepared: true }
    expect(Number(await database.read(kept, []))).toBe(MOST_PREPARED_STATEMENTS)
    const newest = 3 * MOST_PREPARED_STATEMENTS - 1
    expect(await sentBy(() => read(newest))).toBe('BES')
    // Two are to be dropped when the next one comes, which makes room for itself first.
    expect(await sentBy(() => read(0))).toBe('PDHBES')
    expect(await sentBy(() => read(newest))).toBe('CBES')
  })

  test('a statement that fails after others were dropped leaves the connection as it was', async () => {
    const read = (text: string) => database.read({ text, isPrepared: true }, ['1'])
    for (let nth = 0; nth < 20; nth += 1) {
      expect(await read(`select $1::text || 'kept ${nth}'`)).toBe(`1kept ${nth}`)
      await expect(read(`select ($1::int / 0)::text || 'failed ${nth}'`)).rejects.toThrow('zero')
    }
    expect(await read(`select $1::text`)).toBe('1')
  })

  test('a connection that ran a big statement is replaced', async () => {
    const pid = { text: `select pg_backend_pid()::text`, isPrepared: false }
    const before = await database.read(pid, [])
    expect(await database.read(pid, [])).toBe(before)
    await database.read({ text: `select '${'x'.repeat(20_000)}'`, isPrepared: false }, [])
    expect(await database.read(pid, [])).not.toBe(before)
  })
})
