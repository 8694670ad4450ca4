import type { Server } from './server.ts'

/** Records that are there, by the name of their type: operations look them up, and filter by them. */
export type Records = ReadonlyMap<string, readonly Identity[]>

export interface Identity {
  readonly id: string
  readonly uuid: string
}

const QUERY = `{
  pledges(first: 100) {
    nodes { __typename id uuid transactions(first: 1) { nodes { __typename id uuid } } }
  }
  calls(first: 100) { nodes { __typename id uuid } }
  persons(first: 100) { nodes { __typename id uuid } }
  organizations(first: 100) { nodes { __typename id uuid } }
}`

/** Finds some records of each type. */
export async function findRecords(server: Server): Promise<Records> {
  const { data } = await server.ask({ query: QUERY, variables: {} })
  const records = new Map<string, Identity[]>()
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('__typename' in value && 'id' in value && 'uuid' in value) {
      const type = String(value.__typename)
      const { id, uuid } = value as unknown as Identity
      records.set(type, [...(records.get(type) ?? []), { id, uuid }])
    }
    Object.values(value).forEach(collect)
  }
  collect(data)
  return records
}
