import { sql, type SQL } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CALL_STATUSES, CALL_TYPES } from '../src/call/rules.ts'
import { OperatorError } from '../src/core/error.ts'
import { recognizeMedia } from '../src/core/media.ts'
import { type Database, rowsOf } from '../src/db/database.ts'
import { withReferencesAside } from '../src/demo/bulk.ts'
import { DEFAULT_DEMO_PLEDGES, DEFAULT_DEMO_SEED, loadDemo } from '../src/demo/load.ts'
import { WRITTEN_TABLES } from '../src/demo/writing.ts'
import { organizations, users } from '../src/organization/table.ts'
import { DONATION_INTERVALS, PLEDGE_STATUSES, RECRUITMENT_TYPES } from '../src/pledge/rules.ts'
import { TRANSACTION_STATUSES, TRANSACTION_TYPES } from '../src/transaction/rules.ts'
import { openTestDatabase } from './support/database.ts'
import { demoViolations } from './support/demo-rules.ts'
import { refusalOf } from './support/refusal.ts'

const putFile = () => Promise.resolve()
const DEFAULTS = { pledges: DEFAULT_DEMO_PLEDGES, seed: DEFAULT_DEMO_SEED, putFile }
const OTHER_SEED = { pledges: 300, seed: 3_000_000_000, putFile }

let database: Database
let otherSeed: Database

beforeAll(async () => {
  database = await openTestDatabase()
  otherSeed = await openTestDatabase()
  await loadDemo(database, DEFAULTS)
  await loadDemo(otherSeed, OTHER_SEED)
})

afterAll(async () => {
  await database.close()
  await otherSeed.close()
})

describe('what is loaded', () => {
  test('is as many pledges as were asked for, and nothing that others load or record', async () => {
    expect(await countOf(database, 'pledges')).toBe(DEFAULTS.pledges)
    expect(await countOf(otherSeed, 'pledges')).toBe(OTHER_SEED.pledges)
    expect(await countOf(database, 'accounts')).toBe(0)
    expect(await countOf(database, 'changes')).toBe(0)
  })

  test('is the same for the same seed and number, and differs for another seed', async () => {
    const again = await openTestDatabase()
    const different = await openTestDatabase()
    await loadDemo(again, DEFAULTS)
    await loadDemo(different, { ...DEFAULTS, seed: DEFAULTS.seed + 1 })
    const fingerprint = await fingerprintOf(database)
    expect(await fingerprintOf(again)).toEqual(fingerprint)
    const differentFingerprint = await fingerprintOf(different)
    const shared = Object.keys(fingerprint).filter(
      (table) => fingerprint[table] === differentFingerprint[table],
    )
    expect(shared).toEqual([])
    await again.close()
    await different.close()
  })

  test('has the organizations of a seed whatever the number of pledges', async () => {
    const larger = await openTestDatabase()
    await loadDemo(larger, { ...DEFAULTS, pledges: DEFAULTS.pledges + 1 })
    const { organizations: hash } = await fingerprintOf(database)
    expect((await fingerprintOf(larger))['organizations']).toBe(hash)
    await larger.close()
  })

  test.each([
    ['pledges', 'status', PLEDGE_STATUSES],
    ['pledges', 'type', RECRUITMENT_TYPES],
    ['pledges', 'donation_interval', DONATION_INTERVALS],
    ['transactions', 'status', TRANSACTION_STATUSES],
    ['transactions', 'type', TRANSACTION_TYPES],
    ['calls', 'status', CALL_STATUSES],
    ['calls', 'type', CALL_TYPES],
  ] as const)('has every value of %s.%s', async (table, column, values) => {
    const rows = await rowsOf<{ value: string }>(
      database.drizzle,
      sql`select distinct ${sql.identifier(column)} as value from ${sql.identifier(table)} where ${sql.identifier(column)} is not null`,
    )
    expect(rows.map(({ value }) => value).sort()).toEqual([...values].sort())
  })

  test('has a signature that is stored with nine of ten managed pledges, and with no other', async () => {
    const files = new Map<string, string | undefined>()
    const fresh = await openTestDatabase()
    await loadDemo(fresh, {
      ...DEFAULTS,
      pledges: 1_000,
      putFile: async (key, bytes, contentType) => {
        expect(bytes.length).toBeLessThan(20_000)
        expect(await recognizeMedia(bytes)).toBe(contentType)
        files.set(key, contentType)
      },
    })
    const rows = await rowsOf<{ key: string | null; type: string; external: boolean }>(
      fresh.drizzle,
      sql`select signature_key as key, type, external_source_name is not null as external from pledges`,
    )
    await fresh.close()
    const managed = rows.filter(({ external }) => !external)
    const signed = managed.filter(({ key }) => key !== null)
    expect(signed.length / managed.length).toBeGreaterThan(0.85)
    expect(signed.length / managed.length).toBeLessThan(0.95)
    expect(new Set(signed.map(({ key }) => key))).toEqual(new Set(files.keys()))
    expect(new Set(files.values())).toEqual(new Set(['image/png', 'application/pdf', 'audio/mpeg']))
    const spoken = signed.filter(({ key }) => key?.endsWith('.mp3'))
    expect(new Set(spoken.map(({ type }) => type))).toEqual(new Set(['D2D']))
    expect(rows.filter(({ key, external }) => external && key !== null)).toEqual([])
  })

  test('has what makes data awkward', async () => {
    const [awkward] = await rowsOf<Record<string, number>>(
      database.drizzle,
      sql`select
        (select count(*)::int from pledges where external_source_name is not null) as external_pledges,
        (select count(*)::int from pledges where external_source_name is not null and donation_amount is null) as unknown_amounts,
        (select count(*)::int from pledges where recruiting_organization_uuid = owning_organization_uuid) as in_house,
        (select count(*)::int from pledges where recruiter_uuid is null) as without_recruiter,
        (select count(*)::int from pledges where not exists (select from pledge_focus_areas where pledge_uuid = uuid)) as without_focus_area,
        (select count(*)::int from pledges where not exists (select from transactions where pledge_uuid = pledges.uuid)) as without_transaction,
        (select count(*)::int from (select from pledges group by created_at having count(*) > 1) as together) as arrived_together,
        (select count(*)::int from (select from pledges group by person_uuid having count(*) = 2) as again) as pledged_twice,
        (select count(*)::int from (select from pledges group by person_uuid having count(*) = 3) as again) as pledged_thrice,
        (select count(*)::int from persons where first_name is null) as without_first_name,
        (select count(*)::int from persons where email is null) as without_email,
        (select count(*)::int from persons where phone_number is null) as without_phone_number,
        (select count(*)::int from calls where external_application_name is not null) as external_calls,
        (select count(*)::int from calls where pledge_uuid is null) as calls_without_pledge,
        (select count(*)::int from users where organization_uuid is null) as without_organization`,
    )
    const missing = Object.keys(awkward!).filter((name) => awkward![name] === 0)
    expect(missing).toEqual([])
  })

  test('shows a newcomer twelve pledges with everything that belongs to one', async () => {
    const newest = await rowsOf(
      database.drizzle,
      sql`select
        recruiter_uuid is not null as recruiter,
        (select count(*) > 0 from pledge_focus_areas where pledge_uuid = uuid) as focus_areas,
        (select count(*) > 1 from transactions where pledge_uuid = pledges.uuid) as transactions,
        (select count(*) > 1 from calls where pledge_uuid = pledges.uuid
          and exists (select from call_attempts where call_uuid = calls.uuid)) as calls
      from pledges order by created_at desc, uuid desc limit 12`,
    )
    expect(newest).toEqual(
      Array(12).fill({ recruiter: true, focus_areas: true, transactions: true, calls: true }),
    )
  })
})

