import type { ValueObject } from '../core/json.ts'

/**
 * A record, by the names that its table gives its columns, and its lists. Instants are RFC 3339 texts in UTC
 * with milliseconds, amounts are texts with two decimals: equal values are written the same.
 */
export type Row = ValueObject
