import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { schema } from '../src/schema.ts'
import { createAdmission } from '../src/http/admission.ts'
import { DEFAULT_LIMITS } from '../src/http/limits.ts'
import { openTestDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { createMoment } from './support/moment.ts'

let database: Database
let token: string

beforeAll(async () => {
  database = await openTestDatabase()
  token = await tokenOf(await createTestAccount(database))
})
afterAll(() => database.close())

describe('on a database that never answers a read', () => {
  test.each([
    ['without resolvers', '{ pledges { totalCount } }'],
    ['with resolvers', '{ viewer { email } pledges { totalCount } }'],
  ])('an operation that is answered %s ends in time', async (_how, query) => {
    const silent: Database = { ...database, read: () => new Promise(() => undefined) }
    const gateway = openGateway(silent, schema, { deadlineMilliseconds: 50 })
    const { status, body } = await gateway.post(query, token)
    expect(status).toBe(503)
    expect(body.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }])
  })

  test('what is answered without resolvers needs a place as well', async () => {
    const limits = { ...DEFAULT_LIMITS, maxConcurrentOperations: 1, maxQueuedOperations: 0 }
    const admission = createAdmission({ limits })
    const isRead = createMoment()
    const isAnswered = createMoment()
    const slow: Database = {
      ...database,
      async read() {
        isRead.comes()
        await isAnswered.hasCome
        return '{"totalCount":7}'
      },
    }
    const gateway = openGateway(slow, schema, { admission })
    const first = gateway.post('{ pledges { totalCount } }', token)
    await isRead.hasCome
    const { body } = await gateway.post('{ pledges { totalCount } }', token)
    expect(body.errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }])
    isAnswered.comes()
    expect((await first).body).toEqual({ data: { pledges: { totalCount: 7 } } })
  })
})
