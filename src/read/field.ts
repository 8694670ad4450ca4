import type { SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Actor, ReadPermission } from '../core/actor.ts'
import type { At, Source } from '../core/source.ts'

/** What an SQL expression may refer to: the row at hand, and what its reader may see. */
export interface Env {
  readonly at: At
  /** The bound organization scope; absent when the account has all organizations. */
  readonly scope: SQL | undefined
}

/** An SQL expression over the row at hand. */
export type Expression = (env: Env) => SQL

/** Whoever a derived value is computed for. */
export interface Reader {
  readonly actor: Actor
  readonly now: Date
}

/** Rows that belong to one record and are seen by whoever sees that record. */
export interface Part {
  readonly table: PgTable
}

export interface ColumnRead {
  readonly kind: 'column'
  readonly column: PgColumn
  /** What is read is not yet the answer: the field's own resolver makes that of it. */
  readonly isUnfinished?: boolean
}

export interface ExpressionRead {
  readonly kind: 'expression'
  readonly expression: Expression
}

export interface GlobalIdRead {
  readonly kind: 'globalId'
  readonly typename: string
  readonly column: PgColumn
}

export interface DerivedRead {
  readonly kind: 'derived'
  readonly from: Readonly<Record<string, PgColumn | Expression>>
  readonly derive: (values: never, reader: Reader) => unknown
}

export interface EmbeddedRead {
  readonly kind: 'embedded'
  /** The object is null where this column is. */
  readonly presentWith: PgColumn
}

/** How a related row is reached from the row at hand, and who may see it there. */
export interface Relation {
  readonly target: Source | Part
  readonly on: (parent: At, child: At) => SQL
  /**
   * Whoever sees the row at hand sees the related one, so its own visibility is not asked again.
   * Only where the domain says so: otherwise this is a leak.
   */
  readonly isSeenWithParent?: boolean
}

export interface OneRead extends Relation {
  readonly kind: 'one'
  /** Whoever may read the row at hand may read the related one, where there is one. */
  readonly isReadWithParent?: boolean
}

export interface ListRead extends Relation {
  readonly kind: 'list'
  readonly orderBy: (child: At) => SQL
}

/** An index that leads with a column and goes on with the order, so that each value's rows come sorted. */
export interface Lead {
  readonly column: PgColumn
  /** The orders that the index serves. */
  readonly orders: readonly string[]
  /** Whether an organization scope finds fewer rows than this does. */
  readonly yieldsToScope?: boolean
  /** Where the index is on another table: that table, and its columns for those of the list's key. */
  readonly through?: { readonly table: PgTable; readonly key: readonly PgColumn[] }
}

/** One field of a filter input: what it binds and which condition it sets. */
export interface FilterField {
  /** The values that are bound, as Postgres text. */
  readonly values: (input: never) => readonly string[]
  /** What about the input changes the condition itself, beyond that it is there. */
  readonly shape?: (input: never) => string
  readonly condition: (env: Env, values: readonly SQL[], shape: string) => SQL
  /** The Postgres types of the values, in their order. */
  readonly types: readonly string[]
  /** An index that finds the rows of each wanted value in order; the first value must be an array. */
  readonly lead?: Lead
  /** Whether few rows match, so that any index on the condition does better than one on the order. */
  readonly isNarrow?: (shape: string) => boolean
  /** What an account needs in order to filter by it, because the answer tells it. */
  readonly permission?: ReadPermission
}

export type Filter = Readonly<Record<string, FilterField>>

/** How the cursors of a numbered list keep the numbers to themselves: whoever reads one would know how many rows there are. */
export interface Numbering {
  /** What hides the numbers, as bytes: one secret for each database. */
  readonly secret: SQL
  /** Up to which number a cursor of an older version, which tells the number, is accepted. */
  readonly plainUntil: SQL
}

export interface ConnectionRead {
  readonly kind: 'connection'
  readonly source: Source
  /** From the row at hand to the listed rows; absent on a list that stands by itself. */
  readonly relation?: Omit<Relation, 'target'>
  readonly filter?: Filter
  /**
   * What the list may be ordered by; the first is the default, descending. Of the rows that may be read, none
   * is null there. The uuid decides between those that are equal.
   */
  readonly orders: Readonly<Record<string, PgColumn>>
  /** The list has this order alone, ascending, in a whole number that no two rows share. */
  readonly numbering?: Numbering
  /** The name in the cursors of several fields that share them; their own coordinate when absent. */
  readonly cursorName?: string
  /** The field answers the edges of a page one after the other, and not the connection. */
  readonly isEdgeByEdge?: boolean
  /** The indexes that together find whatever an organization scope may see. */
  readonly scopeLeads?: readonly Lead[]
}

/** One record by its UUID, which comes from an argument or from what an ordinary resolver answered. */
export interface LookupRead {
  readonly kind: 'lookup'
  readonly source: Source
  readonly uuid: (args: Readonly<Record<string, unknown>>, parent: unknown) => string
}

/** What a field of a planned type is. It is declared beside the field and kept in the field's extensions. */
export type FieldRead =
  | ColumnRead
  | ExpressionRead
  | GlobalIdRead
  | DerivedRead
  | EmbeddedRead
  | OneRead
  | ListRead
  | ConnectionRead
  | LookupRead

/** The name under which a field's extensions keep how it is read. */
export const READ = 'pledgelineRead'

/** The name under which an object type's extensions keep the source whose rows it shows. */
export const SOURCE = 'pledgelineSource'
