import { getTableColumns } from 'drizzle-orm'
import { z } from 'zod'
import type { Clock } from '../core/clock.ts'
import type { Issue } from '../core/error.ts'
import { group, issuesOf, oneOf, uuid } from '../core/field.ts'
import { isObject, type Value, type ValueObject } from '../core/json.ts'
import { ENTITIES, forEachEntity } from './entities.ts'
import { ENTITY_NAMES, type Entity } from './entity.ts'
import type { TextLine } from './line-reader.ts'

/** A line whose values are right by themselves. */
export interface Line {
  readonly entity: Entity
  readonly uuid: string
  /** What the line says, by column and list; a list keeps the order in which it was given. */
  readonly values: ValueObject
}

/** Reads a line, or tells everything that is wrong with it by itself. */
export type LineParser = (content: TextLine['content']) => Line | readonly Issue[]

const wholeLine = (message: string): Issue[] => [{ path: [], message }]

/** Makes a parser of lines. The clock tells which instants are in the future. */
export function createLineParser(clock: Clock): LineParser {
  const schemas = forEachEntity(({ name, keys }) =>
    group({ entity: z.literal(name), uuid: uuid(), ...keys(clock) }),
  )
  const header = z.object({ entity: oneOf(ENTITY_NAMES) })
  return (content) => {
    if ('problem' in content) return wholeLine(content.problem)
    const input = parseJson(content.text)
    if (!isObject(input)) return wholeLine('is not accepted: a line must be one JSON object')
    const named = header.safeParse(input)
    if (!named.success) return issuesOf(named.error)
    const entity = ENTITIES[named.data.entity]
    const parsed = schemas[named.data.entity].safeParse(input)
    if (!parsed.success) return issuesOf(parsed.error)
    const values = valuesByColumn(entity, parsed.data)
    return { entity, uuid: values['uuid'] as string, values }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function valuesByColumn(entity: Entity, parsed: ValueObject): ValueObject {
  const columns = getTableColumns(entity.table)
  const values: Record<string, Value> = {}
  for (const [key, value] of Object.entries(parsed)) {
    const parts = entity.groups?.[key]
    if (parts) {
      for (const [part, given] of Object.entries(value as ValueObject)) {
        const column = parts[part]
        if (column !== undefined) values[column] = given
      }
    } else if (entity.lists?.[key]) {
      values[key] = value ?? []
    } else if (columns[key]) {
      values[key] = value
    }
  }
  return values
}
