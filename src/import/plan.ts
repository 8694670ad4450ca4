import type { Issue } from '../core/error.ts'
import type { Row } from '../db/row.ts'
import { WAS_ERASED } from '../person/rules.ts'
import { ENTITIES, forEachEntity } from './entities.ts'
import type { Copy, Entity, EntityName } from './entity.ts'
import { externalKey, type Known } from './known.ts'
import type { Line } from './line.ts'
import { changedBy, createdRow, fieldNames, isErased, isManaged, updatedRow } from './merge.ts'
import { namedRecords } from './reference.ts'

/** What became of a line: its record was written, was so already, or was not accepted and why. */
export type Outcome = 'imported' | 'unchanged' | readonly Issue[]

/** The records of one kind that are to be written, by UUID, as they will be. */
export interface Writes {
  readonly created: Map<string, Row>
  readonly updated: Map<string, Row>
  /** The records whose rows in a list's table are to be replaced, by the name of the list. */
  readonly relisted: Map<string, Set<string>>
}

export interface Plan {
  /** Of the first lines, in order. The lines after them have to be planned when these have been written. */
  readonly outcomes: readonly Outcome[]
  readonly writes: Readonly<Record<EntityName, Writes>>
  /** The rows of `changes`, in the order of the lines. */
  readonly changes: readonly Row[]
  /** The keys of stored signatures that no record names once this is written. */
  readonly needlessSignatures: readonly string[]
}

/**
 * Decides what becomes of lines, each in the light of those before it. What is known is kept up to date with
 * what is planned.
 */
export function planLines(lines: readonly Line[], known: Known, now: Date): Plan {
  const planner = new Planner(known, now)
  const outcomes: Outcome[] = []
  for (const line of lines) {
    const outcome = planner.add(line)
    if (outcome === 'later') break
    outcomes.push(outcome)
  }
  planner.makeCopies()
  const needlessSignatures = planner.needlessSignatures(lines.slice(0, outcomes.length))
  return { outcomes, writes: planner.writes, changes: planner.changes, needlessSignatures }
}

class Planner {
  readonly writes = forEachEntity<Writes>(() => ({
    created: new Map(),
    updated: new Map(),
    relisted: new Map(),
  }))
  readonly changes: Row[] = []
  readonly #replacedSignatures: string[] = []
  /** Records that something planned has begun or ceased to rely on: what was read of them is out of date. */
  readonly #touched = forEachEntity(() => new Set<string>())
  /** External names that something planned has given up: the database has them until that is written. */
  readonly #released = forEachEntity(() => new Set<string>())
  readonly #known: Known
  readonly #now: Date

  constructor(known: Known, now: Date) {
    this.#known = known
    this.#now = now
  }

  add(line: Line): Outcome | 'later' {
    const { entity, uuid } = line
    const stored = this.#known[entity.name].records.get(uuid)
    if (!stored) return this.#addRow(line, undefined, createdRow(line, this.#now), [])
    if (isManaged(entity, stored)) {
      const message = `names a ${entity.name} that is managed here: an import does not change it`
      return [{ path: ['uuid'], message }]
    }
    if (isErased(entity, stored)) {
      const message = `names a ${entity.name} that was erased: an import does not change it`
      return [{ path: ['uuid'], message }]
    }
    const changed = changedBy(line, stored)
    if (changed.length === 0) return 'unchanged'
    return this.#addRow(line, stored, updatedRow(line, stored, changed, this.#now), changed)
  }

