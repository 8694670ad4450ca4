import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { createLogger } from '../src/http/log.ts'
import { openTestDatabase } from './support/database.ts'
import { insertPledge } from './support/records.ts'

const SECRET = 'NL91ABNA0417164300'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
  await insertPledge(database, { recruitingLocationLabel: SECRET })
})
afterAll(() => database.close())

async function loggedOf(fail: () => Promise<unknown>): Promise<string> {
  const error: unknown = await fail().then(
    () => expect.unreachable(),
    (reason: unknown) => reason,
  )
  const lines: string[] = []
  const logger = createLogger('debug', { write: (line) => lines.push(line) })
  logger.error({ err: error }, 'failed')
  logger.error({ err: new Error('around it', { cause: error }) }, 'failed')
  logger.error({ err: new AggregateError([error], 'several') }, 'failed')
  expect(lines).toHaveLength(3)
  return lines.join('')
}

const RAISE = `do $$ declare found text := (select recruiting_location_label from pledges limit 1); begin raise exception 'of %', found using detail = found, hint = found; end $$`

test.each([
  [
    'a unique violation',
    sql`insert into pledges select * from pledges where recruiting_location_label = ${SECRET}`,
    '23505',
  ],
  [
    'a check violation',
    sql`update pledges set recruiting_location_label = ${SECRET}, preferred_payment_day = 31`,
    '23514',
  ],
  ['a null where there must be none', sql`update pledges set created_at = null`, '23502'],
  ['an invalid cast', sql`select ${SECRET}::text::uuid`, '22P02'],
  ['an invalid bound value', sql`select * from pledges where uuid = ${SECRET}`, '22P02'],
  ['an invalid instant', sql`select ${SECRET}::text::timestamptz`, '22007'],
  [
    'a cast of what is stored',
    sql`select recruiting_location_label::numeric from pledges`,
    '22P02',
  ],
  ['what a function says', sql.raw(RAISE), 'P0001'],
])('of %s the log has the code, and no value', async (_what, statement, code) => {
  const logged = await loggedOf(async () => database.drizzle.execute(statement))
  expect(logged).not.toContain(SECRET)
  expect(logged).toContain(`"code":"${code}"`)
})

test('of a statement that the planner sent the log has no value either', async () => {
  const logged = await loggedOf(() =>
    database.read({ text: 'select $1::text::uuid::text', isPrepared: false }, [SECRET]),
  )
  expect(logged).not.toContain(SECRET)
  expect(logged).toContain('"code":"22P02"')
})

test('of what is wrong with the schema the log has the reason', async () => {
  const logged = await loggedOf(async () => database.drizzle.execute(sql`select * from nothing`))
  expect(logged).toContain('relation \\"nothing\\" does not exist')
  expect(logged).toContain('log.test.ts')
})
