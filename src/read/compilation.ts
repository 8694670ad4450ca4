import { type SQL, sql } from 'drizzle-orm'
import { CasingCache } from 'drizzle-orm/casing'
import { type PgColumn, PgDialect } from 'drizzle-orm/pg-core'
import type { FieldNode, GraphQLError } from 'graphql'
import { type Actor, meets, type ReadNeed, type ReadPermissions } from '../core/actor.ts'
import type { At, Source } from '../core/source.ts'
import type { Arguments } from './argument.ts'
import type { Env, FieldRead, Part } from './field.ts'
import { arrayText } from './filter.ts'
import { literal } from './json.ts'
import { tooLarge } from './refusal.ts'
import type { Operation } from './selection.ts'

/** One run of a plan: what its statement's parameters are taken from. */
export interface Run {
  readonly actor: Actor
  readonly now: Date
  readonly arguments: readonly Arguments[]
  /** The UUIDs that `nodes` asks for, by type name. */
  readonly ids?: ReadonlyMap<string, readonly string[]>
}

/** Where a parameter of the statement comes from in each run. */
export type Binding = (run: Run) => string

export type Row = Record<string, unknown>

/** What a statement answers when its rows have to be caught up with the time first. It is no JSON. */
export const OVERDUE = 'overdue'

/** What a statement answers, with a number after it, when it refuses an argument. It is no JSON either. */
const REFUSED = 'refused '

/** In characters. A statement of several million has taken all the memory that the embedded database has. */
const LONGEST_STATEMENT = 1_000_000

const dialect = new PgDialect()

/** Makes the error of an argument that is refused. */
export type Refuse = () => GraphQLError

/** A statement as it is run. */
export interface CompiledStatement {
  readonly text: string
  readonly bindings: readonly Binding[]
  readonly refusals: readonly Refuse[]
}

/** The error that a statement answered in place of its value; undefined where it answered its value. */
export function refusalIn(
  answer: string | null,
  { refusals }: Pick<CompiledStatement, 'refusals'>,
): GraphQLError | undefined {
  if (!answer?.startsWith(REFUSED)) return undefined
  return refusals[Number(answer.slice(REFUSED.length))]?.()
}

/** The statement of one root field while it is being written: its aliases and parameters. */
export class Compilation {
  readonly operation: Operation
  readonly permissions: ReadPermissions
  readonly #arguments: ReadonlyMap<FieldNode, { index: number; value: Arguments }>
  readonly #isScoped: boolean
  readonly #overdue = new Set<NonNullable<Source['isOverdue']>>()
  readonly #refusals: { readonly condition: SQL; readonly refuse: Refuse }[] = []
  #scope: SQL | undefined
  #aliases = 0
  #mostBytes: number | undefined

  constructor(
    operation: Operation,
    actor: Actor,
    args: ReadonlyMap<FieldNode, { index: number; value: Arguments }>,
    mostBytes?: number,
  ) {
    this.operation = operation
    this.#mostBytes = mostBytes
    this.permissions = actor.permissions
    this.#arguments = args
    this.#isScoped = actor.organizations !== 'all'
  }

  /** A parameter whose value each run takes anew. */
  bind(type: string, binding: Binding): SQL {
    return sql`${sql.param(binding)}::${sql.raw(type)}`
  }

