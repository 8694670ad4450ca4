import * as fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { PgDialect, PgSession } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../src/core/actor.ts'
import { placeChanges } from '../src/feed/placing.ts'
import { type Database, type Drizzle, openInMemory, rowsOf } from '../src/db/database.ts'
import { migrate } from '../src/db/migrate.ts'
import { changes } from '../src/feed/table.ts'
import {
  decodeHiddenCursor,
  encodeHiddenCursor,
  encodePlainCursor,
} from '../src/read/numbered-cursor.ts'
import { schema } from '../src/schema.ts'
import { CHANGED, type ChangedRecords, insertChanged, recordAct } from './support/changes.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { sendTo } from './support/following.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import {
  hiddenCursorOf,
  knowCursors,
  KNOWN_SECRET,
  masked,
  readHiddenCursor,
  secretOf,
} from './support/hidden-cursor.ts'
import { insertPledge } from './support/records.ts'
import { Subscriber } from './support/subscriber.ts'

const SEED = 20_261_124
const LIST = 'changes POSITION ASC'

const LOST = { code: 'BAD_USER_INPUT', argument: 'after' }

const uuids = fc.uuid({ version: 4 })

type Placed = typeof changes.$inferSelect & { readonly position: number }

let database: Database
let records: ChangedRecords
let us: Actor
let rows: Placed[]

beforeAll(async () => {
  database = await openTestDatabase()
  records = await insertChanged(database)
  us = { ...EVERYTHING, organizations: [records.pledge.owningOrganizationUuid] }
  rows = await placedRows(database)
})
afterAll(() => database.close())

async function placedRows({ drizzle }: Database): Promise<Placed[]> {
  return (await drizzle.select().from(changes).orderBy(changes.position)) as Placed[]
}

