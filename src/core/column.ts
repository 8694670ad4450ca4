import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import { check, numeric, timestamp } from 'drizzle-orm/pg-core'

export const LONGEST_LABEL = 255
export const LONGEST_REASON = 1_000
export const LONGEST_NOTES = 10_000

/** A column that keeps an instant to the millisecond: what a JavaScript Date can hold, and so a cursor. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** A column that keeps euros exactly. */
export const euros = (name: string) => numeric(name, { precision: 12, scale: 2 })

/** Whether a text, where there is one, is at most so many characters long. */
export function isAtMost(column: SQLWrapper, characters: number): SQL {
  return sql`char_length(${column}) <= ${sql.raw(String(characters))}`
}

/** Whether a text, where there is one, says something and is at most so many characters long. */
export function isSaidWithin(column: SQLWrapper, characters: number): SQL {
  return sql`${column} ~ '\\S' and ${isAtMost(column, characters)}`
}

/** A rule of ours, which a record that has this external column does not have to keep. */
export function managedCheck(name: string, external: SQLWrapper, rule: SQL) {
  return check(name, sql`${external} is not null or (${rule})`)
}