  /** The organization scope; absent when the account has all organizations. */
  get scope(): SQL | undefined {
    if (!this.#isScoped) return undefined
    this.#scope ??= this.bind('uuid[]', ({ actor }) => arrayText(actor.organizations as string[]))
    return this.#scope
  }

  /** The most bytes that the list at hand may have; undefined where no list can become too large. */
  get mostBytes(): number | undefined {
    return this.#mostBytes
  }

  /**
   * Compiles values that lie beside each other in one object: each may have its share of the bytes. Together they
   * would otherwise have the bytes of many answers before anybody adds them up.
   */
  sharing<Result>(among: number, compile: () => Result): Result {
    const whole = this.#mostBytes
    if (whole !== undefined) this.#mostBytes = Math.floor(whole / Math.max(1, among))
    const compiled = compile()
    this.#mostBytes = whole
    return compiled
  }

  alias(): string {
    this.#aliases += 1
    return `t${String(this.#aliases)}`
  }

  /** The checked arguments of a field of the selection, and how a run finds its own. */
  argumentsOf(node: FieldNode): { index: number; value: Arguments } {
    const found = this.#arguments.get(node)
    if (!found) throw new Error(`no arguments were read for ${node.name.value}`)
    return found
  }

  env(at: At): Env {
    return { at, scope: this.scope }
  }

  /**
   * The condition for a row to be visible, which every access to a source has. Where whoever sees its parent
   * sees the row, the scope is not asked again.
   */
  visibility(target: Source | Part, at: At, isSeenWithParent = false): SQL | undefined {
    if (!('isVisible' in target)) return undefined
    if (target.isOverdue) this.#overdue.add(target.isOverdue)
    const scope = isSeenWithParent ? undefined : this.scope
    const isReadable = target.isReadable?.(at, this.permissions)
    const isVisible = scope && target.isVisible(at, scope)
    return isReadable && isVisible ? allOf([isReadable, isVisible]) : (isReadable ?? isVisible)
  }

  /** Has every run answer an error instead, where a condition holds that only the database can tell. */
  refuseWhere(condition: SQL, refuse: Refuse): void {
    this.#refusals.push({ condition, refuse })
  }

  /** Whether the account may read a field at all. */
  mayRead(read: FieldRead): boolean {
    return meets(this.permissions, permissionToRead(read))
  }

  /**
   * The statement's text and what it binds. Parameters are numbered as the text names them, because Postgres
   * refuses a value that the text has no place for. Throws a GraphQLError when the statement is too long.
   */
  finish(statement: SQL): CompiledStatement {
    const numbers = new Map<unknown, number>()
    const { sql: text } = this.#guarded(statement).toQuery({
      casing: new CasingCache(),
      escapeName: (name) => dialect.escapeName(name),
      escapeString: (text) => dialect.escapeString(text),
      escapeParam: (_position, binding) => {
        if (typeof binding !== 'function') throw new Error('a plan binds what each run takes anew')
        if (!numbers.has(binding)) numbers.set(binding, numbers.size + 1)
        return `$${String(numbers.get(binding))}`
      },
    })
    if (text.length > LONGEST_STATEMENT) throw tooLarge()
    const bindings = [...numbers.keys()] as Binding[]
    return { text, bindings, refusals: this.#refusals.map(({ refuse }) => refuse) }
  }

  /** Has the statement answer a word instead, where it is not to be answered. */
  #guarded(statement: SQL): SQL {
    const now = this.bind('timestamptz', (run) => run.now.toISOString())
    const guards = [
      ...[...this.#overdue].map(
        (isOverdue) => sql`when ${isOverdue(now)} then ${literal(OVERDUE)}`,
      ),
      ...this.#refusals.map(
        ({ condition }, nth) => sql`when ${condition} then ${literal(`${REFUSED}${String(nth)}`)}`,
      ),
    ]
    if (guards.length === 0) return statement
    return sql`select case ${sql.join(guards, sql` `)} else (${statement}) end`
  }
}

/** What an account needs in order to read a relation's target. */
export function permissionFor(target: Source | Part): ReadNeed | undefined {
  return 'permission' in target ? target.permission : undefined
}

/** What an account needs in order to read a field at all. */
export function permissionToRead(read: FieldRead): ReadNeed | undefined {
  switch (read.kind) {
    case 'one':
      return read.isReadWithParent ? undefined : permissionFor(read.target)
    case 'list':
      return permissionFor(read.target)
    case 'connection':
    case 'lookup':
      return permissionFor(read.source)
    default:
      return undefined
  }
}

/** Names columns by an alias. */
export function columnsOf(alias: string): At {
  return (column) => sql`${sql.raw(alias)}.${sql.identifier(column.name)}`
}

/** Names columns by an alias, and remembers which ones were named. */
export function rememberingColumnsOf(alias: string): { at: At; columns: Set<PgColumn> } {
  const columns = new Set<PgColumn>()
  const name = columnsOf(alias)
  return {
    columns,
    at: (column) => {
      columns.add(column)
      return name(column)
    },
  }
}

/** Joins the conditions that there are; true when there are none. */
export function allOf(conditions: readonly (SQL | undefined)[]): SQL {
  const present = conditions.filter((condition) => condition !== undefined)
  return present.length === 0 ? sql`true` : sql.join(present, sql` and `)
}
