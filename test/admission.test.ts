import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../src/graphql/context.ts'
import { createAdmission } from '../src/http/admission.ts'
import { overloadOf } from '../src/http/gate.ts'
import { DEFAULT_LIMITS, type Limits } from '../src/http/limits.ts'
import type { Database } from '../src/db/database.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'

/** Something that goes on until it is told to end. */
class Held {
  begun = 0
  readonly #ends: (() => void)[] = []

  readonly run = () => {
    this.begun += 1
    return new Promise<string>((resolve) => {
      this.#ends.push(() => {
        resolve('done')
      })
    })
  }

  end(): void {
    this.#ends.shift()?.()
  }
}

const admissionWith = (limits: Partial<Limits>, isLate?: () => boolean) =>
  createAdmission({ limits: { ...DEFAULT_LIMITS, ...limits }, ...(isLate && { isLate }) })

const codeOf = (code: string) =>
  expect.objectContaining({ extensions: expect.objectContaining({ code }) as unknown }) as unknown

const WAITS_LONG = { maxQueueWaitMilliseconds: 60_000 }

describe('operations', () => {
  test('begin while there are places, then wait in their order, and are refused beyond that', async () => {
    const admission = admissionWith({
      ...WAITS_LONG,
      maxConcurrentOperations: 2,
      maxQueuedOperations: 2,
    })
    const order: string[] = []
    const held = new Held()
    const run = (name: string) =>
      admission.run(name, false, () => {
        order.push(name)
        return held.run()
      })
    const results = ['a', 'b', 'c', 'd'].map(run)
    expect(order).toEqual(['a', 'b'])
    expect(admission.isOverloaded()).toBe(true)
    expect(() => run('e')).toThrow(codeOf('OVERLOADED'))
    held.end()
    await results[0]
    expect(admission.isOverloaded()).toBe(false)
    held.end()
    await results[1]
    await new Promise((resolve) => setImmediate(resolve))
    expect(order).toEqual(['a', 'b', 'c', 'd'])
    held.end()
    held.end()
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done'])
  })

  test('that wait too long are refused, and leave the queue', async () => {
    const admission = admissionWith({
      maxConcurrentOperations: 1,
      maxQueuedOperations: 1,
      maxQueueWaitMilliseconds: 1,
    })
    const held = new Held()
    const first = admission.run('a', false, held.run)
    await expect(admission.run('b', false, held.run)).rejects.toEqual(codeOf('OVERLOADED'))
    expect(admission.isOverloaded()).toBe(false)
    held.end()
    await first
    expect(held.begun).toBe(1)
  })

  test('that change something have places of their own', () => {
    const admission = admissionWith({ maxConcurrentOperations: 1, maxQueuedOperations: 0 })
    const held = new Held()
    void admission.run('a', true, held.run)
    expect(() => admission.run('b', true, held.run)).toThrow(codeOf('OVERLOADED'))
    expect(admission.isOverloaded()).toBe(false)
    expect(admission.run('b', false, () => 'read')).toBe('read')
  })

  test('that fail leave their places', async () => {
    const admission = admissionWith({
      maxConcurrentOperations: 1,
      maxQueuedOperations: 0,
      maxOperationsPerAccount: 1,
    })
    const broken = new Error('broken')
    for (let i = 0; i < 3; i += 1) {
      await expect(admission.run('a', false, () => Promise.reject(broken))).rejects.toBe(broken)
      expect(() =>
        admission.run('a', false, () => {
          throw broken
        }),
      ).toThrow(broken)
    }
    expect(admission.run('a', false, () => 'read')).toBe('read')
  })

  test('without a bound all begin', () => {
    const admission = admissionWith({ maxConcurrentOperations: 0, maxOperationsPerAccount: 0 })
    const held = new Held()
    for (let i = 0; i < 1_000; i += 1) void admission.run('a', false, held.run)
    expect(held.begun).toBe(1_000)
    expect(admission.isOverloaded()).toBe(false)
  })
})

describe('a process that is late', () => {
  test('takes on no more than one operation', async () => {
    const admission = admissionWith({}, () => true)
    const held = new Held()
    expect(admission.isOverloaded()).toBe(false)
    const first = admission.run('a', false, held.run)
    expect(admission.isOverloaded()).toBe(true)
    held.end()
    await first
    await new Promise((resolve) => setImmediate(resolve))
    expect(admission.isOverloaded()).toBe(false)
  })

  test('refuses operations without a look at them, and those of frontends where their origin is known', () => {
    const admission = admissionWith({ maxConcurrentOperations: 1, maxQueuedOperations: 0 })
    void admission.run('a', false, new Held().run)
    const refusalOf = (method: string, url: string, headers = {}) =>
      overloadOf(admission, { method, url, headers } as never)?.status
    expect(refusalOf('POST', '/graphql')).toBe(503)
    expect(refusalOf('POST', '/graphql', { origin: 'https://a.example' })).toBeUndefined()
    expect(refusalOf('GET', '/health/live')).toBeUndefined()
    expect(refusalOf('GET', '/graphql')).toBeUndefined()
  })
})

describe('a gateway', () => {
  const held = new Held()
  const field = { type: GraphQLString, resolve: (): unknown => held.run() }
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType<unknown, Context>({
      name: 'Query',
      fields: { held: field, now: { type: GraphQLString, resolve: () => 'now' } },
    }),
  })
  let database: Database
  let tokens: string[]

  beforeAll(async () => {
    database = await openTestDatabase()
    tokens = [
      await tokenOf(await createTestAccount(database)),
      await tokenOf(await createTestAccount(database)),
    ]
  })
  afterAll(() => database.close())

  test('refuses an account that has too much under way, and goes on for others', async () => {
    const gateway = openGateway(database, schema, { limits: { maxOperationsPerAccount: 1 } })
    const before = held.begun
    const first = gateway.post('{ held }', tokens[0])
    while (held.begun === before) await new Promise((resolve) => setImmediate(resolve))
    const refused = await gateway.post('{ now }', tokens[0])
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.body.errors?.[0]?.extensions).toEqual({ code: 'TOO_MANY_REQUESTS', limit: 1 })
    expect((await gateway.post('{ now }', tokens[1])).body).toEqual({ data: { now: 'now' } })
    held.end()
    expect((await first).body).toEqual({ data: { held: 'done' } })
    expect((await gateway.post('{ now }', tokens[0])).status).toBe(200)
  })

  test('that is overloaded says so, tells of its health, and shows its log nothing', async () => {
    const limits = { maxConcurrentOperations: 1, maxQueuedOperations: 0 }
    const gateway = openGateway(database, schema, { limits, corsOrigins: ['https://a.example'] })
    const before = held.begun
    const first = gateway.post('{ held }', tokens[0])
    while (held.begun === before) await new Promise((resolve) => setImmediate(resolve))
    const refused = await gateway.fetch({
      method: 'POST',
      headers: { authorization: `Bearer ${tokens[1]!}`, origin: 'https://a.example' },
    })
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://a.example')
    expect(refused.body.errors?.[0]?.extensions).toEqual({ code: 'OVERLOADED' })
    for (const path of ['/health/live', '/health/ready']) {
      expect((await gateway.fetch({ path })).status).toBe(200)
    }
    held.end()
    expect((await first).status).toBe(200)
    expect(gateway.log).toEqual([])
  })
})
