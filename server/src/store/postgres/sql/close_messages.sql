-- The messages are handled; unless one was stale, it is the source's last word on its order. Of a message that was handled
-- by somebody else meanwhile no id comes back.
WITH closed AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[],
                         $8::timestamptz[])
        AS c (message_id, order_id, number, status, source_version, type, outcome, occurred_at)
), told AS (
    -- The rows are there and locked; in this form each is found by its key, whatever the planner knew of the table.
    INSERT INTO source_orders (order_id, number, status, source_version, seen_at)
    SELECT order_id, number, status, source_version, $9 FROM closed WHERE outcome <> 'stale'
    ON CONFLICT (order_id) DO UPDATE SET
        number = excluded.number, status = excluded.status, source_version = excluded.source_version,
        seen_at = excluded.seen_at
)
INSERT INTO inbox (message_id, order_id, type, outcome, occurred_at, received_at)
SELECT message_id, order_id, type, outcome, occurred_at, $9 FROM closed
ON CONFLICT (message_id) DO NOTHING
RETURNING message_id
