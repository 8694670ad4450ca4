import postgres from 'postgres'
import { DEPTH } from './operation.ts'

/** Whose view the operations are asked in: that of an account with these organizations, or with all. */
export interface Series {
  readonly title: string
  readonly scope: readonly string[] | 'all'
}

/** What a series asks for: it depends on the data. */
export interface Subject {
  /** The pledges that are looked up, one after the other. */
  readonly uuids: readonly string[]
  /** The pledge after which the deep page begins. */
  readonly position: { readonly createdAt: string; readonly uuid: string }
}

const LOOKED_UP = 1_000

/** The number of pledges in a database; undefined in one that is not migrated. */
export async function countPledges(databaseUrl: string): Promise<number | undefined> {
  return await using(databaseUrl, async (sql) => {
    const [table] = await sql`select to_regclass('pledges') is not null as exists`
    if (!table?.['exists']) return undefined
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from pledges`
    return row?.count
  })
}

/** All organizations; the one that owns the most pledges; the three that see the most of them. */
export async function findSeries(databaseUrl: string): Promise<Series[]> {
  return await using(databaseUrl, async (sql) => {
    const [owner] = await sql<{ uuid: string }[]>`
      select owning_organization_uuid as uuid from pledges group by 1 order by count(*) desc limit 1`
    const seeing = await sql<{ uuid: string }[]>`
      select o.uuid from organizations o order by (
        select count(*) from pledges p
        where o.uuid in (p.owning_organization_uuid, p.recruiting_organization_uuid)
      ) desc limit 3`
    if (!owner) throw new Error('the database has no pledges')
    return [
      { title: 'all organizations', scope: 'all' },
      { title: 'one organization', scope: [owner.uuid] },
      { title: 'three organizations', scope: seeing.map(({ uuid }) => uuid) },
    ]
  })
}

export async function findSubject(databaseUrl: string, { scope }: Series): Promise<Subject> {
  return await using(databaseUrl, async (sql) => {
    const isVisible =
      scope === 'all'
        ? sql`true`
        : sql`(owning_organization_uuid in ${sql(scope)} or recruiting_organization_uuid in ${sql(scope)})`
    const looked = await sql<{ uuid: string }[]>`
      select uuid from pledges where ${isVisible} order by md5(uuid::text) limit ${LOOKED_UP}`
    const [position] = await sql<{ created_at: Date; uuid: string }[]>`
      select created_at, uuid from pledges where ${isVisible}
      order by created_at desc, uuid desc offset ${DEPTH - 1} limit 1`
    if (!position) throw new Error(`fewer than ${String(DEPTH)} pledges are visible`)
    return {
      uuids: looked.map(({ uuid }) => uuid),
      position: { createdAt: position.created_at.toISOString(), uuid: position.uuid },
    }
  })
}

async function using<Result>(url: string, act: (sql: postgres.Sql) => Promise<Result>) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await act(sql)
  } finally {
    await sql.end()
  }
}
