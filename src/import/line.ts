import { getTableColumns } from 'drizzle-orm'
import { z } from 'zod'
import type { Clock } from '../core/clock.ts'
import type { Issue } from '../core/error.ts'
import { group, issuesOf, oneOf, uuid } from '../core/field.ts'
import { isObject, type Value, type ValueObject } from '../core/json.ts'
import { ENTITIES, forEachEntity } from './entities.ts'
import { newSignatureKey, type Signature } from '../signature/rules.ts'
import { ENTITY_NAMES, type Entity } from './entity.ts'
import type { TextLine } from './line-reader.ts'
import type { BroughtSignature } from './signature.ts'

/** A line whose values are right by themselves. */
export interface Line {
  readonly entity: Entity
  readonly uuid: string
  /** What the line says, by column and list; a list keeps the order in which it was given. */
  readonly values: ValueObject
  /** The signature that the line brings, which is not stored yet. */
  readonly signature: BroughtSignature | undefined
}

/** What a line says, or everything that is wrong with it by itself. */
export type ParsedLine = Line | readonly Issue[]

/** Reads a line: at once, unless it brings a file that has to be looked into. */
export type LineParser = (content: TextLine['content']) => ParsedLine | Promise<ParsedLine>

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
    const schema = schemas[named.data.entity]
    // Waiting for each of a million lines would take longer than reading them.
    if (!isObject(input[entity.signature?.key ?? '']))
      return lineOf(entity, schema.safeParse(input))
    return schema.safeParseAsync(input).then((parsed) => lineOf(entity, parsed))
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type ParsedKeys = Readonly<Record<string, Value | Signature>>

function lineOf(entity: Entity, parsed: z.ZodSafeParseResult<ParsedKeys>): ParsedLine {
  if (!parsed.success) return issuesOf(parsed.error)
  const columns = getTableColumns(entity.table)
  const uuid = parsed.data['uuid'] as string
  const values: Record<string, Value> = {}
  let signature: BroughtSignature | undefined
  for (const [key, given] of Object.entries(parsed.data)) {
    const parts = entity.groups?.[key]
    if (key === entity.signature?.key) {
      signature = broughtBy(uuid, given as Signature | null)
      values[entity.signature.column] = signature?.key ?? null
    } else if (parts) {
      for (const [part, value] of Object.entries(given as ValueObject)) {
        const column = parts[part]
        if (column !== undefined) values[column] = value
      }
    } else if (entity.lists?.[key]) {
      values[key] = (given as Value) ?? []
    } else if (columns[key] && !(given === null && columns[key].notNull)) {
      // What cannot be empty is not cleared by null: it says as little as leaving the key out.
      values[key] = given as Value
    }
  }
  return { entity, uuid, values, signature }
}

function broughtBy(uuid: string, signature: Signature | null): BroughtSignature | undefined {
  return signature ? { ...signature, key: newSignatureKey(uuid, signature) } : undefined
}
