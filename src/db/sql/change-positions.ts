import { CHANGES_CHANNEL } from '../channel.ts'
import { FEED_LOCK } from '../lock.ts'

/**
 * Gives committed changes the next positions, at most so many, and answers how many it gave. Two gateways that place at
 * the same time take turns by the lock. Each statement of the function has a snapshot of its own, so the second gateway
 * sees what the first one has placed. The function notifies everybody who follows the feed.
 */
export const CHANGE_POSITIONS: readonly string[] = [
  `CREATE FUNCTION place_changes(most integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  placed integer;
BEGIN
  IF NOT EXISTS (SELECT FROM changes WHERE position IS NULL) THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(${FEED_LOCK});
  UPDATE changes SET position = waiting.position
  FROM (
    SELECT number, (SELECT coalesce(max(position), 0) FROM changes WHERE position IS NOT NULL) + row_number() OVER (ORDER BY number) AS position
    FROM (SELECT number FROM changes WHERE position IS NULL ORDER BY number LIMIT most) first
  ) waiting
  WHERE changes.number = waiting.number;
  GET DIAGNOSTICS placed = ROW_COUNT;
  IF placed > 0 THEN
    PERFORM pg_notify('${CHANGES_CHANNEL}', '');
  END IF;
  RETURN placed;
END $$`,
]
