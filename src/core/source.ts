import type { SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { ReadNeed, ReadPermissions } from './actor.ts'

/** Names a column of one particular access to a table, by that access's alias. */
export type At = (column: PgColumn) => SQL

/**
 * A table as it may be read, declared once. Every access to it, by the read planner or by a command, adds
 * the visibility: there is no way to read around it.
 */
export interface Source {
  readonly table: PgTable & { readonly uuid: PgColumn }
  /** What an account needs in order to read any row; absent where every account may. */
  readonly permission?: ReadNeed
  /**
   * The rows that an organization scope sees, as a condition. `scope` is a bound array of organization
   * UUIDs; an account with all organizations is not asked.
   */
  readonly isVisible: (at: At, scope: SQL) => SQL
  /**
   * The rows that an account with these permissions may read, whatever its scope, as a condition; absent where
   * an account that may read any row may read all of them.
   */
  readonly isReadable?: (at: At, permissions: ReadPermissions) => SQL
  /**
   * Whether time has made something of any row that is not written yet, as a condition at the instant of the
   * read; absent where time makes nothing of rows.
   */
  readonly isOverdue?: (now: SQL) => SQL
}
