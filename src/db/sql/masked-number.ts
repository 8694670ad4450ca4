/**
 * Hides a position in a cursor, and finds a hidden one again: who does not know the secret can do neither. Each change
 * has bits of its own, so that two cursors do not tell how far apart they are.
 */
export const MASKED_NUMBER: readonly string[] = [
  `CREATE FUNCTION masked_number(number bigint, row_uuid uuid, secret bytea) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT number # ('x' || encode(substr(sha256(secret || uuid_send(row_uuid)), 1, 8), 'hex'))::bit(64)::bigint
$$`,
]
