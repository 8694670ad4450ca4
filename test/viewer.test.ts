import { expect, test } from 'vitest'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { insertOrganization } from './support/records.ts'

test("the organizations in an account's scope are told newest first, and nothing of the others", async () => {
  const database = await openTestDatabase()
  const createdAt = ['2026-01-02', '2026-01-04', '2026-01-03', '2026-01-01'].map(
    (day) => new Date(`${day}T00:00:00.000Z`),
  )
  const uuids: string[] = []
  for (const at of createdAt)
    uuids.push((await insertOrganization(database, { createdAt: at })).uuid)
  const actor = { ...EVERYTHING, organizations: uuids.slice(0, 3) }
  const { data } = await createGateway({ database, actor }).execute(
    '{ viewer { organizations { uuid } } }',
  )
  await database.close()
  const [first, second, third] = uuids
  expect(data.viewer.organizations).toEqual([{ uuid: second }, { uuid: third }, { uuid: first }])
})