async function pageOf(args: string, actor = EVERYTHING, on = database) {
  const { data, errors } = await createGateway({ database: on, actor }).execute(
    `{ changes(${args}) { edges { cursor node { id actor } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  )
  return { page: data?.changes, told: errors?.map(({ extensions }) => extensions) }
}

describe('the database hides a number', () => {
  test('as what is written here does, and finds it again, whichever it is', async () => {
    const numbers = fc.sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), {
      seed: SEED,
      numRuns: 3_000,
    })
    numbers.push(0n, 1n, -1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n))
    const rowUuids = fc.sample(uuids, { seed: SEED, numRuns: numbers.length })
    const found = await rowsOf<{ hidden: string; again: string }>(
      database.drizzle,
      sql`select masked_number(number, uuid, decode(${KNOWN_SECRET}, 'hex'))::text as hidden,
          masked_number(masked_number(number, uuid, decode(${KNOWN_SECRET}, 'hex')), uuid, decode(${KNOWN_SECRET}, 'hex'))::text as again
        from unnest(${`{${numbers.join()}}`}::bigint[], ${`{${rowUuids.join()}}`}::uuid[]) with ordinality given(number, uuid, nth)
        order by nth`,
    )
    expect(found).toEqual(
      numbers.map((number, index) => ({
        hidden: String(masked(number, rowUuids[index]!, KNOWN_SECRET)),
        again: String(number),
      })),
    )
  })

  test('so that nothing of it shows: hidden numbers of a row of changes rise as often as they fall', () => {
    const hidden = fc
      .sample(uuids, { seed: SEED, numRuns: 2_000 })
      .map((uuid, index) => masked(BigInt(index), uuid, KNOWN_SECRET))
    const rises = hidden.filter((number, index) => index > 0 && number > hidden[index - 1]!)
    expect(rises.length).toBeGreaterThan(900)
    expect(rises.length).toBeLessThan(1_100)
    for (let bit = 0n; bit < 64n; bit += 1n) {
      const set = hidden.filter((number) => ((number >> bit) & 1n) === 1n)
      expect(set.length).toBeGreaterThan(850)
      expect(set.length).toBeLessThan(1_150)
    }
  })

  test('by a secret of its own', async () => {
    const fresh = await Promise.all([openInMemory(), openInMemory()])
    const secrets = []
    for (const each of fresh) {
      await migrate(each)
      secrets.push(await secretOf(each))
    }
    await Promise.all(fresh.map((each) => each.close()))
    expect(secrets[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(secrets[0]).not.toBe(secrets[1])
    const [one, other] = secrets.map((secret) => hiddenCursorOf(LIST, rows[0]!, secret))
    expect(one).not.toBe(other)
  })
})

describe('a cursor', () => {
  test('is of the change and its hidden position, and is written alike everywhere', async () => {
    const secret = await secretOf(database)
    const { page } = await pageOf('first: 100')
    expect(page.edges.map(({ cursor }: { cursor: string }) => cursor)).toEqual(
      rows.map((row) => hiddenCursorOf(LIST, row, secret)),
    )
    expect(page.pageInfo.startCursor).toBe(page.edges[0].cursor)
    expect(page.pageInfo.endCursor).toBe(page.edges.at(-1).cursor)
    for (const { position, uuid } of rows) {
      expect(
        readHiddenCursor(LIST, hiddenCursorOf(LIST, { position, uuid }, secret), secret),
      ).toEqual({ number: position, mark: uuid.slice(0, 8) })
    }
  })

  test('is good in both directions, from any change', async () => {
    const { page } = await pageOf('first: 100', us)
    const cursors: string[] = page.edges.map(({ cursor }: { cursor: string }) => cursor)
    expect(cursors).toHaveLength(CHANGED)
    const actorsOf = (found: typeof page) =>
      found.edges.map(({ node }: { node: { actor: string } }) => node.actor)
    for (const [index, cursor] of cursors.entries()) {
      const later = await pageOf(`first: 100, after: "${cursor}"`, us)
      expect(actorsOf(later.page)).toEqual(records.ours.slice(index + 1))
      const earlier = await pageOf(`last: 100, before: "${cursor}"`, us)
      expect(actorsOf(earlier.page)).toEqual(records.ours.slice(0, index))
    }
  })

  test('is refused with any other place, which nobody finds out by trying', async () => {
    const { page } = await pageOf('first: 2', us)
    const [{ cursor }, { cursor: other }] = page.edges
    const position = decodeHiddenCursor(LIST, cursor)!
    const forged = Array.from({ length: 64 }, (_, bit) =>
      encodeHiddenCursor(LIST, {
        ...position,
        hidden: BigInt.asIntN(64, position.hidden ^ (1n << BigInt(bit))),
      }),
    )
    forged.push(
      encodeHiddenCursor(LIST, { ...position, uuid: decodeHiddenCursor(LIST, other)!.uuid }),
      hiddenCursorOf(LIST, rows[0]!, KNOWN_SECRET),
    )
    for (const after of forged) {
      expect((await pageOf(`first: 1, after: "${after}"`, us)).told).toEqual([LOST])
    }
  })

  test('of a change of others says nothing either', async () => {
    const foreign = rows.find(({ actor }) => actor?.startsWith('foreign'))!
    const guessed = encodeHiddenCursor(LIST, {
      uuid: foreign.uuid,
      hidden: BigInt(foreign.position),
    })
    expect((await pageOf(`first: 1, after: "${guessed}"`, us)).told).toEqual([LOST])
  })
})

describe('a cursor that an older version wrote', () => {
  const plainOf = ({ position, uuid }: Placed, isMarked = true) =>
    encodePlainCursor(LIST, { number: position, mark: isMarked ? uuid.slice(0, 8) : '' })

  test.each([true, false])('gives the same pages (with a mark: %s)', async (isMarked) => {
    await knowCursors(database, { plainUntil: rows.at(-1)!.position })
    const secret = await secretOf(database)
    for (const row of rows) {
      const [plain, hidden] = [plainOf(row, isMarked), hiddenCursorOf(LIST, row, secret)]
      for (const args of ['first: 3, after', 'last: 3, before']) {
        for (const actor of [EVERYTHING, us]) {
          const found = await pageOf(`${args}: "${plain}"`, actor)
          expect(found.told).toBeUndefined()
          expect(found).toEqual(await pageOf(`${args}: "${hidden}"`, actor))
        }
      }
    }
  })

  test('resumes a subscription, which goes on with cursors of this version', async () => {
    await knowCursors(database, { plainUntil: rows.at(-1)!.position })
    const token = await tokenOf(await createTestAccount(database))
    for (const isMarked of [true, false]) {
      const subscriber = await Subscriber.open({
        token,
        send: sendTo(openGateway(database, schema)),
        after: plainOf(rows.at(-4)!, isMarked),
      })
      await subscriber.untilCount(3)
      const secret = await secretOf(database)
      expect(subscriber.events.map(({ cursor }) => cursor)).toEqual(
        rows.slice(-3).map((row) => hiddenCursorOf(LIST, row, secret)),
      )
      await subscriber.leave()
    }
  })

  test('is refused where no older version can have written it', async () => {
    const [last, newest] = rows.slice(-2) as [Placed, Placed]
    await knowCursors(database, { plainUntil: last.position })
    expect((await pageOf(`first: 1, after: "${plainOf(last)}"`)).told).toBeUndefined()
    for (const isMarked of [true, false]) {
      const after = plainOf(newest, isMarked)
      expect((await pageOf(`first: 1, after: "${after}"`)).told).toEqual([LOST])
      const token = await tokenOf(await createTestAccount(database))
      const send = sendTo(openGateway(database, schema))
      const subscriber = await Subscriber.open({ token, send, after })
      await subscriber.untilOver()
      expect(subscriber.problems.map(({ extensions }) => extensions)).toEqual([LOST])
    }
    const another = encodePlainCursor(LIST, {
      number: last.position,
      mark: newest.uuid.slice(0, 8),
    })
    expect((await pageOf(`first: 1, after: "${another}"`)).told).toEqual([LOST])
  })

  test('is good after the migration for what was there before it', async () => {
    const migrated = await openInMemory()
    await migrateUntilPlain(migrated)
    const { uuid: pledgeUuid } = await insertPledge(migrated)
    // Today's code names columns that the table did not have then.
    for (const actor of ['1', '2']) {
      await migrated.drizzle.execute(
        sql`insert into changes (kind, occurred_at, actor, changed_fields, pledge_uuid) values ('PLEDGE_UPDATED', '2026-03-02T09:00:00Z', ${actor}, '{}', ${pledgeUuid})`,
      )
    }
    await placeChanges(migrated)
    await migrate(migrated)
    await recordAct(migrated, { pledgeUuid, actor: '3' })
    const placed = await placedRows(migrated)
    const told = []
    for (const row of placed) {
      const { page } = await pageOf(`first: 1, after: "${plainOf(row)}"`, EVERYTHING, migrated)
      told.push(page?.edges[0]?.node.actor)
    }
    expect(told).toEqual(['2', '3', undefined])
    const refused = await pageOf(`first: 1, after: "${plainOf(placed[2]!)}"`, EVERYTHING, migrated)
    expect(refused.told).toEqual([LOST])
    await migrated.close()
  })
})

/** Migrates as the last version did whose cursors told the position. */
async function migrateUntilPlain({ drizzle }: Database): Promise<void> {
  const config = { migrationsFolder: new URL('../drizzle', import.meta.url).pathname }
  const files = readMigrationFiles(config)
  const until = files.findIndex(({ sql }) => sql.join('').includes('feed_cursors'))
  const { dialect, session } = drizzle as Drizzle & { dialect: PgDialect; session: PgSession }
  await dialect.migrate(files.slice(0, until), session, config)
}
