import type { Row } from '../db/row.ts'
import type { Entity, Reference } from './entity.ts'

/** One place in a record that names another record. */
export interface NamedRecord {
  readonly uuid: string
  readonly path: readonly string[]
  readonly reference: Reference
}

/** Every record that a row, or as much of it as there is, refers to. */
export function namedRecords({ references = {}, lists = {} }: Entity, row: Row): NamedRecord[] {
  const named: NamedRecord[] = []
  for (const [column, reference] of Object.entries(references)) {
    const uuid = row[column]
    if (typeof uuid === 'string') named.push({ uuid, path: [column], reference })
  }
  for (const [name, { reference }] of Object.entries(lists)) {
    const items = row[name]
    if (!Array.isArray(items)) continue
    for (const [index, item] of (items as Row[]).entries()) {
      const uuid = reference.key === undefined ? item : item[reference.key]
      if (typeof uuid !== 'string') continue
      const inItem = reference.key === undefined ? [] : [reference.key]
      named.push({ uuid, path: [name, String(index), ...inItem], reference })
    }
  }
  return named
}
