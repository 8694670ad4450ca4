import { getTableColumns } from 'drizzle-orm'
import { isSame, type Value } from '../core/json.ts'
import type { Row } from '../db/row.ts'
import { fieldName } from '../feed/rules.ts'
import { isSameSignature } from '../signature/rules.ts'
import type { Entity } from './entity.ts'
import type { Line } from './line.ts'

/** Whether a stored record has no source outside, although records of its kind can have one. */
export function isManaged({ external }: Entity, stored: Row): boolean {
  return external !== undefined && stored[external.columns[0]] === null
}

/** Whether a stored record was erased. */
export function isErased({ erasure }: Entity, stored: Row): boolean {
  return erasure !== undefined && stored[erasure] !== null
}

/** The columns and lists in which a line says something else than what is stored. */
export function changedBy({ entity, values }: Line, stored: Row): string[] {
  return Object.entries(values)
    .filter(([name, value]) => !says(entity, name, stored[name], settled(entity, name, value)))
    .map(([name]) => name)
}

/** Whether a value is what is stored; one signature has another key each time that it is brought. */
function says({ signature }: Entity, name: string, stored: Value | undefined, given: Value) {
  if (name !== signature?.column || typeof stored !== 'string' || typeof given !== 'string') {
    return isSame(stored, given)
  }
  return isSameSignature(stored, given)
}

/** The record that a line makes: where it says null, that is the same as saying nothing. */
export function createdRow({ entity, values }: Line, now: Date): Row {
  const row: Record<string, Value> = {}
  for (const name of Object.keys(getTableColumns(entity.table))) row[name] = null
  for (const name of Object.keys(entity.lists ?? {})) row[name] = []
  Object.assign(row, entity.defaults(now))
  for (const [name, value] of Object.entries(values)) {
    if (value !== null) row[name] = settled(entity, name, value)
  }
  return row
}

/** The record that a line makes of a stored one by changing some columns and lists. */
export function updatedRow(
  { entity, values }: Line,
  stored: Row,
  changed: readonly string[],
  now: Date,
): Row {
  const given = changed.map((name) => [name, settled(entity, name, values[name] ?? null)] as const)
  const isMarked = 'updatedAt' in stored && changed.length > 0 && !('updatedAt' in values)
  return {
    ...stored,
    ...Object.fromEntries<Value>(given),
    ...(isMarked ? { updatedAt: now.toISOString() } : {}),
  }
}

/** The names that the schema gives to columns and lists, each once, without the instant of the change. */
export function fieldNames({ groups = {} }: Entity, columns: readonly string[]): string[] {
  const names = columns
    .filter((column) => column !== 'updatedAt')
    .map((column) => {
      const group = Object.entries(groups).find(([, parts]) =>
        Object.values(parts).includes(column),
      )
      return group ? group[0] : fieldName(column)
    })
  return [...new Set(names)]
}

function settled({ lists }: Entity, name: string, value: Value): Value {
  return lists?.[name]?.isSet && Array.isArray(value) ? [...(value as string[])].sort() : value
}
