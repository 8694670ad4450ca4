CREATE TABLE "feed_cursors" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"secret" text NOT NULL,
	"plain_until" bigint NOT NULL,
	CONSTRAINT "feed_cursors_are_one_row" CHECK ("feed_cursors"."is_only"),
	CONSTRAINT "feed_cursors_have_a_secret" CHECK ("feed_cursors"."secret" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
-- Hides a position in a cursor, and finds it again: whoever does not know the secret can do neither. Each change has bits
-- of its own, so that two cursors do not tell how far apart they are. The bits of random UUIDs make the secret.
CREATE FUNCTION masked_number(number bigint, row_uuid uuid, secret bytea) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT number # ('x' || encode(substr(sha256(secret || uuid_send(row_uuid)), 1, 8), 'hex'))::bit(64)::bigint
$$;
--> statement-breakpoint
INSERT INTO feed_cursors (secret, plain_until)
SELECT replace(concat(gen_random_uuid(), gen_random_uuid()), '-', ''), coalesce(max(position), 0) FROM changes;
