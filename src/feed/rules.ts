import { isSame, type Value } from '../core/json.ts'

export const CHANGE_KINDS = [
  'PLEDGE_CREATED',
  'PLEDGE_UPDATED',
  'PLEDGE_RELEASED',
  'PLEDGE_ACTIVATED',
  'PLEDGE_DROPPED',
  'PLEDGE_CANCELLED',
  'PLEDGE_FULFILLED',
  'CALL_CREATED',
  'CALL_UPDATED',
  'CALL_ATTEMPTED',
  'CALL_COMPLETED',
  'CALL_CANCELLED',
  'CALL_EXPIRY_SET',
  'CALL_EXPIRED',
  'PERSON_CREATED',
  'PERSON_UPDATED',
  'TRANSACTION_RECORDED',
  'TRANSACTION_UPDATED',
] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

/** What is given of columns, without those that have that value already; undefined is not giving it. */
export function newValues<Values extends object>(
  stored: Values,
  given: { readonly [Column in keyof Values]?: Values[Column] | undefined },
): Partial<Values> {
  const changed = Object.entries(given).filter(
    ([column, value]) => value !== undefined && !isEqual(stored[column as keyof Values], value),
  )
  return Object.fromEntries(changed) as Partial<Values>
}

/** The names that the schema gives to columns, without that of the instant of the change. */
export function changedFields(values: object): string[] {
  return Object.keys(values)
    .filter((column) => column !== 'updatedAt')
    .map(fieldName)
}

/**
 * The name that the schema gives to a column: where that is the UUID of a record, it names the record; where it
 * is the key of a stored file, the link to it.
 */
export function fieldName(column: string): string {
  return column.replace(/Uuid(s?)$/, '$1').replace(/Key$/, 'Url')
}

function isEqual(one: unknown, other: unknown): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime()
  return isSame(one as Value, other as Value)
}
