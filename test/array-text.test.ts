import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, rowsOf } from '../src/db/database.ts'
import { anyOf, arrayText } from '../src/read/filter.ts'
import { openTestDatabase } from './support/database.ts'

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

const ODD = [
  'a,b',
  '{}',
  '{a}',
  'null',
  'NULL',
  '',
  ' ',
  ' a ',
  '"',
  '\\',
  '\\"',
  "'",
  'é\n\t',
  '🙂',
]

async function readBack(values: readonly string[]): Promise<string[] | undefined> {
  const [row] = await rowsOf<{ found: string[] }>(
    database.drizzle,
    sql`select to_json(${arrayText(values)}::text[]) as found`,
  )
  return row?.found
}

test('an array as text keeps its values apart, whatever is in them', async () => {
  expect(await readBack([])).toEqual([])
  expect(await readBack(ODD)).toEqual(ODD)
  expect(await readBack(['a', 'b', 'a'])).toEqual(['a', 'b'])
  // Postgres has no text with this character; what binds values refuses it before.
  const value = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('\0'))
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(value), async (values) => {
      expect(await readBack(values)).toEqual(values)
    }),
  )
})

test('a filter by any of several texts finds these, and no others', async () => {
  const words = pgTable('words', { word: text('word') })
  const filter = anyOf(words.word)
  const at = (column: { name: string }) => sql.identifier(column.name) as never
  for (const wanted of ODD) {
    const bound = filter.values([wanted, 'another'] as never).map((each) => sql`${each}::text[]`)
    const condition = filter.condition({ at, scope: undefined }, bound, '')
    const found = await rowsOf<{ word: string }>(
      database.drizzle,
      sql`select word from unnest(${arrayText(ODD)}::text[]) as word where ${condition}`,
    )
    expect(found).toEqual([{ word: wanted }])
  }
})
