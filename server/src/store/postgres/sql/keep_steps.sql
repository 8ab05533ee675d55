-- The shop repeats an order's past in every message; each step is kept once.
INSERT INTO order_history (order_id, status, at, reason, source, message_id, noted_at, trace_id)
SELECT $1, step.status, step.at, step.reason, 'shop', $5, $6, substring($7::text FROM 4 FOR 32)
FROM unnest($2::text[], $3::timestamptz[], $4::text[]) AS step(status, at, reason)
ON CONFLICT (order_id, status, at) WHERE source = 'shop' DO NOTHING
