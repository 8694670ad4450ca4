import type { SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { z } from 'zod'
import type { Clock } from '../core/clock.ts'
import type { Value } from '../core/json.ts'
import type { Row } from '../db/row.ts'
import type { ChangeKind } from '../feed/rules.ts'
import type { PersonalColumn } from '../person/rules.ts'

/** What a line may be about, in an order in which each refers only to those before it. */
export const ENTITY_NAMES = [
  'organization',
  'focusArea',
  'user',
  'person',
  'pledge',
  'transaction',
  'call',
] as const
export type EntityName = (typeof ENTITY_NAMES)[number]

/** Everything that the import knows about one kind of record. */
export interface Entity {
  readonly name: EntityName
  readonly table: PgTable & { readonly uuid: PgColumn }
  /** The keys of a line beside `entity` and `uuid`; those without a column or a list are only checked. */
  readonly keys: (clock: Clock) => z.ZodRawShape
  /** Keys that hold several columns: the column for each of their own keys. */
  readonly groups?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** The key that holds a signature, and the column that says where that is kept. */
  readonly signature?: { readonly key: string; readonly column: string }
  /** Columns that name another record. */
  readonly references?: Readonly<Record<string, Reference>>
  /** Keys whose values are rows of a table of their own. */
  readonly lists?: Readonly<Record<string, List>>
  /** What a new record has where its line does not say; a column that is not named here is null. */
  readonly defaults: (now: Date) => Row
  /** A column that other records rely on, and that is kept as long as one of them does. */
  readonly reliedUpon?: ReliedUpon
  /** Columns that repeat one of a record that is referred to. */
  readonly copies?: readonly Copy[]
  /** How a source outside names its records; a record without is managed here. */
  readonly external?: ExternalName
  /** The column that says when a record was erased: since then no line changes it. */
  readonly erasure?: string
  /** The columns that say something of the person whom `personUuid` names; empty once that one was erased. */
  readonly personal?: readonly PersonalColumn[]
  /** How its creation and its changes are recorded; absent where they are not. */
  readonly history?: History
}

export interface Reference {
  readonly to: EntityName
  /** A column of theirs that must equal one of ours. */
  readonly agreement?: {
    readonly theirs: string
    readonly ours: string
    readonly message: string
  }
}

export interface List {
  readonly table: PgTable
  /** The column that says whose the rows are. */
  readonly owner: PgColumn
  /** The items of the record that the query around it reads, as a JSON array. */
  readonly items: SQL
  readonly toRows: (items: readonly Value[]) => Row[]
  /** What the items refer to: by themselves, or by a key of theirs. */
  readonly reference: Reference & { readonly key?: string }
  /** Whether it is only the items that count and not their order; such a list names each item once. */
  readonly isSet: boolean
}

export interface ReliedUpon {
  readonly column: string
  /** The column of those who rely on it, which names the record. */
  readonly by: PgColumn
  /** Whether it is part of a key that foreign keys refer to, so that the weakest lock on a row keeps it. */
  readonly isKey: boolean
  readonly message: string
}

export interface Copy {
  readonly column: string
  readonly of: EntityName
  /** The column that names the other record. */
  readonly reference: string
  /** The column of the other record that is repeated. */
  readonly theirs: string
}

export interface ExternalName {
  /** The key under which lines give the name. */
  readonly key: string
  /** The columns that name a record among all those from outside: the name, the id, and whose record it is. */
  readonly columns: readonly [name: string, id: string, organization: string]
}

export interface History {
  readonly created: ChangeKind
  readonly updated: ChangeKind
  /** The column of a change that names the record. */
  readonly column: 'pledgeUuid' | 'callUuid' | 'personUuid' | 'transactionUuid'
}
