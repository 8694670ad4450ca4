import { sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { ReadPermission } from '../core/actor.ts'
import type { Env, FilterField, Lead } from './field.ts'

/** The column's value is one of the listed ones. */
export function anyOf(column: PgColumn, lead?: Lead): FilterField {
  return {
    values: (input: readonly string[]) => [arrayText(input)],
    types: [`${column.getSQLType()}[]`],
    condition: ({ at }, [wanted]) => sql`${at(column)} = any(${wanted})`,
    ...(lead && { lead }),
  }
}

/** The column has this value, which an index finds in a list's order. */
export function equalsInOrder(column: PgColumn, orders: readonly string[]): FilterField {
  return {
    ...anyOf(column, { column, orders, yieldsToScope: true }),
    values: (input: string) => [arrayText([input])],
  }
}

/** The column has this value, which few rows have. */
export function equals(column: PgColumn): FilterField {
  return {
    values: (input: string) => [input],
    types: [column.getSQLType()],
    condition: ({ at }, [wanted]) => sql`${at(column)} = ${wanted}`,
    isNarrow: () => true,
  }
}

/** The column's instant is later; not the same. */
export function after(column: PgColumn): FilterField {
  return compared(column, sql.raw('>'))
}

/** The column's instant is earlier; not the same. */
export function before(column: PgColumn): FilterField {
  return compared(column, sql.raw('<'))
}

/** A condition holds, or does not: true and false are two conditions. */
export function holds(condition: (env: Env) => SQL, permission?: ReadPermission): FilterField {
  return {
    values: () => [],
    types: [],
    shape: (input: boolean) => String(input),
    condition: (env, _values, shape) =>
      shape === 'true' ? condition(env) : sql`not (${condition(env)})`,
    ...(permission && { permission }),
  }
}

/** A Postgres array in its text form, of any texts. Repeated values are left out. */
export function arrayText(values: readonly string[]): string {
  // Without quotes Postgres reads a comma as the end of a value, and the word null as no value.
  return `{${[...new Set(values)].map(quoted).join(',')}}`
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}

function compared(column: PgColumn, operator: SQL): FilterField {
  return {
    values: (input: Date) => [input.toISOString()],
    types: ['timestamptz'],
    condition: ({ at }, [bound]) => sql`${at(column)} ${operator} ${bound}`,
  }
}