describe.each([
  ['the default data', () => database],
  ['data of another seed', () => otherSeed],
])('in %s', (_, given) => {
  test.each(demoViolations)('%s', async (_rule, violations) => {
    expect(await rowsOf(given().drizzle, violations)).toEqual([])
  })
})

describe('a load', () => {
  test('tells how far it is', async () => {
    const progress: number[] = []
    const fresh = await openTestDatabase()
    await loadDemo(fresh, { ...DEFAULTS, pledges: 1, onProgress: (done) => progress.push(done) })
    expect(progress).toEqual([1])
    await fresh.close()
  })

  test('is refused, and changes nothing, when there are pledges already', async () => {
    const before = await fingerprintOf(database)
    await expect(loadDemo(database, OTHER_SEED)).rejects.toThrow(OperatorError)
    await expect(loadDemo(database, OTHER_SEED)).rejects.toThrow('already has pledges')
    expect(await fingerprintOf(database)).toEqual(before)
  })

  test('is refused, and changes nothing, when there is any of the rows already', async () => {
    const fresh = await openTestDatabase()
    const [known] = await database.drizzle.select().from(users).limit(1)
    await fresh.drizzle.insert(users).values({ ...known!, organizationUuid: null })
    await expect(loadDemo(fresh, DEFAULTS)).rejects.toThrow(OperatorError)
    expect(await countOf(fresh, 'users')).toBe(1)
    expect(await countOf(fresh, 'organizations')).toBe(0)
    await fresh.close()
  })

  test('goes into a database that has other organizations', async () => {
    const fresh = await openTestDatabase()
    const uuid = 'b5d1c2f0-4f0e-4d27-9a6f-1f8d0d2f6a11'
    await fresh.drizzle.insert(organizations).values({ uuid, name: 'Already here' })
    await loadDemo(fresh, { ...DEFAULTS, pledges: 1 })
    expect(await countOf(fresh, 'pledges')).toBe(1)
    await fresh.close()
  })

  test('stores no files where it is refused', async () => {
    const refuse = () => Promise.reject(new Error('a file was stored'))
    await expect(loadDemo(database, { ...DEFAULTS, putFile: refuse })).rejects.toThrow(
      'already has pledges',
    )
  })

  test('writes nothing where the files cannot be stored', async () => {
    const fresh = await openTestDatabase()
    const refuse = () => Promise.reject(new OperatorError('the disk is full'))
    await expect(loadDemo(fresh, { ...DEFAULTS, putFile: refuse })).rejects.toThrow(
      'the disk is full',
    )
    expect(await countOf(fresh, 'organizations')).toBe(0)
    await fresh.close()
  })

  test('that breaks leaves nothing behind', async () => {
    const fresh = await openTestDatabase()
    const onProgress = () => {
      throw new Error('the terminal is gone')
    }
    await expect(loadDemo(fresh, { ...DEFAULTS, onProgress })).rejects.toThrow(
      'the terminal is gone',
    )
    for (const table of ['organizations', 'persons', 'pledges', 'person_organizations']) {
      expect(await countOf(fresh, table)).toBe(0)
    }
    await loadDemo(fresh, DEFAULTS)
    expect(await fingerprintOf(fresh)).toEqual(await fingerprintOf(database))
    await fresh.close()
  })

  test('happens once when two are started together', async () => {
    const fresh = await openTestDatabase()
    const results = await Promise.allSettled([loadDemo(fresh, DEFAULTS), loadDemo(fresh, DEFAULTS)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = results.find((result) => result.status === 'rejected')
    expect(refused?.reason).toBeInstanceOf(OperatorError)
    expect(await fingerprintOf(fresh)).toEqual(await fingerprintOf(database))
    await fresh.close()
  })

  test.each([
    { pledges: 0, seed: 1 },
    { pledges: 1.5, seed: 1 },
    { pledges: Number.NaN, seed: 1 },
    { pledges: 1, seed: 0.5 },
    { pledges: 1, seed: 2 ** 32 },
  ])('of %o is refused', async (options) => {
    await expect(loadDemo(database, { ...options, putFile })).rejects.toThrow(
      /must be a whole number/,
    )
  })
})

describe('with references put aside for a large load', () => {
  test('the schema is afterwards as it was', async () => {
    const fresh = await openTestDatabase()
    const before = await schemaOf(fresh)
    await fresh.drizzle.transaction(async (transaction) => {
      await withReferencesAside(transaction, WRITTEN_TABLES, async () => {
        const during = await schemaOf({ ...fresh, drizzle: transaction })
        expect(during.length).toBeLessThan(before.length)
        await transaction.insert(users).values({ uuid: UNKNOWN_UUID, name: 'Agent' })
      })
    })
    expect(await schemaOf(fresh)).toEqual(before)
    await fresh.close()
  })

  test('a row that refers to nothing is refused, and nothing is changed', async () => {
    const fresh = await openTestDatabase()
    const before = await schemaOf(fresh)
    const load = fresh.drizzle.transaction((transaction) =>
      withReferencesAside(transaction, WRITTEN_TABLES, async () => {
        const stray = { uuid: UNKNOWN_UUID, name: 'Agent', organizationUuid: UNKNOWN_UUID }
        await transaction.insert(users).values(stray)
      }),
    )
    expect(await refusalOf(load)).toBe('users_organization_uuid_organizations_uuid_fk')
    expect(await countOf(fresh, 'users')).toBe(0)
    expect(await schemaOf(fresh)).toEqual(before)
    await fresh.close()
  })
})

const UNKNOWN_UUID = '0d5e2d8e-41c1-4a5f-8f0e-6d2f3b1c9a77'

async function countOf({ drizzle }: Database, table: string): Promise<number> {
  const query = sql`select count(*)::int as count from ${sql.identifier(table)}`
  const [row] = await rowsOf<{ count: number }>(drizzle, query)
  return row!.count
}

/** A hash of all rows of each table that is filled. */
async function fingerprintOf({ drizzle }: Database): Promise<Record<string, string>> {
  const names = [
    ...['organizations', 'focus_areas', 'users', 'persons', 'person_organizations', 'pledges'],
    ...['pledge_focus_areas', 'transactions', 'calls', 'call_attempts'],
  ]
  const hashes: SQL[] = names.map((name) => {
    const table = sql.identifier(name)
    return sql`(select md5(string_agg(${table}::text, ' ' order by ${table}::text)) from ${table}) as ${table}`
  })
  const [row] = await rowsOf<Record<string, string>>(
    drizzle,
    sql`select ${sql.join(hashes, sql`, `)}`,
  )
  return row!
}

/** Every constraint, index and trigger, as Postgres writes it down. */
async function schemaOf({ drizzle }: Database): Promise<string[]> {
  const rows = await rowsOf<{ definition: string }>(
    drizzle,
    sql`
      select format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as definition
      from pg_constraint where connamespace = 'public'::regnamespace
      union all
      select indexdef from pg_indexes where schemaname = 'public'
      union all
      select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
      order by 1`,
  )
  return rows.map(({ definition }) => definition)
}
