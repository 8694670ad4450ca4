import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openPostgres } from '../src/db/database.ts'
import { migratePostgres } from '../src/db/migrate.ts'
import { outageOf } from '../src/http/error.ts'
import { schema } from '../src/schema.ts'
import { createPostgres, isOnPostgres, type PostgresDatabase } from './support/database.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'

const READY = { path: '/health/ready' }

describe.runIf(isOnPostgres())('a gateway is not ready', () => {
  let origin: PostgresDatabase
  let owner: Database
  let name: string

  beforeAll(async () => {
    origin = await createPostgres()
    owner = openPostgres({ url: origin.url, poolSize: 1 })
    name = new URL(origin.url).pathname.slice(1)
  })

  afterAll(async () => {
    await owner.close()
    await origin.drop()
  })

  const ready = async (database: Database) => {
    const { status, text } = await openGateway(database, schema).fetch(READY)
    return `${status} ${text.trim()}`
  }

  test('before the schema is there, and is once it is', async () => {
    expect(await ready(owner)).toMatch(/^503 the schema of the database is behind/)
    await migratePostgres(origin.url)
    expect(await ready(owner)).toBe('200 ready')
    await owner.drizzle.execute(sql`delete from drizzle.__drizzle_migrations where id > 1`)
    expect(await ready(owner)).toMatch(/^503 the schema of the database is behind/)
    await owner.drizzle.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('', ${Date.now()})`,
    )
    expect(await ready(owner)).toBe('200 ready')
  })

  test('without privileges on the tables', async () => {
    const role = `${name}_reader`
    const url = new URL(origin.url)
    url.username = role
    url.password = role
    await owner.drizzle.execute(sql.raw(`create role ${role} login password '${role}'`))
    const database = openPostgres({ url: url.href, poolSize: 1 })
    expect(await ready(database)).toMatch(/^503 the role of DATABASE_URL lacks privileges/)
    await owner.drizzle.execute(
      sql.raw(`grant select on all tables in schema public to ${role};
        grant usage on schema drizzle to ${role};
        grant select on all tables in schema drizzle to ${role}`),
    )
    expect(await ready(database)).toMatch(/^503 the role of DATABASE_URL lacks privileges/)
    await owner.drizzle.execute(
      sql.raw(`grant insert, update on all tables in schema public to ${role}`),
    )
    expect(await ready(database)).toBe('200 ready')
    await database.close()
    await owner.drizzle.execute(sql.raw(`drop owned by ${role}; drop role ${role}`))
  })

  test('on a database that takes no writes, whose acts can be tried again later', async () => {
    await owner.drizzle.execute(
      sql.raw(`alter database ${name} set default_transaction_read_only = on`),
    )
    const token = await tokenOf(await createTestAccount(owner))
    const database = openPostgres({ url: origin.url, poolSize: 1 })
    expect(await ready(database)).toMatch(/^503 the database is a standby, or takes no writes/)
    const gateway = openGateway(database, schema)
    expect((await gateway.post('{ pledges { totalCount } }', token)).body).toEqual({
      data: { pledges: { totalCount: 0 } },
    })
    await expect(
      database.drizzle.execute(sql`insert into organizations values (gen_random_uuid())`),
    ).rejects.toSatisfy((error) => outageOf(error)?.code === 'SERVICE_UNAVAILABLE')
    await database.close()
  })
})

test.each(['53100', '25006', '53200', '57P01'])('the state %s is told as an outage', (code) => {
  const error = Object.assign(new Error('refused'), { code })
  expect(outageOf(error)).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' })
})