  /** Fills the columns that repeat one of another record, which a later line may have changed. */
  makeCopies(): void {
    for (const { name, copies = [] } of Object.values(ENTITIES)) {
      if (copies.length === 0) continue
      for (const rows of [this.writes[name].created, this.writes[name].updated]) {
        for (const [uuid, row] of rows) rows.set(uuid, { ...row, ...this.#copied(copies, row) })
      }
    }
  }

  /** The signatures that were replaced, and those that lines brought for nothing. */
  needlessSignatures(lines: readonly Line[]): string[] {
    const brought = lines.flatMap(({ entity, uuid, signature }) => {
      const row = this.#known[entity.name].records.get(uuid)
      const isNamed = row?.[entity.signature?.column ?? ''] === signature?.key
      return signature && !isNamed ? signature.key : []
    })
    return [...this.#replacedSignatures, ...brought]
  }

  #copied(copies: readonly Copy[], row: Row): Row {
    return Object.fromEntries(
      copies.map(({ column, of, reference, theirs }) => [
        column,
        this.#find(of, row[reference] as string)?.[theirs] ?? null,
      ]),
    )
  }

  #find(name: EntityName, uuid: string): Row | undefined {
    const { records, referredTo } = this.#known[name]
    return records.get(uuid) ?? referredTo.get(uuid)
  }

  #addRow(
    line: Line,
    stored: Row | undefined,
    row: Row,
    changed: readonly string[],
  ): Outcome | 'later' {
    const { entity } = line
    if (this.#mustWait(entity, stored, row)) return 'later'
    const issues = [
      ...this.#referenceIssues(line, row),
      ...this.#reliedUponIssues(entity, stored, row),
      ...this.#externalNameIssues(entity, row),
      ...this.#personalIssues(line, row),
    ]
    if (issues.length > 0) return issues
    this.#note(entity, stored, row)
    this.#write(entity, stored, row, changed)
    return 'imported'
  }

  /** Whether a record depends on what is planned but not written yet. */
  #mustWait(entity: Entity, stored: Row | undefined, row: Row): boolean {
    const { name, external } = entity
    if (external && this.#released[name].has(externalKey(external, row))) return true
    return isMoved(entity, stored, row) && this.#touched[name].has(row['uuid'] as string)
  }

  #referenceIssues({ entity, values }: Line, row: Row): Issue[] {
    const given = { ...row, ...values }
    return namedRecords(entity, given).flatMap(({ uuid, path: place, reference }) => {
      // An item that the line does not give is told of by its list.
      const path = place.filter((_, depth) => depth === 0 || (place[0] ?? '') in values)
      const theirs = this.#find(reference.to, uuid)
      if (!theirs)
        return [
          {
            path,
            message: `is unknown: no ${reference.to} has this UUID, neither stored nor on a line before`,
          },
        ]
      const { agreement } = reference
      const agrees = !agreement || theirs[agreement.theirs] === row[agreement.ours]
      return agrees ? [] : [{ path, message: agreement.message }]
    })
  }

  #reliedUponIssues(entity: Entity, stored: Row | undefined, row: Row): Issue[] {
    const { name, reliedUpon } = entity
    if (!reliedUpon || !isMoved(entity, stored, row)) return []
    if (!this.#known[name].reliedUpon.has(row['uuid'] as string)) return []
    return [{ path: [reliedUpon.column], message: reliedUpon.message }]
  }

  #externalNameIssues({ name, external }: Entity, row: Row): Issue[] {
    if (!external) return []
    const holder = this.#known[name].holders.get(externalKey(external, row))
    if (holder === undefined || holder === row['uuid']) return []
    return [
      { path: [external.key], message: `is the name of another ${name} of the same organization` },
    ]
  }

  #personalIssues({ entity: { personal = [] }, values }: Line, row: Row): Issue[] {
    const person = this.#find('person', row['personUuid'] as string)
    if (!person || !isErased(ENTITIES.person, person)) return []
    return personal
      .filter(({ column }) => row[column] !== null)
      .map(({ column, path }) => ({
        // What the line does not give came with the record from another person.
        path: column in values ? path : ['personUuid'],
        message: WAS_ERASED,
      }))
  }

  #note(entity: Entity, stored: Row | undefined, row: Row): void {
    const { name, external } = entity
    const { records, holders } = this.#known[name]
    const uuid = row['uuid'] as string
    records.set(uuid, row)
    for (const version of stored ? [stored, row] : [row]) {
      for (const named of namedRecords(entity, version)) {
        if (named.reference.agreement) this.#touched[named.reference.to].add(named.uuid)
      }
    }
    if (!external) return
    const key = externalKey(external, row)
    const before = stored && externalKey(external, stored)
    if (before !== undefined && before !== key) {
      this.#released[name].add(before)
    }
    holders.set(key, uuid)
  }

  #write(entity: Entity, stored: Row | undefined, row: Row, changed: readonly string[]): void {
    const { created, updated, relisted } = this.writes[entity.name]
    const uuid = row['uuid'] as string
    const isNew = !stored || created.has(uuid)
    ;(isNew ? created : updated).set(uuid, row)
    for (const list of Object.keys(entity.lists ?? {})) {
      if (!isNew && !changed.includes(list)) continue
      const uuids = relisted.get(list) ?? new Set()
      relisted.set(list, uuids.add(uuid))
    }
    const column = entity.signature?.column ?? ''
    const replaced = changed.includes(column) ? stored?.[column] : undefined
    if (typeof replaced === 'string') this.#replacedSignatures.push(replaced)
    if (!entity.history) return
    this.changes.push({
      kind: stored ? entity.history.updated : entity.history.created,
      occurredAt: this.#now.toISOString(),
      actor: IMPORT_ACTOR,
      changedFields: stored ? fieldNames(entity, changed) : [],
      [entity.history.column]: uuid,
    })
  }
}

const IMPORT_ACTOR = 'import'

/** Whether a stored record gets another value in the column that others rely on. */
function isMoved({ reliedUpon }: Entity, stored: Row | undefined, row: Row): boolean {
  return (
    reliedUpon !== undefined && !!stored && stored[reliedUpon.column] !== row[reliedUpon.column]
  )
}
