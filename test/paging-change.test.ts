import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../src/db/database.ts'
import { pledges } from '../src/pledge/table.ts'
import { openTestDatabase } from './support/database.ts'
import { createGateway, EVERYTHING } from './support/execution.ts'
import { inOrder } from './support/lists.ts'
import { insertPerson, insertPledge } from './support/records.ts'

interface Node {
  readonly uuid: string
}

const PAGE = `query ($first: Int, $last: Int, $after: String, $before: String) {
  pledges(first: $first, last: $last, after: $after, before: $before) {
    nodes { uuid } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`

let database: Database

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

test.each(['first', 'last'] as const)(
  'paging by `%s` neither skips nor repeats a record while others come and go',
  async (end) => {
    const { personUuid, owningOrganizationUuid, original } = await insertPledgesOfPerson()
    const gateway = gatewayFor(owningOrganizationUuid)
    const seen: string[] = []
    let cursor: string | null = null
    for (let isFurther = true; isFurther && seen.length < 100;) {
      const args: object =
        end === 'first' ? { first: 2, after: cursor } : { last: 2, before: cursor }
      const { data, errors } = await gateway.execute(PAGE, { ...args })
      expect(errors).toBeUndefined()
      const { nodes, pageInfo } = data.pledges
      const uuids: string[] = nodes.map(({ uuid }: Node) => uuid)
      seen.push(...uuids)
      cursor = end === 'first' ? pageInfo.endCursor : pageInfo.startCursor
      isFurther = end === 'first' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage
      if (seen.length > original.length) continue
      // One in each millisecond, and so on either side of the cursor, whose own record goes.
      for (const { createdAt } of original) await insertPledge(database, { personUuid, createdAt })
      const last = end === 'first' ? uuids.at(-1)! : uuids[0]!
      await database.drizzle.delete(pledges).where(eq(pledges.uuid, last))
    }
    const wanted = original.map(({ uuid }) => uuid)
    expect(seen.filter((uuid) => wanted.includes(uuid)).sort()).toEqual(wanted.sort())
    expect(new Set(seen).size).toBe(seen.length)
  },
)

test.each(['for all organizations', 'in a scope'])(
  'a page has 20 records unless it says otherwise, and the largest knows of the next one, %s',
  async (viewer) => {
    const person = await insertPerson(database, { createdAt: new Date('2026-05-05T00:00:00Z') })
    const { createdAt } = person
    const model = await insertPledge(database, { personUuid: person.uuid, createdAt })
    const more = Array.from({ length: 100 }, () => ({ ...model, uuid: randomUUID() }))
    await database.drizzle.insert(pledges).values(more)
    const all = inOrder([model, ...more], ['CREATED_AT', 'DESC'])
    const gateway =
      viewer === 'in a scope'
        ? gatewayFor(person.owningOrganizationUuid)
        : createGateway({ database })

    const { data: usual } = await gateway.execute(PAGE)
    expect(usual.pledges.nodes).toHaveLength(20)
    const { data: full } = await gateway.execute(PAGE, { first: 100 })
    expect(full.pledges.nodes.map(({ uuid }: Node) => uuid)).toEqual(all.slice(0, 100))
    expect(full.pledges.pageInfo.hasNextPage).toBe(true)

    const after = full.pledges.pageInfo.endCursor
    const { data: rest } = await gateway.execute(PAGE, { first: 1, after })
    expect(rest.pledges.nodes).toEqual([{ uuid: all[100] }])
    await database.drizzle.delete(pledges).where(eq(pledges.personUuid, person.uuid))
  },
)

function gatewayFor(organizationUuid: string) {
  return createGateway({ database, actor: { ...EVERYTHING, organizations: [organizationUuid] } })
}

async function insertPledgesOfPerson() {
  const { uuid: personUuid, owningOrganizationUuid, createdAt } = await insertPerson(database)
  const original = []
  for (let index = 0; index < 8; index += 1) {
    const at = new Date(createdAt.getTime() + Math.floor(index / 4))
    original.push(await insertPledge(database, { personUuid, createdAt: at }))
  }
  return { personUuid, owningOrganizationUuid, original }
}
