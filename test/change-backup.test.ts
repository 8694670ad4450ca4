import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { decodeHiddenCursor, encodeHiddenCursor } from '../src/read/numbered-cursor.ts'
import { schema } from '../src/schema.ts'
import { recordAct } from './support/changes.ts'
import { copyRows } from './support/copy.ts'
import { openTestDatabase } from './support/database.ts'
import { type Answer, createGateway } from './support/execution.ts'
import { FeedReader } from './support/feed-reader.ts'
import { sendTo } from './support/following.ts'
import { createTestAccount, openGateway, tokenOf } from './support/gateway.ts'
import { insertPledge } from './support/records.ts'
import { Subscriber } from './support/subscriber.ts'

let original: Database
let restored: Database
let pledgeUuid: string
/** The cursor of the newest change in the backup, and of one that came after it. */
let kept: string
let lost: string

beforeAll(async () => {
  ;[original, restored] = [await openTestDatabase(), await openTestDatabase()]
  pledgeUuid = (await insertPledge(original)).uuid
  const reader = new FeedReader(createGateway({ database: original }))
  const readOn = async () => {
    await reader.readOn()
    return reader.cursor!
  }
  await recordAct(original, { pledgeUuid, actor: 'before the backup' })
  kept = await readOn()
  await copyRows(original, restored)
  await recordAct(original, { pledgeUuid, actor: 'lost' }, { pledgeUuid, actor: 'lost too' })
  lost = await readOn()
})

afterAll(() => Promise.all([original.close(), restored.close()]))

const ACCEPTED =
  'a cursor of this database; this one is of a change that is not there, which is so after an older backup was restored: begin anew, without a cursor'

test('a cursor from after the backup is refused, also once others have its number', async () => {
  for (let acts = 0; acts < 4; acts += 1) {
    for (const [argument, page] of [
      ['after', 'first: 1'],
      ['before', 'last: 1'],
    ]) {
      const query = `query ($cursor: String) { changes(${argument}: $cursor, ${page}) { nodes { id } } }`
      const { data, errors } = await execute(query, { cursor: lost })
      expect(data).toEqual({ changes: null })
      expect(errors).toMatchObject([
        {
          message: `Argument "${argument}" of Query.changes must be ${ACCEPTED}.`,
          path: ['changes'],
          extensions: { code: 'BAD_USER_INPUT', argument },
        },
      ])
    }
    const { errors } = await execute(
      'query ($uuid: UUID!, $cursor: String) { pledge(uuid: $uuid) { changes(after: $cursor) { nodes { id } } } }',
      { uuid: pledgeUuid, cursor: ofPledge(lost) },
    )
    expect(errors?.[0]?.message).toBe(`Argument "after" of Pledge.changes must be ${ACCEPTED}.`)
    await recordAct(restored, { pledgeUuid, actor: `since ${acts}` })
  }
})

test('a subscription that goes on from there is refused', async () => {
  const token = await tokenOf(await createTestAccount(restored))
  const subscriber = await Subscriber.open({
    token,
    send: sendTo(openGateway(restored, schema)),
    after: lost,
  })
  await subscriber.untilOver()
  expect(subscriber.actors).toEqual([])
  expect(subscriber.problems).toMatchObject([
    { message: `Argument "after" of Subscription.changes must be ${ACCEPTED}.` },
  ])
})

test('a cursor from before the backup is good', async () => {
  await recordAct(restored, { pledgeUuid, actor: 'the newest' })
  const reader = new FeedReader(createGateway({ database: restored }))
  reader.cursor = kept
  await reader.readOn()
  expect(reader.actors).not.toContain('before the backup')
  expect(reader.actors.at(-1)).toBe('the newest')
})

function execute(query: string, variables: Record<string, unknown>): Promise<Answer> {
  return createGateway({ database: restored }).execute(query, variables)
}

/** The cursor of the same change in the list of its pledge. */
function ofPledge(cursor: string): string {
  const position = decodeHiddenCursor('changes POSITION ASC', cursor)!
  return encodeHiddenCursor('Pledge.changes POSITION ASC', position)
}
